public import Audit
public import Model
import RuleBook
public import World

/// Carries plans out.
public struct Repairer<Outside: Acting>: Sendable {
  let outside: Outside
  let ways: Ways
  let journal: Journal
  let rules: [Rule]
  let terms: Terms
  /// Memory samples of the audit: what a balloon does is told by more than one.
  public let samples: [Answer]
  let progress: @Sendable (Progress) -> Void
  let shared: SharedLook<Outside>
  let turn = Turn()
  /// Told of each write and effect: what it throws stops the run there, as a kill would. For tests and simulated sites.
  public var checkpoint: @Sendable (String) throws -> Void = { _ in }
  /// Mechanisms that a test has switched off, to show what they are for.
  var off: Set<Safety> = []

  /// What the site's configuration says of how repairs are done.
  public struct Terms: Sendable {
    public var means: Planner.Means
    public var nodes: [Site.ConfiguredNode]
    public var grace: Duration
    /// Lanes at the same time.
    public var concurrency: Int
    /// A plan that is older is not begun.
    public var maximumAge: Duration

    public init(
      means: Planner.Means, nodes: [Site.ConfiguredNode], grace: Duration = .seconds(8),
      concurrency: Int = 16,
      maximumAge: Duration = .seconds(900)
    ) {
      self.means = means
      self.nodes = nodes
      self.grace = grace
      self.concurrency = concurrency
      self.maximumAge = maximumAge
    }
  }

  /// What a person who waits may want to see.
  public enum Progress: Sendable {
    case began(Plan.Step)
    case ended(Plan.Step, StepOutcome)
  }

  /// Mechanisms that keep a repair from doing harm.
  enum Safety: CaseIterable { case evidence, plan, guards, order, service, age, proof }

  public init(
    outside: Outside, ways: Ways, journal: Journal, rules: [Rule], terms: Terms, samples: [Answer] = [],
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) {
    self.outside = outside
    self.ways = ways
    self.journal = journal
    self.rules = rules
    self.terms = terms
    self.samples = samples
    self.progress = progress
    shared = SharedLook(outside)
  }

  /// A run as it ended.
  public struct Result: Sendable {
    public let run: Int64
    /// By the numbers of the steps.
    public let outcomes: [Int: StepOutcome]
  }

  /// Proves the plan's findings anew and carries it out. Throws where the journal can't be written, and when called off: then
  /// the run stays open, and `resume` looks at what really happened.
  public func carryOut(_ plan: Plan, who: String) async throws -> Result {
    let now = outside.now
    let document = String(decoding: PlanDocument.bytes(plan), as: UTF8.self)
    let age = Duration.milliseconds(now.milliseconds - plan.made.milliseconds)
    if age > terms.maximumAge, !off.contains(.age) {
      throw Complaint(
        file: "the plan",
        problem: "is \(age.seconds) s old, and may be \(terms.maximumAge.seconds) s at most",
        remedy: "make a new one: trueup repair")
    }
    if age < .zero - Self.clockDifference, !off.contains(.age) {
      throw Complaint(
        file: "the plan", problem: "was made \(-age.seconds) s from now: a clock was set back since",
        remedy: "make a new one: trueup repair")
    }
    try checkpoint("before begin")
    let run = try await journal.begin(
      JournalRun.Opening(
        site: plan.site, started: now, who: who, plan: document, digest: Fingerprint(of: document).hex))
    try checkpoint("after begin")
    let standing = try await standing(of: plan)
    return try await carryOn(plan, as: run, from: [:], standing: standing)
  }

  /// How far the clocks of whoever plans and whoever repairs may be apart.
  private static var clockDifference: Duration { .seconds(60) }

  /// What of a plan holds by a fresh look, and what its guards have to read.
  struct Standing: Sendable {
    /// Why a step is not to be done, by its number.
    var refusals: [Int: String] = [:]
    var sources: [Verb: Set<ObservationKind>] = [:]
  }

