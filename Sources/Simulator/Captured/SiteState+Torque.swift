import Model
import World

/// The batch server and the MOMs (`domain/torque.md`; what is printed and how commands end was seen on 2.5.13).
extension SiteState {
  /// Nobody answers where the batch server should be: how its commands end then; nil while it runs.
  private func refusal(_ code: Int, _ program: String) -> Ending? {
    let own = sources.filter { $0.kind == .torqueJobs || $0.kind == .torqueNodes }
    guard let first = own.first else { return .noProgram(program) }
    guard own.allSatisfy(\.isFailed) else { return nil }
    if first.isSilent { return .hangs }
    return .exit(code, "\(program): cannot connect to server (errno=111) Connection refused")
  }

  // MARK: Nodes

  /// Unknown nodes are told of on standard error, and TORQUE's exit status is 0 all the same (`torque.md` 1).
  mutating func mark(_ node: String, isOffline: Bool, note text: String?, of system: Reach.BatchSystem?)
    -> Ending
  {
    if let refusal = refusal(1, "pbsnodes") { return refusal }
    let beginnings = sources.filter { $0.kind == .torqueNodes }.compactMap(\.observation.stdout.first)
    guard let own = beginnings.compactMap(Self.system).first else {
      return .notSimulated("a list of nodes that is neither XML nor JSON")
    }
    if let system, system != own { return .exit(1, "usage: pbsnodes") }
    var isKnown = false
    edit(.torqueNodes, "lrms_node") { document, row in
      guard row.text("name") == node else { return }
      isKnown = true
      document.edit(row.bytes) { record in
        switch own {
        case .torque: Self.mark(&record, isOffline: isOffline, note: text)
        case .openpbs: Self.markMembers(&record, isOffline: isOffline, note: text)
        }
      }
    }
    guard isKnown else {
      return .exit(own == .torque ? 0 : 1, "Error marking node \(node) - Unknown node ")
    }
    self.note(.nodeMarked(node: canonical(node), isOffline: isOffline))
    return .done
  }

  /// By the first byte of what `pbsnodes` prints.
  private static func system(_ first: UInt8) -> Reach.BatchSystem? {
    switch first {
    case UInt8(ascii: "<"): .torque
    case UInt8(ascii: "{"): .openpbs
    default: nil
    }
  }

  private static func mark(_ record: inout Document, isOffline: Bool, note text: String?) {
    record.set("state", to: state(record.told("state"), isOffline: isOffline))
    if let text { set(note: text, of: &record) }
  }

  /// `"state":\t"free"`; a comment of 80 bytes and more is cut without a word (`pbsnodes.c`).
  private static func markMembers(_ record: inout Document, isOffline: Bool, note text: String?) {
    if let told = record.member("state") {
      record.replace(told, by: state(record.text(told), isOffline: isOffline))
    }
    guard let text else { return }
    let comment = String(decoding: text.utf8.prefix(79), as: UTF8.self).replacing("\"", with: "\\\"")
    if let told = record.member("comment") {
      let line = record.wholeLines(told)
      record.remove(line)
    }
    if let place = record.range(of: "\t\t\t\"resv_enable\""), !comment.isEmpty {
      record.replace(place.lowerBound..<place.lowerBound, by: "\t\t\t\"comment\":\t\"\(comment)\",\n")
    }
  }

  /// The server tells *down* first, and *free* when there is nothing else to tell.
  private static func state(_ told: String, isOffline: Bool) -> String {
    var others = told.split(separator: ",").filter { $0 != "offline" && $0 != "free" }
    if isOffline { others.insert("offline", at: others.first == "down" ? 1 : 0) }
    return others.isEmpty ? "free" : others.joined(separator: ",")
  }

  private static func set(note text: String, of record: inout Document) {
    record.removeElement("note")
    if text.isEmpty { return }
    let element = "<note>\(escaped(text))</note>"
    record.insert(element, before: "<gpus>", "<mom_service_port>", "</Node>")
  }

  static func escaped(_ text: String) -> String {
    let names: [Unicode.Scalar: String] = [
      "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&apos;",
    ]
    return text.unicodeScalars.map { names[$0] ?? String($0) }.joined()
  }

  // MARK: Jobs

