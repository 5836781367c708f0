import Model
import World

/// What the batch server prints of a job that is going or gone.
extension SiteState {
  mutating func editJob(_ id: String, _ change: (inout Document) -> Void) {
    edit(.torqueJobs, "lrms_job") { document, row in
      if row.text("id") == id { document.edit(row.bytes, change) }
    }
  }

  /// The MOM waits for its processes.
  mutating func end(_ id: String) {
    guard let job = job(id), job.text("state") != "C" else { return }
    if pilots(of: job, id).contains(where: ending.contains) {
      return schedule(.end(id), in: .milliseconds(500))
    }
    close(id, job)
  }

  /// A job is over: it shows as completed for as long as the server keeps it, else it is gone at once.
  private mutating func close(_ id: String, _ job: Row) {
    note(.jobEnded(job: id))
    logEnd(of: id, job)
    for node in hosts(of: id) {
      removeFromBooks(id, of: node)
      removeFromMom(id, of: node)
    }
    let kept = keepCompleted
    let isXml = sources.contains { $0.kind == .torqueJobs && $0.observation.stdout.first == 60 }
    guard kept > .zero, isXml else { return forget(id) }
    let moment = clock.milliseconds / 1000
    editJob(id) { Self.complete(&$0, at: moment) }
    schedule(.forget(id), in: kept)
  }

  /// In the form of the completed jobs of a real list; 271 is SIGTERM. From a text it is taken out.
  private static func complete(_ record: inout Document, at moment: Int64) {
    guard record.bytes.first == 60 else {
      record.bytes = []
      return
    }
    record.removeElement("Walltime")
    record.set("job_state", to: "C")
    record.set("substate", to: "59")
    record.removeElement("exit_status")
    if let etime = record.element("etime") {
      record.replace(etime.upperBound..<etime.upperBound, by: "<exit_status>271</exit_status>")
    }
    record.insert("<comp_time>\(moment)</comp_time>", before: "<fault_tolerant>", "<submit_host>", "</Job>")
  }

  /// 2.5.13 prints nothing at all when there are no jobs; 6.1 prints the document without any (`torque.md` 1.2).
  mutating func forget(_ id: String) {
    edit(.torqueJobs, "lrms_job") { document, row in
      if row.text("id") == id { document.remove(row.bytes) }
    }
    for index in sources.indices where sources[index].kind == .torqueJobs && !sources[index].isFailed {
      guard rows(of: sources[index], "lrms_job").isEmpty else { continue }
      sources[index].edit(read: read) { document in
        if !document.contains("<?xml") { document.bytes = [] }
      }
    }
  }

  /// As configured; where that was not captured, 300 s of `torque.setup` if the list has completed jobs, else none.
  private var keepCompleted: Duration {
    let told = rows(.torqueSettings, "lrms_setting").first { $0.text("attribute") == "keep_completed" }
    if let seconds = told?.text("value").flatMap(Int64.init) { return .seconds(seconds) }
    return rows(.torqueJobs, "lrms_job").contains { $0.text("state") == "C" } ? .seconds(300) : .zero
  }

  // MARK: Nodes

  private mutating func editNode(_ node: String, _ change: (inout Document) -> Void) {
    let names = names
    edit(.torqueNodes, "lrms_node") { document, row in
      var names = names
      if names.canonical(row.text("node") ?? "") == node { document.edit(row.bytes, change) }
    }
  }

  /// The server's own list, `0/5.gridsn, 1/5.gridsn`, or `0/14.gridsn,5-6/19.gridsn` on 6.1.
  mutating func removeFromBooks(_ id: String, of node: String) {
    editNode(node) { record in
      guard let jobs = record.content(of: "jobs") else { return }
      let told = record.text(jobs)
      let kept = Self.shares(told).filter { !$0.hasSuffix("/\(id)") }
      if kept.isEmpty {
        record.removeElement("jobs")
      } else {
        record.replace(jobs, by: kept.joined(separator: told.contains(", ") ? ", " : ","))
      }
      let states = record.told("state").split(separator: ",")
      let others = states.filter { $0 != "job-exclusive" }
      if others.count < states.count {
        record.set("state", to: others.isEmpty ? "free" : others.joined(separator: ","))
      }
    }
  }

