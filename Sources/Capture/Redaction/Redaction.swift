public import Model
public import World

/// Takes secrets out of what is kept, by filler of the same length, so that every other byte stays where it
/// was.
///
/// Redacting twice changes nothing. Where the structure can't be recognised (cut, odd, forged), more is
/// overwritten rather than less. It works on any bytes, in time linear in their length.
public enum Redaction {
  /// Bytes without secrets, and what was overwritten in them.
  public struct Redacted: Hashable, Sendable {
    public let bytes: [UInt8]
    /// In the order of their letters.
    public let names: [String]
  }

  /// Redacts the output of an observation. `command` tells which file it is, where only that can tell.
  public static func redact(
    _ kind: ObservationKind, _ bytes: [UInt8], command: [String] = []
  ) -> Redacted {
    let isSettings = kind == .pilotSettings || kind == .serviceSettings
    return isSettings ? stable(kind, bytes, command: command) : once(kind, bytes, command: command)
  }

  /// In settings one secret may hold what looks like the begin or the end of another, so they are gone over
  /// until nothing changes. What is made to go on for ever goes as a whole.
  private static func stable(_ kind: ObservationKind, _ bytes: [UInt8], command: [String]) -> Redacted {
    var last = once(kind, bytes, command: command)
    for _ in 0..<8 {
      let next = once(kind, last.bytes, command: command)
      if next.bytes == last.bytes { return last }
      last = Redacted(bytes: next.bytes, names: Set(last.names + next.names).sorted())
    }
    var page = Page(bytes)
    page.fill(bytes.indices, as: "all of the settings")
    return Redacted(bytes: page.bytes, names: page.names.sorted())
  }

  private static func once(_ kind: ObservationKind, _ bytes: [UInt8], command: [String]) -> Redacted {
    var page = Page(bytes)
    switch kind {
    case .torqueJobs, .torqueAccounting, .torqueMom, .torqueNodes, .torqueServer, .torqueSettings:
      JobEnvironment.redact(&page)
    case .dbMain, .dbAccounting:
      if SQLiteFile.isOne(page.bytes) {
        SQLiteFile.redact(&page)
      } else {
        SqlUserData.redact(&page)
        PrintedTable.redact(&page)
      }
    case .pilotSettings, .serviceSettings: SecretSettings.redact(&page, command: command)
    case .xenList, .xenLong, .xenInfo, .xenStore, .xenBalloon, .nodeMemory, .nodeClock, .nodePilots,
      .nodeResidue, .dbReservations, .dbEvents, .dbNotifications:
      break
    }
    if !SQLiteFile.isOne(page.bytes) {
      Passwords.redact(&page, ending: Passwords.Ending(of: kind, isJson: page.isJson))
    }
    return Redacted(bytes: page.bytes, names: page.names.sorted())
  }

  /// Redacts the site's configuration. It is TOML and stays so: only the inside of quotes goes.
  public static func redact(site bytes: [UInt8]) -> [UInt8] {
    var page = Page(bytes)
    Passwords.redact(&page, ending: .blank)
    return page.bytes
  }

  /// Redacts all that an observation holds: both outputs, the command and the reason of a failure.
  public static func redact(_ observation: RawObservation) -> (observation: RawObservation, names: [String]) {
    let stdout = redact(observation.kind, observation.stdout, command: observation.command)
    let stderr = redact(observation.kind, observation.stderr, command: observation.command)
    let command = redact(command: observation.command)
    var names = Set(stdout.names).union(stderr.names)
    if command != observation.command { names.insert("command") }
    var ending = observation.ending
    if case .failure(let reason) = ending {
      let text = redact(observation.kind, Array(reason.utf8))
      ending = .failure(String(decoding: text.bytes, as: UTF8.self))
      names.formUnion(text.names)
    }
    let redacted = RawObservation(
      kind: observation.kind, node: observation.node, command: command, started: observation.started,
      finished: observation.finished, ending: ending, stdout: stdout.bytes, stderr: stderr.bytes)
    return (redacted, names.sorted())
  }

  /// Redacts an argument vector: passwords in any argument, the argument after a password's option, and the
  /// variables of `qsub -v`.
  public static func redact(command: [String]) -> [String] {
    var isSecret = false
    return command.enumerated().map { index, argument in
      var page = Page(Array(argument.utf8))
      if isSecret { page.fill(page.bytes.indices, as: "command") }
      isSecret = Passwords.isOption(argument) || (argument == "-v" && command[0].hasSuffix("qsub"))
      if index > 0, argument.hasPrefix("-v"), command[0].hasSuffix("qsub") {
        page.fill(2..<page.bytes.count, as: "command")
      }
      Passwords.redact(&page, ending: .argument)
      return String(decoding: page.bytes, as: UTF8.self)
    }
  }
}

/// Bytes that are being redacted.
struct Page {
  static let filler = UInt8(ascii: "x")

  private(set) var bytes: [UInt8]
  private(set) var names: Set<String> = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What OpenPBS prints with `-F json`: none of the other forms begins so.
  var isJson: Bool { bytes.first { $0 > 32 } == UInt8(ascii: "{") }

  /// Overwrites a part. Line ends and tabs stay: folding and the counting of lines rest on them.
  mutating func fill(_ range: Range<Int>, as name: String) {
    let range = range.clamped(to: bytes.indices)
    if range.isEmpty { return }
    names.insert(name)
    for at in range where bytes[at] != 10 && bytes[at] != 9 && bytes[at] != 13 { bytes[at] = Self.filler }
  }

  /// Overwrites one byte, where the filler depends on the place.
  mutating func put(_ byte: UInt8, at index: Int, as name: String) {
    if bytes.indices.contains(index) {
      bytes[index] = byte
      names.insert(name)
    }
  }
}
