import Audit
import Capture
import Collect
import Commands
import Model
import RuleBook
import World

/// A live site, looked at, and looked at again where something was found. What is reported is what a replay of the capture
/// reports.
struct LiveAudit {
  let rules: [Rule]
  let schema: Schema
  /// The longest that a second look is waited for; zero for a single look.
  let wait: Duration
  private let watch: Stopwatch
  private(set) var recorder: Recorder
  /// Each round, judged once.
  private var looks: [Auditor.Verdicts] = []
  /// Of the last of them.
  private var snapshot: Snapshot?
  /// Of each rule.
  private let settle: [String: Duration]

  init(recorder: Recorder, rules: [Rule], schema: Schema, wait: Duration, watch: Stopwatch = Stopwatch()) {
    self.recorder = recorder
    self.rules = rules
    settle = Dictionary(rules.map { ($0.id, $0.settle) }, uniquingKeysWith: { first, _ in first })
    self.schema = schema
    self.wait = wait
    self.watch = watch
  }

  /// Looks until what was found is confirmed, has gone, or has to stay as it is. What should heal by itself is looked at
  /// again once it should have: at one look, a balloon driver that gave up is one on its way. `earlier` is a look of another
  /// night, which what settles more slowly than anyone waits is held against. `waiting` hears for how long it waits.
  mutating func run(
    earlier: () throws -> [Auditor.Verdicts], keep: (Snapshot) throws -> Void, waiting: (Duration) -> Void
  ) async throws -> AuditResult {
    let (clock, watch) = (recorder.collector.clock, watch)
    try await watch.time(.ask) { try await recorder.look(.all) }
    try judge()
    let ended = clock.now
    if let first = looks.last, let settle = slowest(of: pending(in: first, at: ended), at: ended) {
      waiting(settle)
      let found = pending(in: first, at: ended)
      // A millisecond may be lost on either side, and a look's first source begins a little after the look.
      let due = Instant(milliseconds: ended.milliseconds + settle.milliseconds + 50)
      let inQuestion = again(found, of: first) { $0.kind == .xenBalloon }.nodes ?? []
      let interval = max(recorder.collector.reach.look.sampleInterval, settle / 4)
      try await watch.time(.wait) {
        try await recorder.wait(until: due, sampling: inQuestion, every: interval)
      }
      let scope = again(found, of: first)
      try await watch.time(.ask) { try await recorder.look(scope) }
      try judge()
    }
    if let snapshot { try keep(snapshot) }
    let recording = try Recording(recorder.folder, watch: watch)
    let result = recording.result(of: looks, by: rules)
    let before = result.allFindings.contains { $0.status == .seenOnce } ? try earlier() : []
    return before.isEmpty ? result : recording.result(of: before + looks, by: rules)
  }

  /// Judges the rounds that are new.
  private mutating func judge() throws {
    let recording = try Recording(recorder.folder, watch: watch)
    for round in recording.looked.dropFirst(looks.count) {
      looks.append(try recording.judge(round, by: rules, schema: schema, watch: watch) { snapshot = $0 })
    }
  }

  // MARK: The second look

  /// How long after a look another one can tell more of a finding: once it has settled and, if it should heal by itself, once
  /// it should have. nil where none can.
  private func settling(_ finding: Finding, at ended: Instant) -> Duration? {
    guard let settle = settle[finding.rule] else { return nil }
    switch finding.status {
    case .seenOnce: return settle
    case .selfHealing(let until, _):
      return max(settle, .milliseconds(until.milliseconds - ended.milliseconds))
    case .confirmed, .unsettled, .undetermined: return nil
    }
  }

  /// How long the slowest of some findings takes to settle.
  private func slowest(of findings: [Finding], at ended: Instant) -> Duration? {
    findings.compactMap { settling($0, at: ended) }.max()
  }

  /// Findings of which another look could tell more, within the time that is waited.
  private func pending(in look: Auditor.Verdicts, at ended: Instant) -> [Finding] {
    look.findings.filter { finding in settling(finding, at: ended).map { $0 <= wait } == true }
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
    var names = NodeNames(recorder.collector.site.nodes)
    let byName = Dictionary(
      recorder.nodes.map { (names.canonical($0.name), $0) }, uniquingKeysWith: { first, _ in first })
    return .again(look.board.records.filter { ids.contains($0.id) && isMeant($0) }) { byName[$0] }
  }
}
