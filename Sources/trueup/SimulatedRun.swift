import Audit
import Configuration
import Model
import Repair
import RuleBook
import Simulator
import Synchronization
import World

/// One life of a seeded site, with audits of it held against the truth.
struct SimulatedRun {
  let seed: UInt64
  var terms = Cluster.Terms()
  /// How many audits while it lives.
  var audits = 4
  /// From one of them to the next, about.
  var pause = Duration.seconds(290)
  /// Takes what one look sees for confirmed: what an audit would be worth that does not look again.
  var looksOnce = false
  /// Faults that are left out, by their numbers.
  var spared: Set<Int> = []
  var isTold = false
  let rules: [Rule]
  let schema: Schema

  /// What is not as it has to be, and how often each rule was right.
  struct Verdict: Sendable {
    /// Confirmed, and true at no instant between the two looks.
    var falseAlarms: [String] = []
    /// True for longer than its settle time, wholly observable, not healing, and not found.
    var misses: [String] = []
    /// What a repair must never do, or left behind.
    var harms: [String] = []
    /// By rule: confirmed and true, confirmed and not, missed.
    var figures: [String: Figures] = [:]
    /// Confirmed findings of rules whose truth is not told.
    var unjudged: [String: Int] = [:]
    var faults = 0
    /// Steps that repairs carried out, and how many of them while the site was under load.
    var steps = 0
    var stepsUnderLoad = 0
    /// Repairs that were killed and gone on with.
    var kills = 0
    /// How long the site was under load.
    var lived = Duration.zero
    var story: [String] = []

    var problems: [String] { falseAlarms + misses + harms }
  }

  struct Figures: Sendable {
    var right = 0
    var wrong = 0
    var missed = 0
  }

  /// The site lives, is audited meanwhile, comes to rest, is audited again, repaired with its service stopped, and must then
  /// be clean.
  func verdict() async throws -> Verdict {
    let site = ClusterSite(Cluster(seed: seed, terms: terms, sparing: spared, isTold: isTold))
    let audit = try audit(of: site)
    var verdict = Verdict()
    var whims = Whims(seed: seed)
    let (born, least) = (site.now, pause.milliseconds * 9 / 29)
    // An odd time each, that no timer of the site keeps.
    for _ in 0..<audits {
      site.pass(.milliseconds(least + whims.below(max(1, (pause.milliseconds - least) * 2))))
      let outcome = try await judge(audit, isResting: false, into: &verdict)
      // An impatient administrator repairs while everything goes on, and now and then pulls the plug.
      if !looksOnce, whims.below(2) == 0 {
        let before = verdict.steps
        _ = try await mend(audit, outcome, &whims, into: &verdict)
        verdict.stepsUnderLoad += verdict.steps - before
      }
    }
    verdict.lived = .milliseconds(site.now.milliseconds - born.milliseconds)
    try await rest(audit, &whims, into: &verdict)
    return verdict
  }

  /// A site of which only the rest is looked at.
  func verdict(of cluster: Cluster) async throws -> Verdict {
    var verdict = Verdict()
    var whims = Whims(seed: seed)
    try await rest(try audit(of: ClusterSite(cluster)), &whims, into: &verdict)
    return verdict
  }

  func audit(of site: ClusterSite) throws -> SimulatedAudit {
    let configuration = try Configuration(
      file: Configuration.File(name: "site.toml", bytes: Array(site.cluster.siteFile.utf8)), tracing: false)
    return SimulatedAudit(site: site, configuration: configuration, rules: rules, schema: schema)
  }

  /// Nothing new happens, and what was under way ends: then it is audited, repaired, and has to be clean.
  private func rest(_ audit: SimulatedAudit, _ whims: inout Whims, into verdict: inout Verdict) async throws {
    let site = audit.site
    site.quieten()
    site.pass(.seconds(1500))
    for _ in 0..<20 where site.cluster.isBusy { site.pass(.seconds(300)) }
    site.emptyQueue()
    site.pass(.seconds(300))
    try await judge(audit, isResting: true, into: &verdict)
    try await repair(audit, &whims, into: &verdict)
    let cluster = site.cluster
    verdict.harms += cluster.harms
    verdict.faults = cluster.faultCount
    verdict.story = cluster.story
  }

