import Model
import World

/// A pilot's command line. The options are those of the pilot's own parser (optparse): long ones may be shortened
/// and take `=`, short ones may be bundled and hold their value (`workspacepilot.py`, section "Commandline arguments").
struct PilotCommand {
  private(set) var isKillnine = false
  private var isReserve = false
  private var told: [String: String] = [:]
  private var contradictions: Set<String> = []

  /// Nil where the words are no pilot's. `words` is the command line as `ps` shows it.
  init?(_ words: some Collection<ArraySlice<UInt8>>) {
    guard var rest = Self.arguments(of: words) else { return nil }
    while let word = rest.first {
      rest.removeFirst()
      if word.hasPrefix("--") {
        takeLong(word.dropFirst(2), &rest)
      } else if word.hasPrefix("-") {
        takeShort(word.dropFirst(), &rest)
      }
    }
    if !isReserve && !isKillnine { return nil }
  }

  /// The UUID of the slot, which is the key to everything else.
  func slot(column: String, defects: inout [Defect]) -> Value {
    field("slotid", column: column, expected: "a UUID", defects: &defects) { value in
      Words.isUUID(value.utf8) ? .text(value) : nil
    }
  }

  /// The number behind an option.
  func number(_ option: String, column: String, defects: inout [Defect]) -> Value {
    field(option, column: column, expected: "a number", defects: &defects) { value in
      Words.number(ArraySlice(value.utf8)).map { .integer($0) }
    }
  }

  /// The MiB behind `-m`, in KiB.
  func memory(column: String, defects: inout [Defect]) -> Value {
    field("memory", column: column, expected: "a number of MiB", defects: &defects) { value in
      Words.number(ArraySlice(value.utf8)).flatMap { Kibibytes(Mebibytes($0)) }.map { Value($0) }
    }
  }

  private func field(
    _ option: String, column: String, expected: String, defects: inout [Defect], read: (String) -> Value?
  ) -> Value {
    guard let told = told[option] else {
      if isReserve { defects.append(Defect(column: column, problem: "no --\(option) on the command line")) }
      return .null
    }
    if contradictions.contains(option) {
      defects.append(Defect(column: column, problem: "--\(option) was told twice"))
      return .null
    }
    if let value = read(told) { return value }
    let found = Text.printable(Array(told.utf8.prefix(60)))
    defects.append(Defect(column: column, problem: "expected \(expected) and found '\(found)'"))
    return .null
  }

  // MARK: - Whose command line it is

  /// The words behind the pilot's own name. A shell that was given the command as text, `sudo`, `pbsdsh`, an editor or
  /// `grep` mention a pilot and are none: only an interpreter may stand before the name.
  private static func arguments(of words: some Collection<ArraySlice<UInt8>>) -> [String]? {
    var rest = words.prefix(256).map { Words.text($0) }[...]
    // `ps f` draws its tree before the command.
    while let first = rest.first, first == "\\_" || first == "|" { rest.removeFirst() }
    guard let first = rest.first else { return nil }
    if isPilot(first) { return Array(rest.dropFirst()) }
    guard isInterpreter(first) else { return nil }
    rest.removeFirst()
    while let word = rest.first, word.hasPrefix("-") {
      // `sh -c "..."`, `python -m module`: what follows is no program's path.
      if !word.hasPrefix("--"), word.contains("c") || word.contains("m") { return nil }
      rest.removeFirst()
    }
    while isInterpreter(first) && base(first) == "env", rest.first?.contains("=") == true {
      rest.removeFirst()
    }
    if base(first) == "env", let inner = rest.first, isInterpreter(inner) { rest.removeFirst() }
    guard let name = rest.first, isPilot(name) else { return nil }
    return Array(rest.dropFirst())
  }

  private static func base(_ path: String) -> Substring {
    let name = path.utf8.split(separator: 47).last.map { Substring($0) } ?? ""
    return name.hasPrefix("-") ? name.dropFirst() : name
  }

  private static func isInterpreter(_ word: String) -> Bool {
    let name = base(word)
    return ["sh", "bash", "dash", "ksh", "zsh", "ash", "env"].contains(name) || name.hasPrefix("python")
  }

  private static func isPilot(_ word: String) -> Bool {
    let name = base(word)
    return ["workspacepilot", "workspacepilot.py"].contains { name.hasSuffix($0) }
      || ["pilot", "pilot.py", "pilot.sh"].contains(name)
  }

  // MARK: - Options

  private static let flags: [Character: String] = [
    "r": "reserveslot", "k": "killnine", "s": "stdoutlog", "v": "verbose", "t": "trace", "q": "quiet",
    "e": "evaluate", "h": "help",
  ]
  private static let valued: [Character: String] = [
    "m": "memory", "d": "duration", "g": "graceperiod", "i": "slotid", "c": "contact", "p": "configpath",
  ]

  private mutating func takeLong(_ word: Substring, _ rest: inout [String]) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty else { return }
    let flags = Self.flags.values.filter { $0.hasPrefix(name) }
    let valued = Self.valued.values.filter { $0.hasPrefix(name) }
    // What fits more than one is refused by the pilot; it ends at once, so nothing is lost by not reading it.
    guard flags.count + valued.count == 1 else { return }
    if let flag = flags.first { set(flag) }
    if let option = valued.first {
      if parts.count == 2 {
        set(option, to: String(parts[1]))
      } else if let value = rest.first {
        rest.removeFirst()
        set(option, to: value)
      }
    }
  }

  private mutating func takeShort(_ word: Substring, _ rest: inout [String]) {
    var letters = word
    while let letter = letters.popFirst() {
      if let flag = Self.flags[letter] {
        set(flag)
      } else if let option = Self.valued[letter] {
        if !letters.isEmpty {
          set(option, to: String(letters))
        } else if let value = rest.first {
          rest.removeFirst()
          set(option, to: value)
        }
        return
      } else {
        return
      }
    }
  }

  private mutating func set(_ flag: String) {
    if flag == "reserveslot" { isReserve = true }
    if flag == "killnine" { isKillnine = true }
  }

  private mutating func set(_ option: String, to value: String) {
    if let other = told[option], other != value { contradictions.insert(option) }
    told[option] = value
  }
}