  /// The slots before a `/` may hold commas themselves.
  private static func shares(_ told: String) -> [String] {
    var shares: [String] = []
    var isOpen = false
    for part in told.split(separator: ",").map({ $0.drop { $0 == " " } }) {
      if isOpen, let last = shares.popLast() {
        shares.append("\(last),\(part)")
      } else {
        shares.append(String(part))
      }
      isOpen = !part.contains("/")
    }
    return shares
  }

  // MARK: MOMs

  /// Its report to the server comes every 45 s, so the server's list of it lags behind.
  mutating func removeFromMom(_ id: String, of node: String) {
    edit(.torqueMom, of: node) { document in
      guard document.contains("job[\(id)]") else { return }
      document.removeLines { $0.hasPrefix("job[\(id)]") }
      if document.contains("\njob[") { return }
      document.removeLines { $0.hasPrefix("Assigned CPU Count:") }
      document.insert(
        "NOTE:  no local jobs detected\n", before: "\ndiagnostics complete", "diagnostics complete")
    }
    note(.jobForgottenByMom(node: node, job: id))
    let reported = rows(.torqueNodes, "lrms_node").first { $0.text("node").map(canonical) == node }
    guard let last = reported?.integer("status_ms") else { return }
    let since = (clock.milliseconds - last) % 45_000
    schedule(.report(node: node, job: id), in: .milliseconds(45_000 - since))
  }

  mutating func report(_ node: String, without id: String) {
    let moment = clock.milliseconds / 1000
    editNode(node) { record in
      let told = record.told("status").split(separator: ",", omittingEmptySubsequences: false).map { part in
        if part.hasPrefix("rectime=") { return "rectime=\(moment)" }
        guard part.hasPrefix("jobs=") else { return String(part) }
        return "jobs=" + part.dropFirst(5).split(separator: " ").filter { $0 != id }.joined(separator: " ")
      }
      record.set("status", to: told.joined(separator: ","))
    }
  }

  // MARK: The accounting log

  mutating func logDeletion(of id: String) {
    log("D", id, "requestor=root@\(id.split(separator: ".", maxSplits: 1).last ?? "localhost")")
  }

  /// All that the record of its start says, and its end.
  private mutating func logEnd(of id: String, _ job: Row) {
    for source in sources where source.kind == .torqueAccounting {
      let document = Document(source.observation.stdout)
      let started = rows(of: source, "lrms_event").filter { $0.text("job") == id && $0.text("kind") == "S" }
      guard let start = started.last else { continue }
      let record = document.text(document.wholeLines(start.bytes)).split(separator: ";", maxSplits: 3).last
      let told = (record ?? "").split { $0 == "\n" || $0 == " " }.joined(separator: " ")
      let session = job.integer("session") ?? 0
      log("E", id, "\(told) session=\(session) end=\(clock.milliseconds / 1000) Exit_status=271")
      return
    }
  }

  /// `11/22/2026 19:31:04;D;0.gridsn.example.org;requestor=root@gridsn.example.org`, in UTC.
  private mutating func log(_ kind: String, _ id: String, _ message: String) {
    let now = clock.rfc3339
    let parts = now.split { "-T:.Z".contains($0) }.map(String.init)
    let line =
      "\(parts[1])/\(parts[2])/\(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]);\(kind);\(id);\(message)\n"
    // The newest file is listed last.
    guard let last = sources.lastIndex(where: { $0.kind == .torqueAccounting && !$0.isFailed }) else {
      return
    }
    sources[last].edit(read: read) { $0.append(line) }
  }
}