  @discardableResult
  private func judge(
    _ audit: SimulatedAudit, isResting: Bool, into verdict: inout Verdict
  ) async throws -> SimulatedAudit.Outcome {
    let before = audit.site.standing
    _ = audit.site.sightings()
    let outcome = try await audit.run(looksOnce: looksOnce)
    let sighted = looksOnce ? audit.site.cluster.divergences : audit.site.sightings()
    let after = audit.site.standing
    for finding in outcome.result.findings {
      guard finding.severity > .notice,
        finding.status.word == "confirmed" || looksOnce && finding.status == .seenOnce
      else { continue }
      guard Cluster.judged.contains(finding.rule), let thing = Self.thing(of: finding) else {
        verdict.unjudged[finding.rule, default: 0] += 1
        continue
      }
      let divergence = Divergence(finding.rule, thing)
      if sighted.contains(divergence) {
        verdict.figures[finding.rule, default: Figures()].right += 1
      } else {
        verdict.figures[finding.rule, default: Figures()].wrong += 1
        let when = outcome.began.rfc3339
        verdict.falseAlarms.append("false alarm at \(when): \(finding.rule) of \(thing): \(finding.message)")
      }
    }
    let told = Self.told(by: outcome)
    let cluster = audit.site.cluster
    let settle = Dictionary(rules.map { ($0.id, $0.settle) }, uniquingKeysWith: { first, _ in first })
    for (divergence, since) in after where isResting && before[divergence] == since {
      let age = outcome.began.milliseconds - since.milliseconds
      guard age > (settle[divergence.rule] ?? .seconds(60)).milliseconds, !cluster.isHealing(divergence),
        !told.contains(divergence), !isSaidOtherwise(divergence, told, cluster)
      else { continue }
      verdict.figures[divergence.rule, default: Figures()].missed += 1
      verdict.misses.append("missed: \(divergence.rule) of \(divergence.thing), since \(since.rfc3339)")
    }
    return outcome
  }

  private static func told(by outcome: SimulatedAudit.Outcome) -> Set<Divergence> {
    Set(
      outcome.result.allFindings.compactMap { finding in
        thing(of: finding).map { Divergence(finding.rule, $0) }
      })
  }

  /// Of one thing that is wrong, only the rule that says most speaks.
  private func isSaidOtherwise(_ divergence: Divergence, _ told: Set<Divergence>, _ cluster: Cluster) -> Bool
  {
    told.contains { $0.thing == divergence.thing && $0.rule != divergence.rule }
      || cluster.relatives(of: divergence).contains { relative in told.contains { $0.thing == relative } }
  }

  /// What it is about, as the truth names it.
  private static func thing(of finding: Finding) -> String? {
    let names: [String] =
      switch finding.rule {
      case "balloon-not-restored", "balloon-drift", "balloon-over-restored", "balloon-missing",
        "balloon-target-unreached", "node-down-with-lease":
        ["node"]
      case "domain-without-lease", "domain-without-machine": ["domain"]
      case "domain-crashed", "domain-dying": ["node", "domid"]
      case "mom-stray-job": ["node", "job"]
      case "job-on-down-node", "job-stuck-exiting", "job-unknown-to-mom", "slot-lease-overrun": ["job"]
      case "slot-without-job", "slot-never-reported", "slot-without-machine", "job-without-slot",
        "pilot-outlives-job", "slot-terminal-lingering", "slots-overlap":
        ["slot"]
      case "machine-without-slot", "machine-without-domain", "machine-destroy-stuck", "machine-corrupted",
        "machine-expired", "domain-duplicated", "domain-misplaced":
        ["machine"]
      case "address-leaked", "address-unmarked", "address-conflict": ["address"]
      case "kill-delay-too-short": ["version"]
      default: []
      }
    let values = names.compactMap { name -> String? in
      switch finding.columns.first(where: { $0.name == name })?.value {
      case .text(let text), .node(let text): text
      case .integer(let number): String(number)
      case .real, .null, nil: nil
      }
    }
    if values.isEmpty || values.count < names.count { return nil }
    return (finding.rule == "domain-misplaced" ? "wrksp-" : "") + values.joined(separator: "/")
  }

  private struct Killed: Error {}

