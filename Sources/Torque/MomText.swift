import Batch
import Model
import World

/// `momctl -d 3` of one MOM. A MOM always prints its head, and `diagnostics complete` when it has said all.
enum MomText {
  static let form = "momctl -d 3"

  static func read(_ bytes: [UInt8], of node: String, into sink: inout some RowSink) -> Reading {
    var report = MomReport(node: node)
    for line in Lines(bytes) { report.take(line) }
    report.insert(into: &sink)
    return Reading(form: form, coverage: report.coverage)
  }
}

/// What was understood of the lines so far.
private struct MomReport {
  private let node: String
  private var head: Draft?
  private var version: ArraySlice<UInt8>?
  private var active: ArraySlice<UInt8>?
  private var interval: ArraySlice<UInt8>?
  private var lastFromServer: ArraySlice<UInt8>?
  private var bytes = 0..<0
  private var jobs: [Row] = []
  private var ids: Set<[UInt8]> = []
  private var isComplete = false
  private var saysNone = false
  private var problems = ProblemList()

  init(node: String) { self.node = node }

  mutating func take(_ line: Line) {
    let content = trimmed(line.content)
    if content.isEmpty { return }
    guard line.isTerminated || content.elementsEqual(ascii("diagnostics complete")), !line.isTooLong else {
      return problems.append(Problem("a line is cut", line: line.number))
    }
    if isComplete {
      problems.append(Problem("expected nothing after 'diagnostics complete'", line: line.number))
    } else if content.starts(with: ascii("Host:")) {
      takeHead(content, line)
    } else if content.starts(with: ascii("job[")) {
      takeJob(content, line)
    } else if content.elementsEqual(ascii("diagnostics complete")) {
      isComplete = true
      bytes = bytes.lowerBound..<line.range.upperBound
    } else if content.starts(with: ascii("NOTE:")),
      content.reversed().starts(with: ascii("detected").reversed())
    {
      saysNone = true
    } else {
      takeFigure(content)
    }
  }

  /// `Host: gsn-wn1/gsn-wn1   Version: 2.5.13   PID: 25`
  private mutating func takeHead(_ content: ArraySlice<UInt8>, _ line: Line) {
    if version != nil || !bytes.isEmpty {
      problems.append(Problem("expected one MOM, found another", line: line.number))
    }
    bytes = line.range
    version = word(after: "Version:", in: content)
  }

  private mutating func takeFigure(_ content: ArraySlice<UInt8>) {
    if let value = word(after: "MOM active:", in: content) { active = value }
    if let value = word(after: "Server Update Interval:", in: content) { interval = value }
    // With several servers the nearest message counts.
    if let value = word(after: "Last Msg From Server:", in: content) {
      let isNearer =
        lastFromServer.flatMap { Quantity.natural($0) }.map { old in
          Quantity.natural(value).map { $0 < old } ?? false
        } ?? true
      if isNearer { lastFromServer = value }
    }
  }

  /// `job[0.gridsn.example.org]  state=RUNNING  sidlist=96`; 6.1 has figures between them.
  private mutating func takeJob(_ content: ArraySlice<UInt8>, _ line: Line) {
    let rest = content.dropFirst(4)
    // An array's element has brackets of its own: job[12[3].gridsn].
    guard
      let end = rest.indices.first(where: { rest[$0] == 0x5D && $0 + 1 < rest.endIndex && rest[$0 + 1] == 32 }
      ),
      isJobId(rest[..<end])
    else {
      return problems.append(
        Problem("expected job[ID], found \(quoted(content))", line: line.number))
    }
    let id = String(decoding: rest[..<end], as: UTF8.self)
    if !ids.insert(Array(rest[..<end])).inserted {
      problems.append(Problem("job \(id) is listed twice", line: line.number))
    }
    var draft = Draft("lrms_mom_job", bytes: line.range, columns: 6)
    draft.set("node", .node(node))
    draft.set("job", .text(id))
    setParts(of: id, in: &draft)
    let details = rest[(end + 1)...]
    if let state = word(after: "state=", in: details), !state.isEmpty {
      draft.text("state", state)
    } else {
      draft.defect("state", "expected state=, found \(quoted(details))")
    }
    setSessions(details, in: &draft)
    jobs.append(draft.row)
  }

  /// They are the rest of the line, divided by commas or blanks.
  private func setSessions(_ details: ArraySlice<UInt8>, in draft: inout Draft) {
    guard let list = self.rest(after: "sidlist=", in: details) else {
      return draft.defect("sessions", "expected sidlist=, found \(quoted(details))")
    }
    let sessions = list.split { $0 == 32 || $0 == 0x2C }
    if sessions.allSatisfy({ Quantity.natural($0) != nil }) {
      draft.set(
        "sessions", .text(sessions.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")))
    } else {
      draft.defect("sessions", "expected session ids, found \(quoted(list))")
    }
  }

  private func rest(after key: StaticString, in text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let key = ascii(key)
    guard
      let start = text.indices.first(where: { text[$0] == key[0] && text[$0...].starts(with: key) })
    else { return nil }
    return text[start...].dropFirst(key.count)
  }

  private func word(after key: StaticString, in text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    rest(after: key, in: text)?.drop { $0 == 32 }.prefix { $0 != 32 }
  }

  func insert(into sink: inout some RowSink) {
    guard version != nil else { return }
    var draft = Draft("lrms_mom", bytes: bytes, columns: 5)
    draft.set("node", .node(node))
    draft.text("version", version)
    draft.integer("active_s", active)
    draft.integer("status_interval_s", interval)
    draft.integer("last_from_server_s", lastFromServer)
    sink.insert(draft.row)
    for job in jobs { sink.insert(job) }
  }

  var coverage: Coverage {
    guard version != nil else {
      return .failed(Problem("expected a MOM's diagnosis, which begins with Host:"))
    }
    var coverage = problems.coverage
    if !isComplete { coverage = coverage.and(Problem("cut: 'diagnostics complete' is missing")) }
    if saysNone, !jobs.isEmpty {
      coverage = coverage.and(Problem("says that there are no local jobs, and lists some"))
    }
    if isComplete, !saysNone, jobs.isEmpty {
      coverage = coverage.and(Problem("lists no jobs and does not say that there are none"))
    }
    return coverage
  }
}
