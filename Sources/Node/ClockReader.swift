import Model
import World

/// `node.clock`: the node's time, how long it is up, and which boot this is.
///
/// Any of these lines, in any order: `date +%s.%N`, `epoch N`, `date -u` in its common forms, /proc/uptime,
/// /proc/sys/kernel/random/boot_id, and `btime` of /proc/stat.
struct ClockReader {
  private var notes = Notes()
  private var time: Instant?
  private var uptimeSeconds: Int64?
  private var bootSeconds: Int64?
  private var bootID: String?
  private var defects: [Defect] = []
  private var used: Range<Int>?

  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    var reader = ClockReader()
    let bytes = observation.stdout
    for section in Section.split(bytes, notes: &reader.notes) {
      for line in section.lines(of: bytes) { reader.take(line, in: section) }
    }
    let form = "time, uptime and boot id, a line each"
    guard let time = reader.time else {
      let reason = reader.notes.problems.first.map { ": \($0.described)" } ?? ""
      return reader.notes.reading(form: form, failure: Problem("no time of the node was told\(reason)"))
    }
    sink.insert(reader.row(at: time, of: observation))
    return reader.notes.reading(form: form)
  }

  private func row(at time: Instant, of observation: RawObservation) -> Row {
    let started = observation.started.milliseconds
    let middle = started &+ (observation.finished.milliseconds &- started) / 2
    var uptime = uptimeSeconds
    if uptime == nil, let bootSeconds, bootSeconds <= time.milliseconds / 1000 {
      uptime = time.milliseconds / 1000 - bootSeconds
    }
    return Row(
      "node_clock", bytes: used ?? 0..<0, defects: defects,
      [
        "node": .node(observation.node), "time_ms": Value(time),
        "skew_ms": .integer(time.milliseconds &- middle), "uptime_s": Value(uptime), "boot_id": Value(bootID),
      ])
  }

  private mutating func take(_ line: Line, in section: Section) {
    guard notes.isWhole(line), !notes.isComplaint(line) else { return }
    let words = Words.of(line.content)
    guard let first = words.first else { return }
    if isStatistic(words, in: section) { return }
    if takeNamed(words, line: line) || takeBare(words, first: first, line: line, in: section) {
      used = (used?.lowerBound ?? line.range.lowerBound)..<line.range.upperBound
      return
    }
    notes.remark("neither a time, an uptime nor a boot id, and left alone", line: line.number)
  }

  /// The other lines of /proc/stat are no news.
  private func isStatistic(_ words: [ArraySlice<UInt8>], in section: Section) -> Bool {
    let known = ["cpu", "intr", "ctxt", "processes", "procs_", "softirq", "page", "swap", "disk_io"]
    return words.count > 1 && known.contains { words[0].starts(with: $0.utf8) }
      && (section.head ?? "/proc/stat").hasSuffix("/stat")
  }

  /// `epoch 1795375095`, `time = ...`, `uptime 12345.67`, `boot_id UUID`, `btime N`; with `=`, `:` or nothing between.
  private mutating func takeNamed(_ words: [ArraySlice<UInt8>], line: Line) -> Bool {
    let content = Words.trimmed(line.content)
    let letters = content.prefix { $0 == 95 || (65...90).contains($0) || (97...122).contains($0) }
    guard !letters.isEmpty, letters.count < content.count else { return false }
    let between = content.dropFirst(letters.count).prefix { Words.isBlank($0) || $0 == 61 || $0 == 58 }
    guard !between.isEmpty else { return false }
    let rest = Words.trimmed(content.dropFirst(letters.count + between.count))
    switch Words.text(letters).lowercased() {
    case "epoch", "time", "now", "date": return takeTime(rest, line: line)
    case "uptime": return takeUptime(rest)
    case "btime": return takeBootTime(rest)
    case "boot_id", "bootid": return takeBootID(rest, line: line)
    default: return false
    }
  }

  private mutating func takeBare(
    _ words: [ArraySlice<UInt8>], first: ArraySlice<UInt8>, line: Line, in section: Section
  ) -> Bool {
    if words.count == 1, Words.isUUID(first) { return takeBootID(first, line: line) }
    // Two numbers with fractions: the node's and its idle seconds. One alone is a time, unless its file says not.
    let isUptime =
      words.count == 2 && words.allSatisfy { $0.contains(46) && Words.milliseconds($0) != nil }
    if isUptime || section.head?.hasSuffix("/uptime") == true {
      return takeUptime(Words.trimmed(line.content))
    }
    return takeTime(Words.trimmed(line.content), line: line)
  }

  private mutating func takeTime(_ text: ArraySlice<UInt8>, line: Line) -> Bool {
    switch Moment.read(text) {
    case .moment(let moment):
      // A second time is that after the other commands; the first is nearest to the beginning.
      if time == nil { time = moment }
      return true
    case .unknownZone(let zone):
      notes.remark("a time in the zone \(zone), which is not known: print it in UTC", line: line.number)
      return true
    case .nothing:
      return false
    }
  }

  private mutating func takeUptime(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = Words.of(text).first, let up = Words.milliseconds(first) else { return false }
    if uptimeSeconds == nil { uptimeSeconds = up / 1000 }
    return true
  }

  private mutating func takeBootTime(_ text: ArraySlice<UInt8>) -> Bool {
    guard let seconds = Words.number(text) else { return false }
    bootSeconds = seconds
    return true
  }

  private mutating func takeBootID(_ text: ArraySlice<UInt8>, line: Line) -> Bool {
    let told = Words.text(text).lowercased()
    guard Words.isUUID(text) else {
      defects.append(
        Defect(column: "boot_id", problem: "expected a UUID and found \(Text.printable(text.prefix(60)))"))
      return true
    }
    if let bootID, bootID != told {
      notes.problem("two boots in one look: \(bootID) and \(told)", line: line.number)
      defects.append(Defect(column: "boot_id", problem: "two were told"))
    }
    bootID = defects.isEmpty ? told : nil
    return true
  }
}