  /// Promise 3: a finding must hold before its first step. It must be there, rest on what it rested on, and be mended by the
  /// same acts, or the plan is not of this site any more.
  func standing(of plan: Plan) async throws -> Standing {
    let answers = await outside.look(.all)
    try Task.checkCancellation()
    let snapshot = try ways.snapshot(samples, answers)
    var standing = Standing()
    for verb in Set(plan.steps.map(\.act.verb)) {
      if let act = plan.steps.first(where: { $0.act.verb == verb })?.act {
        standing.sources[verb] = try snapshot.sources(for: act)
      }
    }
    let look = AuditResult.Look(started: outside.now, finished: snapshot.now)
    let names = Set(plan.findings.map(\.rule))
    let found = try Auditor.judge(snapshot, by: rules.filter { names.contains($0.id) }, look: look).findings
    let present = Dictionary(found.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
    let moved = Dictionary(
      plan.findings.compactMap { target in
        reasonMoved(target, present[target.fingerprint]).map { (target.fingerprint, $0) }
      }, uniquingKeysWith: { first, _ in first })
    let held = plan.findings.filter { moved[$0.fingerprint] == nil }.compactMap { present[$0.fingerprint] }
    let acts = try Planner(rules: rules, means: terms.means).acts(for: held, look: look, on: snapshot)
    for step in plan.steps {
      let reasons = step.reasons.map { moved[$0] ?? nil }
      if let reason = reasons.first ?? nil, reasons.allSatisfy({ $0 != nil }), !off.contains(.evidence) {
        standing.refusals[step.number] = reason
      } else if !acts.contains(step.act), !off.contains(.plan), !off.contains(.evidence) {
        standing.refusals[step.number] = "by what is seen now it would not be planned"
      }
    }
    return standing
  }

  private func reasonMoved(_ target: Plan.Target, _ finding: Finding?) -> String? {
    guard let finding else { return "\(target.rule) is not found any more" }
    if case .undetermined(let reasons) = finding.status {
      return "\(target.rule) can't be judged now: \(reasons.first ?? "something was not seen")"
    }
    return finding.witnesses == target.witnesses
      ? nil : "what \(target.rule) rests on has moved since the plan was made"
  }

  /// Carries out what is not done yet, each lane by itself.
  func carryOn(
    _ plan: Plan, as run: Int64, from known: [Int: StepOutcome], standing: Standing
  ) async throws -> Result {
    let lanes = plan.lanes
    let outcomes = try await withThrowingTaskGroup(of: [Int: StepOutcome].self) { group in
      var waiting = lanes[...]
      func begin() {
        guard let lane = waiting.popFirst() else { return }
        group.addTask { try await work(lane, run, known, standing) }
      }
      for _ in 0..<max(1, terms.concurrency) { begin() }
      var all = known
      while let ended = try await group.next() {
        all.merge(ended) { $1 }
        begin()
      }
      return all
    }
    try checkpoint("before finish")
    let undone = outcomes.values.filter { !$0.holds }.count
    try await journal.finish(
      run, undone == 0 ? "done" : "\(undone) of \(outcomes.count) steps were not done", at: outside.now)
    try checkpoint("after finish")
    return Result(run: run, outcomes: outcomes)
  }

  /// The steps of one lane, one after the other.
  private func work(
    _ lane: [Plan.Step], _ run: Int64, _ known: [Int: StepOutcome], _ standing: Standing
  ) async throws -> [Int: StepOutcome] {
    var outcomes = known
    for step in lane where known[step.number] == nil {
      try Task.checkCancellation()
      progress(.began(step))
      let outcome: StepOutcome
      if let reason = reasonToSkip(step, in: lane, outcomes) {
        outcome = .skipped(reason)
      } else if let reason = standing.refusals[step.number], step.act.verb != .undrainNode {
        outcome = .refused(reason)
      } else {
        outcome = try await perform(step, run: run, sources: standing.sources[step.act.verb] ?? [])
      }
      try await note(.outcome(outcome), step.number, run)
      outcomes[step.number] = outcome
      progress(.ended(step, outcome))
    }
    return outcomes
  }

  /// What it needs was not done; or a node is to be given back on which something was begun and does not show.
  private func reasonToSkip(_ step: Plan.Step, in lane: [Plan.Step], _ outcomes: [Int: StepOutcome])
    -> String?
  {
    if off.contains(.order) { return nil }
    if let missing = step.after.first(where: { outcomes[$0]?.holds != true }) {
      return "step \(missing) was not done"
    }
    guard step.act.verb == .undrainNode else { return nil }
    let half = lane.first { other in
      if case .failed = outcomes[other.number] { other.node == step.node } else { false }
    }
    return half.map { "step \($0.number) on the node was begun and does not show as done: it stays drained" }
  }

  func note(_ event: JournalEntry.Event, _ step: Int, _ run: Int64) async throws {
    try checkpoint("before \(event.stored.name)")
    try await journal.record(event, step: step, run: run, at: outside.now)
    try checkpoint("after \(event.stored.name)")
  }
}
