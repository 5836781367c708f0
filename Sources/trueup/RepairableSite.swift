import Apply
import Audit
import Configuration
import Model
import RuleBook
import World

/// A live site that was audited and may be changed.
struct RepairableSite {
  let outside: LiveSite
  let result: AuditResult
  let snapshot: Snapshot
  /// With what the audit recognised.
  let configuration: Configuration
  let rules: [Rule]
  /// dom0's memory as the audit followed it.
  let samples: [Answer]
}

extension LiveOptions {
  /// Audits the live site and does something with it, over the same connections.
  func withSite<Outcome: Sendable>(
    _ rules: [Rule], _ schema: Schema, _ work: (RepairableSite) async throws -> Outcome
  ) async throws -> Outcome {
    try await site.withRecorder(keeping: keep.keeping()) { configuration, recorder, progress in
      let settled = configuration.settled(rules)
      var audit = liveAudit(recorder, configuration, rules: rules, schema: schema)
      var last: Snapshot?
      let result = try await audit.run(
        earlier: { [] }, keep: { last = $0 }, waiting: { progress.wait($0, for: Self.nextLook) })
      progress.end()
      guard let snapshot = last else { throw ExitStatus.notWhole }
      let resolved = try configuration.resolved(by: result, snapshot, nodes: audit.recorder.nodes)
      let outside = LiveSite(audit.recorder.collector)
      return try await work(
        RepairableSite(
          outside: outside, result: result, snapshot: snapshot, configuration: resolved, rules: settled,
          samples: try Recording(audit.recorder.folder).samples))
    }
  }
}
