import Audit
import Capture
import Collect
import Commands
import Model
import RuleBook
import World

/// A live site, looked at, looked at again where something was found, and kept as a capture all the while: what is reported
/// is what a replay of the capture reports.
struct LiveAudit {
  let collector: Collector
  let rules: [Rule]
  let schema: Schema
  /// The configuration in force, for the capture.
  let siteFile: [UInt8]
  /// The longest that a second look is waited for; zero for a single look.
  let wait: Duration
  private let progress: ProgressLine
  private var writer: CaptureWriter
  private var looks: [Auditor.Verdicts] = []
  private var nodes: [Site.ConfiguredNode] = []

  init(
    collector: Collector, rules: [Rule], schema: Schema, siteFile: [UInt8], wait: Duration,
    capture: String, progress: ProgressLine
  ) throws(Complaint) {
    self.collector = collector
    self.rules = rules
    self.schema = schema
    self.siteFile = siteFile
    self.wait = wait
    self.progress = progress
    writer = try CaptureWriter(creating: capture)
  }

  /// Looks until what was found is confirmed, has gone, or has to stay as it is. `earlier` is a look of another night, which
  /// what settles more slowly than anyone waits is held against.
  mutating func run(earlier: () throws -> [Auditor.Verdicts], keep: (Snapshot) throws -> Void) async throws
    -> AuditResult
  {
    try await look(.all)
    let ended = collector.clock.now
    if let settle = slowest(), let first = looks.last {
      progress.wait(settle)
      try await sample(pending(in: first, settledBy: wait), until: ended, plus: settle, of: first)
      try await look(again(pending(in: first, settledBy: wait), of: first))
    }
    let recording = try Recording(writer.path)
    let isUnsettled = looks.last.map { !pending(in: $0, settledBy: .seconds(Int64.max)).isEmpty } ?? false
    return try recording.audit(
      by: rules, schema: schema, after: isUnsettled ? try earlier() : [], keep: keep)
  }

  /// One look, kept and judged.
  private mutating func look(_ scope: Scope) async throws {
    try writer.beginRound(started: collector.clock.now)
    let look = await collector.look(scope)
    try Task.checkCancellation()
    if nodes.isEmpty { nodes = look.nodes }
    for answer in look.answers { try writer.add(answer.observation, produced: answer.produced) }
    try writer.save(site: siteFile, durably: false)
    let recording = try Recording(writer.path)
    guard let round = recording.looked.last else { return }
    looks.append(try recording.judge(round, by: rules, schema: schema))
  }

  // MARK: The second look

  /// How long the slowest of the findings takes to settle, among those that can be waited for.
  private func slowest() -> Duration? {
    looks.last.flatMap { first in
      pending(in: first, settledBy: wait).compactMap { settle[$0.rule] }.max()
    }
  }

  private var settle: [String: Duration] {
    Dictionary(rules.map { ($0.id, $0.settle) }, uniquingKeysWith: { first, _ in first })
  }

  /// Findings that another look could confirm within a time.
  private func pending(in look: Auditor.Verdicts, settledBy limit: Duration) -> [Finding] {
    look.findings.filter { finding in
      guard case .seenOnce = finding.status, let settle = settle[finding.rule] else { return false }
      return settle <= limit
    }
  }

  /// Follows dom0's memory on the nodes where it is in question, until the second look is due: a value that left and came
  /// back between two looks has moved. Each sample is a look of its own.
  private mutating func sample(
    _ findings: [Finding], until ended: Instant, plus settle: Duration, of look: Auditor.Verdicts
  ) async throws {
    let concerned = again(findings, of: look) { $0.kind == .xenBalloon }.nodes ?? []
    let interval = max(collector.reach.look.sampleInterval, settle / 4)
    let due = ended.milliseconds + settle.milliseconds + 50
    while true {
      let left = due - collector.clock.now.milliseconds
      if left <= 0 { return }
      let pause = concerned.isEmpty ? left : min(left, interval.milliseconds)
      try await Task.sleep(for: .milliseconds(pause))
      if !concerned.isEmpty, left > interval.milliseconds { try await self.look(.memory(of: concerned)) }
    }
  }

  /// What some findings rest on, to be read again.
  private func again(
    _ findings: [Finding], of look: Auditor.Verdicts,
    where isMeant: (ObservationRecord) -> Bool = { _ in true }
  ) -> Scope {
    let ids = Set(
      findings.flatMap { finding in
        finding.evidence.compactMap(\.observation) + finding.absences.flatMap(\.observations)
      })
    var names = NodeNames(collector.site.nodes)
    let byName = Dictionary(
      nodes.map { (names.canonical($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    return .again(look.board.records.filter { ids.contains($0.id) && isMeant($0) }) { byName[$0] }
  }
}