  /// Plans for what was found and carries that out, in one run or in one that is killed and gone on with. Whether there was
  /// anything to do.
  private func mend(
    _ audit: SimulatedAudit, _ outcome: SimulatedAudit.Outcome, _ whims: inout Whims,
    into verdict: inout Verdict
  ) async throws -> Bool {
    let resolved = try audit.configuration.resolved(by: outcome.result, outcome.snapshot, nodes: [])
    let plan = try Planner(rules: rules, means: Planner.Means(resolved)).plan(
      outcome.result, on: outcome.snapshot)
    if plan.steps.isEmpty { return false }
    let journal = try Journal()
    let session = RepairSession(
      outside: audit.site, configuration: resolved, rules: rules, schema: schema, journal: journal,
      samples: outcome.samples, progress: { _ in })
    let left = whims.below(3) == 0 ? Int(whims.below(Int64(6 * plan.steps.count))) : Int.max
    let writes = Mutex(left)
    var repairer = session.repairer
    repairer.checkpoint = { _ in
      let isOver = writes.withLock { left in
        left -= 1
        return left < 0
      }
      if isOver { throw Killed() }
    }
    let outcomes: [Int: StepOutcome]
    do {
      outcomes = try await repairer.carryOut(plan, who: "a simulation").outcomes
    } catch is Killed {
      verdict.kills += 1
      audit.site.pass(.seconds(5 + whims.below(60)))
      guard let open = try await journal.runs().first(where: { $0.finished == nil }) else { return true }
      outcomes = try await session.repairer.resume(open).outcomes
    }
    verdict.steps += outcomes.values.count { $0.holds }
    for step in plan.steps {
      audit.site.tell("repair: \(step.act.line): \(outcomes[step.number].map { "\($0)" } ?? "not begun")")
    }
    return true
  }

  /// With the service stopped all that is confirmed is repaired; then nothing may be left, in what is printed or in truth.
  private func repair(
    _ audit: SimulatedAudit, _ whims: inout Whims, into verdict: inout Verdict
  ) async throws {
    let site = audit.site
    site.setService(isRunning: false)
    // One that is killed before it has begun has done nothing.
    for _ in 0..<6 {
      guard try await mend(audit, try await audit.run(), &whims, into: &verdict) else { break }
      // A domain that was destroyed and does not go away keeps its node until it does.
      site.pass(.seconds(300))
    }
    let last = try await audit.run()
    let reported = Set(rules.filter { $0.noRepair != nil }.map(\.id))
    for finding in last.result.findings where finding.status.word == "confirmed" && finding.severity > .notice
    {
      if reported.contains(finding.rule) || Self.thing(of: finding).map(site.cluster.isKeptOffline) ?? false {
        continue
      }
      verdict.harms.append("left after the repair: \(finding.rule): \(finding.message)")
    }
    for divergence in site.cluster.divergences
    where verdict.harms.isEmpty && !site.cluster.isHealing(divergence) {
      if reported.contains(divergence.rule) || site.cluster.isKeptOffline(divergence.thing) { continue }
      if isSaidOtherwise(divergence, Self.told(by: last), site.cluster) { continue }
      verdict.harms.append("left after the repair, and not found: \(divergence.rule) of \(divergence.thing)")
    }
  }
}

/// What an administrator happens to do, from a seed of its own: the site's own life does not hang on it. Knuth's MMIX numbers.
private struct Whims {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func below(_ bound: Int64) -> Int64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int64(state >> 33) % bound
  }
}

/// An audit of a seeded site: a look, and a second one once what was found has settled.
struct SimulatedAudit {
  let site: ClusterSite
  let configuration: Configuration
  let rules: [Rule]
  let schema: Schema

  struct Outcome {
    let result: AuditResult
    let snapshot: Snapshot
    let samples: [Answer]
    let began: Instant
  }

  func run(looksOnce: Bool = false) async throws -> Outcome {
    let began = site.now
    let rules = configuration.settled(rules)
    let ways = Ways(configuration, schema: schema, marker: "simulated")
    let first = await site.look(.all)
    var samples = first.filter { $0.observation.kind == .xenBalloon }
    var snapshot = try ways.snapshot([], first)
    var looks = [try Auditor.judge(snapshot, by: rules, look: .init(started: began, finished: snapshot.now))]
    let wait = looks[0].findings.compactMap { finding in rules.first { $0.id == finding.rule }?.settle }.max()
    if let wait, !looksOnce {
      site.pass(wait + .milliseconds(50))
      let again = site.now
      let second = await site.look(.all)
      snapshot = try ways.snapshot(samples, second)
      samples += second.filter { $0.observation.kind == .xenBalloon }
      looks.append(
        try Auditor.judge(snapshot, by: rules, look: .init(started: again, finished: snapshot.now)))
    }
    return Outcome(
      result: AuditResult(looks: looks, rules: rules, site: configuration.site.name, remarks: []),
      snapshot: snapshot, samples: samples, began: began)
  }
}
