import Apply
import Audit
import Configuration
import Glibc
import Model
import Repair
import Report
import RuleBook
import World

/// What a repair works with, whatever the outside is: the live site, or a simulated one for a rehearsal.
struct RepairSession<Outside: Acting> {
  let outside: Outside
  /// With what the audit recognised put in: a look at a part of the site could not recognise it.
  let configuration: Configuration
  let rules: [Rule]
  let ways: Ways
  let repairer: Repairer<Outside>

  init(
    outside: Outside, configuration: Configuration, rules: [Rule], schema: Schema, journal: Journal,
    samples: [Answer], progress: @escaping @Sendable (Repairer<Outside>.Progress) -> Void
  ) {
    self.outside = outside
    self.configuration = configuration
    self.rules = rules
    ways = Ways(configuration, schema: schema, marker: "drained for a repair at \(outside.now.rfc3339)")
    repairer = Repairer(
      outside: outside, ways: ways, journal: journal, rules: rules, terms: .init(configuration),
      samples: samples,
      progress: progress)
  }

  /// Of a live site; each step's outcome goes to standard error.
  init(_ site: RepairableSite, schema: Schema, journal: Journal) where Outside == LiveSite {
    let text = PlanText(colour: Terminal.wantsColour)
    self.init(
      outside: site.outside, configuration: site.configuration, rules: site.rules, schema: schema,
      journal: journal,
      samples: site.samples
    ) { progress in
      if case .ended(let step, let outcome) = progress { Terminal.note(text.outcome(step, outcome)) }
    }
  }

  /// Carries a plan out, and looks again.
  func carryOut(_ plan: Plan, who: String) async throws -> RepairResult {
    let result = try await repairer.carryOut(plan, who: who)
    return try await judged(plan, result)
  }

  /// What a run came to, by a look at the whole site.
  func judged(_ plan: Plan, _ run: Repairer<Outside>.Result) async throws -> RepairResult {
    let snapshot = try ways.snapshot(repairer.samples, await outside.look(.all))
    let look = AuditResult.Look(started: outside.now, finished: snapshot.now)
    let verdicts = try Auditor.judge(snapshot, by: rules, look: look)
    let after = AuditResult(looks: [verdicts], rules: rules, site: plan.site, remarks: [])
    let present = Dictionary(
      verdicts.findings.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
    let blind = Dictionary(
      verdicts.rules.filter { !$0.wasJudged }.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
    var repaired: [Plan.Target] = []
    var left: [(target: Plan.Target, reason: String)] = []
    for target in plan.findings {
      if let reason = reasonLeft(present[target.fingerprint], isBlind: blind[target.rule] != nil) {
        left.append((target, reason))
      } else {
        repaired.append(target)
      }
    }
    func isGone(_ one: Plan.Withheld) -> Bool {
      reasonLeft(present[one.fingerprint], isBlind: blind[one.rule] != nil) == nil
    }
    let known = Set(plan.findings.map(\.fingerprint) + plan.withheld.map(\.fingerprint))
    let appeared = after.findings.filter { finding in
      !known.contains(finding.fingerprint) && finding.severity > .notice && finding.isDetermined
    }
    return RepairResult(
      run: run.run, plan: plan, outcomes: run.outcomes, repaired: repaired, left: left,
      withheld: plan.withheld.filter { !isGone($0) }, gone: plan.withheld.filter(isGone), appeared: appeared,
      toDo: toDo(plan, run.outcomes), wasWhole: after.incomplete.isEmpty)
  }

  private func reasonLeft(_ finding: Finding?, isBlind: Bool) -> String? {
    if isBlind { return "whether it is still there could not be judged" }
    guard let finding else { return nil }
    switch finding.status {
    case .undetermined(let reasons): return "whether it is still there can't be told: \(reasons.first ?? "")"
    case .selfHealing(let until, let healer): return "\(healer) mends the rest until \(until.rfc3339)"
    case .confirmed, .seenOnce, .unsettled: return "it is still found"
    }
  }

  private func toDo(_ plan: Plan, _ outcomes: [Int: StepOutcome]) -> [String] {
    plan.steps.compactMap { step in
      guard step.act.verb == .undrainNode, outcomes[step.number]?.holds != true,
        plan.steps.contains(where: {
          $0.act.verb == .drainNode && $0.node == step.node && outcomes[$0.number] == .done
        })
      else { return nil }
      let node = step.node ?? ""
      let command = BatchWays.givingBack(node, configuration.reach.torque)
      return "\(node) is still drained (its note begins with trueup:): see its step above, then \(command)"
    }
  }
}

extension Repairer.Terms {
  init(_ configuration: Configuration) {
    self.init(
      means: Planner.Means(configuration), nodes: configuration.site.nodes, grace: configuration.site.grace,
      concurrency: min(16, configuration.reach.nodes.concurrency),
      maximumAge: configuration.repairs.maxAge)
  }
}

extension Planner.Means {
  init(_ configuration: Configuration) {
    self.init(
      destroysMachines: !configuration.reach.service.destroy.isEmpty,
      removesGuests: !configuration.reach.nodes.workspaceControl.isEmpty,
      refused: BatchWays.refused(configuration.reach.torque))
  }
}

/// Who acts: for the journal, the lock, the pauses and what is accepted.
enum Operator {
  static var description: String { "\(account), process \(getpid())" }

  /// `somebody@host`
  static var account: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let user = getenv("SUDO_USER") ?? getenv("USER")
    let account = user.map { String(cString: $0) } ?? "uid \(getuid())"
    return MessageTemplate.visible("\(account)@\(host)")
  }
}
