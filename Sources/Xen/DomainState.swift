import Model
import World

/// The state letters of a domain. Each place has its own letter or a dash.
///
/// Source: Xen RELEASE-4.17.5 `xl_list.c`: r b p s, the letter of the shutdown reason out of `-rscwS`, d.
/// `xm` has c or a dash in the fifth place, and up to 3.0.2 may have no sixth.
struct DomainState {
  let isRunning: Bool
  let isBlocked: Bool
  let isPaused: Bool
  let isShutdown: Bool
  let isCrashed: Bool
  /// Nil for the five letters that do not tell.
  let isDying: Bool?

  /// Nil where a letter is not one of its place.
  init?(_ letters: ArraySlice<UInt8>, of toolstack: DomainListHeader.Toolstack) {
    let letters = Array(letters)
    guard letters.count == 6 || (letters.count == 5 && toolstack != .xl) else { return nil }
    let reasons: StaticString = toolstack == .xmInMebibytes ? "-c" : "-rscwS"
    guard reasons.withUTF8Buffer({ $0.contains(letters[4]) }),
      let running = Self.flag(letters[0], "r"), let blocked = Self.flag(letters[1], "b"),
      let paused = Self.flag(letters[2], "p"), let shutdown = Self.flag(letters[3], "s")
    else { return nil }
    if letters.count == 6 {
      guard let dying = Self.flag(letters[5], "d") else { return nil }
      isDying = dying
    } else {
      isDying = nil
    }
    isRunning = running
    isBlocked = blocked
    isPaused = paused
    isShutdown = shutdown
    isCrashed = letters[4] == UInt8(ascii: "c")
  }

  private static func flag(_ byte: UInt8, _ letter: Unicode.Scalar) -> Bool? {
    byte == UInt8(ascii: letter) ? true : byte == UInt8(ascii: "-") ? false : nil
  }
}

extension Row {
  /// The raw letters and what they say. Where they are not understood, no flag is believed: each is NULL by a
  /// defect of its own, so that whatever reads one of them knows; the letters themselves stay for a person to
  /// look at.
  mutating func tell(stateLetters letters: ArraySlice<UInt8>, of toolstack: DomainListHeader.Toolstack) {
    let text = Told.text(letters)
    tell("state", text)
    let state = DomainState(letters, of: toolstack)
    let flags: KeyValuePairs<StaticString, Bool?> = [
      "is_running": state?.isRunning, "is_blocked": state?.isBlocked, "is_paused": state?.isPaused,
      "is_shutdown": state?.isShutdown, "is_crashed": state?.isCrashed, "is_dying": state?.isDying,
    ]
    let problem = "expected the letters of rbpscd or dashes, found \"\(shown(letters))\""
    if state == nil, text.problem == nil { defects.append(Defect(column: "state", problem: problem)) }
    for (column, flag) in flags {
      tell(column, state == nil ? .odd(problem) : Told(value: Value(flag)))
    }
  }
}
