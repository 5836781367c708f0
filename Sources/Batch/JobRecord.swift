public import Model
public import World

/// A job's attributes, from whichever form, on their way into `lrms_job` and `lrms_allocation`.
public struct JobRecord {
  public var bytes = 0..<0
  public var isAmbiguous = false
  /// The text forms tell local times without a zone, which are no instants; their columns stay NULL.
  let hasInstants: Bool

  private var values = [ArraySlice<UInt8>?](repeating: nil, count: JobKey.allCases.count)
  private var repeated: [JobKey] = []
  private var refused: [(key: JobKey, found: String)] = []

  public init(hasInstants: Bool) { self.hasInstants = hasInstants }

  public subscript(key: JobKey) -> ArraySlice<UInt8>? { values[key.rawValue] }

  public mutating func clear() {
    for index in values.indices { values[index] = nil }
    repeated.removeAll(keepingCapacity: true)
    refused.removeAll(keepingCapacity: true)
    isAmbiguous = false
  }

  /// An attribute that is told twice is not known: one of the two could be its owner's.
  public mutating func set(_ key: JobKey, _ value: ArraySlice<UInt8>) {
    if values[key.rawValue] != nil, !repeated.contains(key) { repeated.append(key) }
    values[key.rawValue] = value
  }

  /// An attribute that is told as something else than text or a number, in words.
  public mutating func refuse(_ key: JobKey, _ found: String) { refused.append((key, found)) }

  /// Puts the rows of this job into the sink. The answer is what makes the source partial: a lost key.
  public func insert(into sink: inout some RowSink) -> Problem? {
    guard let idBytes = self[.id], !repeated.contains(.id), isJobId(idBytes) else {
      let found = repeated.contains(.id) ? "two" : self[.id].map(quoted) ?? "none"
      return Problem("expected a job's id, found \(found)", offset: bytes.lowerBound)
    }
    let id = String(decoding: idBytes, as: UTF8.self)
    var draft = Draft(
      "lrms_job", bytes: bytes, isAmbiguous: isAmbiguous || !repeated.isEmpty, columns: 27)
    describe(id, in: &draft)
    sink.insert(draft.row)
    return allocate(id, isAmbiguous: draft.row.isAmbiguous, into: &sink)
  }

  private func describe(_ id: String, in draft: inout Draft) {
    let parts = JobIdentifier(id)
    // The server's name is asked for only where the id has none.
    for key in repeated where key != .server || parts.server == nil {
      draft.defect(key.column, "told more than once")
    }
    for (key, found) in refused { draft.defect(key.column, "found \(found)") }
    draft.set("id", .text(id))
    draft.set("number", .text(parts.number))
    draft.set("server", Value(parts.server ?? serverName))
    draft.text("name", value(.name))
    if let owner = draft.text("owner", value(.owner)) {
      draft.set("account", .text(String(owner.prefix { $0 != "@" })))
    } else if isTold(.owner) {
      draft.defect("account", "the owner is not known")
    }
    draft.text("queue", value(.queue))
    setState(in: &draft)
    draft.integer("substate", value(.substate))
    draft.integer("session", value(.session))
    draft.integer("exit_status", value(.exitStatus))
    if hasInstants {
      draft.instant("created_ms", value(.created))
      draft.instant("modified_ms", value(.modified))
      draft.instant("eligible_ms", value(.eligible))
      draft.instant("started_ms", value(.started))
      draft.instant("completed_ms", value(.completed))
    }
    draft.seconds("walltime_s", value(.walltime))
    draft.memory("memory_kib", value(.memory))
    draft.text("nodes_requested", value(.nodes))
    draft.text("exec_host", value(.execHost))
    setOutput(in: &draft)
  }

  /// A value that was told once.
  private func value(_ key: JobKey) -> ArraySlice<UInt8>? {
    repeated.isEmpty || !repeated.contains(key) ? self[key] : nil
  }

  private func isTold(_ key: JobKey) -> Bool {
    self[key] != nil || (!refused.isEmpty && refused.contains { $0.key == key })
  }

  /// For an id that is a bare number.
  private var serverName: String? {
    guard let name = value(.server), isNodeName(name) else { return nil }
    return String(decoding: name.prefix { $0 != 0x2E }, as: UTF8.self).lowercased()
  }

  /// The letters are the same in 2.5.13 and 6.1 (`domain/torque.md` 2).
  private func setState(in draft: inout Draft) {
    guard let state = value(.state) else { return }
    if state.count == 1, let letter = state.first, ascii("TQHWREC").contains(letter) {
      draft.set("state", .text(String(Unicode.Scalar(letter))))
    } else {
      draft.defect("state", "expected a letter of T Q H W R E C, found \(quoted(state))")
    }
  }

  /// A pilot is known by its output: `host:/somewhere/pilot-logs/<slot uuid>`.
  private func setOutput(in draft: inout Draft) {
    guard isTold(.outputPath) else { return }
    guard let bytes = value(.outputPath), draft.text("output_path", bytes) != nil else {
      draft.defect("output_name", "the path is not known")
      draft.defect("in_pilot_logs", "the path is not known")
      return
    }
    let path = bytes.firstIndex(of: 0x3A).map { bytes[($0 + 1)...] } ?? bytes
    let slash = path.lastIndex(of: 0x2F)
    let name = slash.map { path[($0 + 1)...] } ?? path
    let folder = slash.map { path[..<$0] } ?? path[..<path.startIndex]
    let parent = folder.lastIndex(of: 0x2F).map { folder[($0 + 1)...] } ?? folder
    draft.set("output_name", name.isEmpty ? .null : .text(String(decoding: name, as: UTF8.self)))
    draft.set("in_pilot_logs", Value(parent.elementsEqual(ascii("pilot-logs"))))
  }

  private func allocate(_ id: String, isAmbiguous: Bool, into sink: inout some RowSink) -> Problem? {
    guard isTold(.execHost) else { return nil }
    guard let execHost = value(.execHost), execHost.count <= valueLimit else {
      return Problem("where job \(id) runs can't be told from its exec_host", offset: bytes.lowerBound)
    }
    if execHost.isEmpty { return nil }
    let placement = Placement(execHost)
    for share in placement.shares {
      var draft = Draft("lrms_allocation", bytes: bytes, isAmbiguous: isAmbiguous, columns: 3)
      draft.set("job", .text(id))
      draft.set("node", .node(share.node))
      draft.set("processors", Value(share.processors))
      if let problem = share.problem { draft.defect("processors", problem) }
      sink.insert(draft.row)
    }
    return placement.nameless.map {
      Problem("expected a node in the exec_host of job \(id), found \(quoted($0))", offset: bytes.lowerBound)
    }
  }
}
