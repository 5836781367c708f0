import Batch
import Model
import World

/// A node's attributes, from whichever form, on their way into `lrms_node` and `lrms_node_job`.
struct NodeRecord {
  var bytes = 0..<0
  var isAmbiguous = false

  private var values = [ArraySlice<UInt8>?](repeating: nil, count: NodeKey.allCases.count)
  private var repeated: [NodeKey] = []

  subscript(key: NodeKey) -> ArraySlice<UInt8>? { values[key.rawValue] }

  mutating func set(_ key: NodeKey, _ value: ArraySlice<UInt8>) {
    if values[key.rawValue] != nil, !repeated.contains(key) { repeated.append(key) }
    values[key.rawValue] = value
  }

  /// Puts the rows of this node into the sink. The answers are what makes the source partial: lost keys.
  func insert(into sink: inout some RowSink) -> [Problem] {
    guard let bytesOfName = self[.name], !repeated.contains(.name), isNodeName(bytesOfName) else {
      let found = repeated.contains(.name) ? "two" : self[.name].map(quoted) ?? "none"
      return [Problem("expected a node's name, found \(found)", offset: bytes.lowerBound)]
    }
    let name = String(decoding: bytesOfName, as: UTF8.self)
    var draft = Draft("lrms_node", bytes: bytes, isAmbiguous: isAmbiguous || !repeated.isEmpty)
    draft.set("node", .node(name))
    draft.set("name", .text(name))
    for key in repeated where key != .jobs { draft.defect(key.column, "told more than once") }
    if let state = draft.text("state", value(.state)) {
      let words = state.split(separator: ",").map { $0.drop { $0 == " " } }
      draft.set("is_down", Value(words.contains("down") || words.contains("state-unknown")))
      draft.set("is_offline", Value(words.contains("offline")))
    } else if self[.state] != nil {
      draft.defect("is_down", "the state is not understood")
      draft.defect("is_offline", "the state is not understood")
    }
    draft.integer("processors", value(.processors))
    draft.text("properties", value(.properties))
    draft.text("note", value(.note))
    if let status = value(.status) { setStatus(status, in: &draft) }
    sink.insert(draft.row)
    return insertJobs(of: name, isAmbiguous: draft.row.isAmbiguous, into: &sink)
  }

  private func value(_ key: NodeKey) -> ArraySlice<UInt8>? { repeated.contains(key) ? nil : self[key] }

  /// The MOM's own words: `key=value` between commas, the values with blanks. 2.5 and 6.1 have them in other
  /// orders.
  private func setStatus(_ status: ArraySlice<UInt8>, in draft: inout Draft) {
    let pairs = status.split(separator: 0x2C)
    for (key, column) in [("rectime=", "status_ms"), ("jobs=", "status_jobs")]
      as [(StaticString, StaticString)]
    {
      let values = pairs.filter { $0.starts(with: ascii(key)) }.map { $0.dropFirst(key.utf8CodeUnitCount) }
      guard values.count == 1, let value = values.first else {
        if !values.isEmpty { draft.defect(column, "the status tells \(key) more than once") }
        continue
      }
      if key.description == "jobs=" {
        draft.text(column, trimmed(value))
      } else {
        draft.instant(column, value)
      }
    }
  }

  /// `0/5.srv, 1/5.srv` (2.5), `0/14.srv,5-6/19.srv` (6.1): one row a job.
  private func insertJobs(of node: String, isAmbiguous: Bool, into sink: inout some RowSink) -> [Problem] {
    guard let jobs = self[.jobs].map(trimmed), !jobs.isEmpty else { return [] }
    guard !repeated.contains(.jobs) else {
      return [Problem("the jobs of node \(node) are told more than once", offset: bytes.lowerBound)]
    }
    let (shares, problem) = Self.shares(jobs)
    for share in shares {
      var draft = Draft("lrms_node_job", bytes: bytes, isAmbiguous: isAmbiguous, columns: 3)
      draft.set("node", .node(node))
      draft.set("job", .text(share.job))
      draft.set("processors", Value(share.processors))
      if share.processors == nil { draft.defect("processors", "its slots are not understood") }
      sink.insert(draft.row)
    }
    return problem.map { [Problem("\($0) in the jobs of node \(node)", offset: bytes.lowerBound)] } ?? []
  }

  private struct JobShare {
    let job: String
    var processors: Int64?
  }

  private static func shares(_ jobs: ArraySlice<UInt8>) -> ([JobShare], problem: String?) {
    var shares: [JobShare] = []
    var places: [String: Int] = [:]
    var problem: String?
    // Slots may hold commas themselves (`0-1,3/5.srv`), so those before a `/` belong to its job.
    var start = jobs.startIndex
    while let slash = jobs[start...].firstIndex(of: 0x2F) {
      let end = jobs[slash...].firstIndex(of: 0x2C) ?? jobs.endIndex
      let slots = trimmed(jobs[start..<slash])
      let id = trimmed(jobs[(slash + 1)..<end])
      start = min(end + 1, jobs.endIndex)
      guard isJobId(id) else {
        problem = problem ?? "expected a job's id, found \(quoted(id))"
        continue
      }
      let job = String(decoding: id, as: UTF8.self)
      let count = Placement.count(slots)
      if let place = places[job] {
        shares[place].processors = shares[place].processors.flatMap { old in count.map { old + $0 } }
      } else {
        places[job] = shares.count
        shares.append(JobShare(job: job, processors: count))
      }
    }
    let rest = trimmed(jobs[start...])
    return (shares, problem ?? (rest.isEmpty ? nil : "expected slot/job, found \(quoted(rest))"))
  }
}
