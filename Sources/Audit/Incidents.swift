public import Model

/// Puts findings of one cause together. It is for the eye and for budgets: each finding keeps its own id and its own proof,
/// and one that fits no cause stands for itself.
public enum Incidents {
  /// Deletions further apart than this are two storms; a storm of 30 takes a minute and a half (a qdel waits 3 to 4 s).
  private static let gap: Int64 = 120

  public static func group(_ findings: [Finding], traces: Traces) -> [Incident] {
    var left = findings.filter { $0.severity > .notice && $0.isSure }
    var incidents: [Incident] = []
    func take(
      _ kind: Incident.Kind, _ title: String, _ cause: String, latest: Instant? = nil,
      _ belongs: (Finding) -> Bool
    ) {
      let members = left.filter(belongs)
      guard members.count > 1 else { return }
      incidents.append(
        Incident(kind: kind, title: title, cause: cause, members: members.map(\.fingerprint), latest: latest))
      let taken = Set(members.map(\.fingerprint))
      left.removeAll { taken.contains($0.fingerprint) }
    }
    for node in Set(left.compactMap(\.node)).sorted() {
      guard let boot = traces.boots[node] else { continue }
      let isCut = left.contains { $0.node == node && traces.began($0).map { $0 < boot } == true }
      let moment = Instant(milliseconds: boot).rfc3339
      guard isCut else { continue }
      take(.reboot, "\(node) was restarted at \(moment) while it held leases", "its uptime tells so") {
        $0.node == node
      }
    }
    for storm in storms(traces.deletions) {
      let jobs = Set(storm.map(\.job))
      let nodes = Set(jobs.flatMap { traces.nodesByJob[$0] ?? [] })
      let latest = storm.compactMap(\.moment).max()
      take(.deletions, title(of: storm, nodes: nodes), cause(of: storm), latest: latest) { finding in
        traces.job(of: finding).map(jobs.contains) == true || finding.node.map(nodes.contains) == true
      }
    }
    take(
      .outage, "pilots of several jobs started and were never heard",
      "their slots still wait, one after the other"
    ) { $0.rule == "slot-never-reported" }
    for node in Set(left.compactMap(\.node)).sorted() {
      take(
        .node, "several things were left on \(node)",
        "they are on one node, and no common deletion is on record"
      ) {
        $0.node == node
      }
    }
    return incidents.sorted { $0.members.count > $1.members.count }
  }

  /// Deletions by one requestor that follow each other closely, two at least.
  private static func storms(_ deletions: [Traces.Deletion]) -> [[Traces.Deletion]] {
    let byRequestor = Dictionary(grouping: deletions) { $0.requestor ?? "" }
    return byRequestor.sorted { $0.key < $1.key }.flatMap { _, asked -> [[Traces.Deletion]] in
      var storms: [[Traces.Deletion]] = []
      for deletion in asked.sorted(by: { ($0.second, $0.job) < ($1.second, $1.job) }) {
        if let last = storms.last?.last, deletion.second - last.second <= gap {
          storms[storms.count - 1].append(deletion)
        } else {
          storms.append([deletion])
        }
      }
      return storms.filter { Set($0.map(\.job)).count > 1 }
    }
  }

  private static func title(of storm: [Traces.Deletion], nodes: Set<String>) -> String {
    let who = storm.first?.requestor.map { " by \(MessageTemplate.visible($0))" } ?? ""
    let count = Set(storm.map(\.job)).count
    let place = nodes.isEmpty ? "" : " on \(nodes.count) node\(nodes.count == 1 ? "" : "s")"
    return
      "\(count) jobs were deleted\(who) between \(storm.first?.time ?? "") and \(storm.last?.time ?? "")\(place)"
  }

  private static func cause(of storm: [Traces.Deletion]) -> String {
    storm.first?.requestor == nil
      ? "the jobs ended by SIGTERM (exit status 271) shortly after one another; who asked is not on record"
      : "the accounting log has their D records"
  }
}

extension Finding {
  /// What can't be judged has no cause yet, and what heals by itself needs nobody.
  fileprivate var isSure: Bool {
    switch status {
    case .confirmed, .seenOnce, .unsettled: true
    case .selfHealing, .undetermined: false
    }
  }
}

extension Traces {
  /// The job that a finding is about.
  fileprivate func job(of finding: Finding) -> String? {
    if case .text(let slot)? = finding["slot"], let job = jobsBySlot[slot] { return job }
    if case .integer(let machine)? = finding["machine"], let job = jobsByMachine[machine] { return job }
    if case .text(let job)? = finding["job"] { return String(job.prefix { $0 != "." }) }
    return nil
  }

  /// When the lease that a finding is about began, where its evidence tells.
  fileprivate func began(_ finding: Finding) -> Int64? {
    finding.evidence.flatMap(\.columns).compactMap { column -> Int64? in
      if column.name == "started_ms", case .integer(let moment) = column.value { moment } else { nil }
    }.min()
  }
}
