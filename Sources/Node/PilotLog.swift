import Model
import World

/// A pilot's own log, `/tmp/workspace-pilot-<UUID>.txt`, or `...otherlogs.txt` where it ran without a slot id
/// (`--killnine`). Written by Python's logging: `2026-11-22 20:57:03,966 DEBUG @2328: message`, the `@line` only with
/// `--trace`; lines that do not begin so belong to the message before. Append-only, one file a slot, several runs one
/// after the other (`workspacepilot.py`, section "Logging").
struct PilotLog {
  /// The slot of a log's path; nil where the path is no pilot log's. The prefix before the UUID is a setting.
  static func slot(ofPath path: String) -> String? {
    guard let name = path.split(separator: "/").last, name.hasSuffix(".txt") else { return nil }
    let stem = name.dropLast(4)
    if stem.hasSuffix("otherlogs") { return "otherlogs" }
    let tail = stem.utf8.suffix(36)
    return Words.isUUID(tail) ? String(decoding: tail, as: UTF8.self) : nil
  }

  /// True for a line that begins a message, so that one without its file's name is not overlooked.
  static func isEntry(_ content: ArraySlice<UInt8>) -> Bool { Entry(content) != nil }

  let slot: String
  let node: String
  let isAmbiguous: Bool
  private var position: Int64 = 0

  init(slot: String, node: String, isAmbiguous: Bool) {
    self.slot = slot
    self.node = node
    self.isAmbiguous = isAmbiguous
  }

  mutating func take(_ line: Line, notes: inout Notes, sink: inout some RowSink) {
    guard notes.isWhole(line) else { return }
    guard let entry = Entry(line.content) else {
      // A crash of the node leaves blocks of zeros in files that were being written: records may be under them.
      if line.content.contains(0) {
        notes.problem("zero bytes in the log of \(slot)", line: line.number)
      }
      return
    }
    guard let event = entry.event else { return }
    var defects: [Defect] = []
    var memory: Value = .null
    if event.name == .current || event.name == .target {
      memory = Value(event.mebibytes.flatMap { Kibibytes(Mebibytes($0)) })
      if memory == .null {
        defects.append(Defect(column: "memory_kib", problem: "expected MiB and found '\(event.detail)'"))
      }
    } else if let mebibytes = event.mebibytes {
      memory = Value(Kibibytes(Mebibytes(mebibytes)))
    }
    sink.insert(
      Row(
        "pilot_log", bytes: line.range, defects: defects, isAmbiguous: isAmbiguous,
        [
          "node": .node(node), "slot": .text(slot), "position": .integer(position),
          "logged_at": .text(entry.loggedAt), "event": .text(event.name.rawValue), "memory_kib": memory,
          "detail": .text(event.detail),
        ]))
    position &+= 1
  }

  struct Event {
    enum Name: String { case current, target, state, command, signal, error }
    let name: Name
    var mebibytes: Int64?
    let detail: String
  }

  /// One message with its time and level.
  struct Entry {
    let loggedAt: String
    let level: String
    let message: ArraySlice<UInt8>

    init?(_ content: ArraySlice<UInt8>) {
      let stamp = content.prefix(23)
      guard stamp.count == 23,
        zip(stamp, "dddd-dd-dd dd:dd:dd,ddd".utf8).allSatisfy({ byte, form in
          form == 100 ? Words.isDigit(byte) : byte == form
        }), let colon = content.prefix(80).dropFirst(24).firstIndex(of: 58)
      else { return nil }
      let head = Words.of(content[(content.startIndex + 23)..<colon])
      guard let level = head.first, head.count == 1 || (head.count == 2 && head[1].first == 64) else {
        return nil
      }
      loggedAt = Words.text(stamp)
      self.level = Words.text(level)
      message = Words.trimmed(content[(colon + 1)...])
    }

    /// What the message says of memory, states, commands and signals; nil for the others, unless they are errors.
    var event: Event? {
      // A dry run does none of what it logs.
      if message.starts(with: "evaluate:".utf8) { return nil }
      for (name, start) in Self.figures {
        if let rest = rest(after: start) { return Self.figure(name, rest) }
      }
      if let rest = rest(after: "new state: ") ?? rest(after: "current state = ") {
        return Event(name: .state, detail: Text.printable(rest))
      }
      if rest(after: "SIGTERM, elapsed") != nil || rest(after: "SIGINT, elapsed") != nil {
        return Event(name: .signal, detail: Text.printable(message))
      }
      if isCommand { return Event(name: .command, mebibytes: memorySet, detail: Text.printable(message)) }
      if level == "ERROR" || level == "CRITICAL" {
        return Event(name: .error, detail: Text.printable(message))
      }
      return nil
    }

    private static let figures: [(Event.Name, String)] = [
      (.current, "current memory MB = "), (.target, "target memory MB = "),
    ]

    private static func figure(_ name: Event.Name, _ rest: ArraySlice<UInt8>) -> Event {
      let number = rest.prefix(while: Words.isDigit)
      guard let mebibytes = Words.number(number) else {
        return Event(name: name, mebibytes: nil, detail: Text.printable(rest))
      }
      let detail = Words.trimmed(rest.dropFirst(number.count))
      return Event(name: name, mebibytes: mebibytes, detail: Text.printable(detail))
    }

    private func rest(after start: String) -> ArraySlice<UInt8>? {
      message.starts(with: start.utf8) ? message.dropFirst(start.utf8.count) : nil
    }

    /// `'/usr/sbin/xm mem-set 0 818': exit=0, stdout='', stderr=''`, and `program starting '...'`, which is all that a
    /// pilot leaves that is killed while the command runs.
    private var isCommand: Bool {
      if rest(after: "program starting '") != nil || rest(after: "program ended: '") != nil { return true }
      return message.first == 39 && Self.contains(message, "': exit=")
    }

    /// The MiB of `mem-set 0 N`.
    private var memorySet: Int64? {
      let words = Words.of(message, limit: 16)
      guard let place = words.firstIndex(where: { $0.elementsEqual("mem-set".utf8) }),
        place + 2 < words.count, words[place + 1] == [48]
      else { return nil }
      return Words.number(words[place + 2].prefix(while: Words.isDigit))
    }

    private static func contains(_ bytes: ArraySlice<UInt8>, _ text: String) -> Bool {
      Words.text(bytes.prefix(4096)).contains(text)
    }
  }
}