  func job(_ id: String) -> Row? {
    let wanted = JobIdentifier(id)
    return rows(.torqueJobs, "lrms_job").first { row in
      let own = JobIdentifier(row.text("id") ?? "")
      return own.number == wanted.number && (wanted.server == nil || own.server == wanted.server)
    }
  }

  /// What `qdel` says of a job that it does not find or may not delete now.
  private func objection(to id: String, states: [String: String]) -> Ending? {
    guard let job = job(id) else { return .exit(153, "qdel: Unknown Job Id \(id)") }
    return job.text("state").flatMap { states[$0] }.map { state in
      .exit(170, "qdel: Request invalid for state of job MSG=invalid state for job - \(state) \(id)")
    }
  }

  /// The server asks the MOM, which signals every process of the job; a `qdel` waits for it for more than 3 s. Where no MOM
  /// answers, the job stays as it is, with a record that its deletion was asked (`torque.md` 1.8).
  mutating func delete(_ id: String, delay: Duration) -> Ending {
    if let refusal = refusal(111, "qdel") { return refusal }
    if let no = objection(to: id, states: ["C": "COMPLETE", "E": "EXITING"]) { return no }
    guard let job = job(id), let id = job.text("id") else { return .done }
    logDeletion(of: id)
    let nodes = hosts(of: id)
    guard let first = nodes.first, job.text("state") == "R" else {
      end(id)
      return .done
    }
    if isMomDead(first) { return .exit(224, "qdel: Server could not connect to MOM \(id)") }
    note(.jobAsked(job: id))
    editJob(id) { record in
      record.set("job_state", to: "E")
      record.replace("    job_state = R\n", by: "    job_state = E\n")
      record.set("substate", to: "50")
    }
    let window = killsAtOnce ? .zero : max(delay, Self.momPatience)
    for pilot in pilots(of: job, id) { terminate(pilot, window: window) }
    schedule(.end(id), in: .seconds(1))
    advance(by: .milliseconds(3500))
    return .done
  }

  /// The books only: processes and the MOM's own books stay, and no accounting record is written (`torque.md` 1.5).
  mutating func purge(_ id: String) -> Ending {
    if let refusal = refusal(111, "qdel") { return refusal }
    if let no = objection(to: id, states: [:]) { return no }
    guard let id = job(id)?.text("id") else { return .done }
    for node in hosts(of: id) { removeFromBooks(id, of: node) }
    forget(id)
    note(.jobPurged(job: id))
    return .done
  }

  /// It says "successful" of any id, and ends with 0 where there is no such MOM (`torque.md` 1.1). Processes run on.
  mutating func clearMom(of node: String, job: String) -> Ending {
    guard spellings[canonical(node)] != nil else {
      return .exit(0, "momctl: query[0] 'clear' failed on \(node) (errno=2)")
    }
    let node = canonical(node)
    if isMomDead(node) { return .exit(0, "query[0] 'clear' failed on \(node)") }
    removeFromMom(job, of: node)
    return .done
  }

  /// Those that the job is for, where it runs.
  func pilots(of job: Row, _ id: String) -> [Pilot] {
    let nodes = hosts(of: id)
    return pilots.filter { $0.slot == job.text("output_name") && nodes.contains($0.node) }
  }

  func hosts(of job: String) -> [String] {
    rows(.torqueJobs, "lrms_allocation").filter { $0.text("job") == job }
      .compactMap { $0.text("node").map(canonical) }
  }

  func isMomDead(_ node: String) -> Bool {
    let isDown = rows(.torqueNodes, "lrms_node").contains {
      $0.text("node").map(canonical) == node && $0.integer("is_down") == 1
    }
    let moms = sources.filter { $0.kind == .torqueMom && $0.node == node }
    return isDown || silent.contains(node) || (!moms.isEmpty && moms.allSatisfy(\.isFailed))
  }

  /// A MOM that signals waits 20 times 0.25 s before it kills, whatever the server's delay (up to 4.2.9).
  private static let momPatience: Duration = .seconds(5)

  /// From 4.2.10, 5.0.3 and 6.0 on that wait is gone: none of the pilots saw a signal. Only 6.x prints a declaration.
  private var killsAtOnce: Bool {
    sources.contains { $0.kind == .torqueJobs && $0.observation.stdout.starts(with: Array("<?xml".utf8)) }
  }
}
