import Audit
import Foundation
import Model
import RuleBook
import Simulator
import Synchronization
import Testing
import World

@testable import Repair
@testable import trueup

/// What each safety mechanism is for: the harm that is done with it switched off, and is not with it on. Several stand behind
/// each other, so those that would catch the same are off in both cases.
@Suite("The safety mechanism")
struct SafetyTests {
  private struct Killed: Error {}
  private typealias Safety = Repairer<SimulatedSite>.Safety

  private static func scenario(_ name: String) throws -> Rehearsed.Audited {
    try #require(Rehearsed.all.first { $0.name == name }).audited()
  }

  /// What came of a plan.
  private struct Outcome {
    let outcomes: [Int: StepOutcome]
    let effects: [Effect.Change]
  }

  /// Carries a plan out on a site, without some mechanisms.
  private static func carriedOut(
    _ plan: Plan, on site: SimulatedSite, of audited: Rehearsed.Audited, without off: Set<Safety>
  ) async throws -> Outcome {
    let scratch = try Scratch()
    var repairer = try audited.session(site, try Journal(path: scratch.journal)).repairer
    repairer.off = off
    let result = try await repairer.carryOut(plan, who: "a test")
    return Outcome(outcomes: result.outcomes, effects: site.effects.map(\.change))
  }

  /// Guests destroyed, memory set, rows changed, and jobs ended: on a site where nothing is wrong each is harm.
  private static func harm(_ effects: [Effect.Change]) -> [Effect.Change] {
    effects.filter { if case .nodeMarked = $0 { false } else { true } }
  }

  // MARK: Before a step

  /// The plan for what the storm left, on the site as it was before: each of its guests has a lease there.
  @Test(
    "evidence, or guards: what was right after the storm is not done to leases that live",
    arguments: ["evidence", "guards", "neither"])
  func lives(_ on: String) async throws {
    let (before, after) = (try Self.scenario("storm-before"), try Self.scenario("storm-after"))
    var off: Set<Safety> = [.age, .evidence, .plan, .guards, .order]
    if on == "evidence" { off.remove(.evidence) }
    if on == "guards" { off.remove(.guards) }
    let outcome = try await Self.carriedOut(after.plan, on: before.site(), of: before, without: off)
    #expect(outcome.outcomes.count == after.plan.steps.count)
    #expect(Self.harm(outcome.effects).isEmpty == (on != "neither"), "\(outcome.effects)")
    if on == "neither" {
      let isDestroyed = outcome.effects.contains { if case .domainDestroyed = $0 { true } else { false } }
      #expect(isDestroyed, "a leased guest")
    }
  }

  /// A step that somebody wrote into a plan whose findings are all true.
  @Test("plan: a step that would not be planned is not done", arguments: [true, false])
  func edited(_ isOn: Bool) async throws {
    let audited = try Self.scenario("storm-after")
    var plan = audited.plan
    // Another amount than the configured one.
    let set = try #require(plan.steps.first { $0.act.verb == .setDom0Memory })
    let act = try #require(
      Act(.setDom0Memory, ["node": .text(set.act.text("node")), "memory_kib": .integer(1_048_576)]))
    let place = try #require(plan.steps.firstIndex(of: set))
    plan.steps[place] = Plan.Step(
      number: set.number, act: act, node: set.node, reasons: set.reasons, after: set.after)
    let outcome = try await Self.carriedOut(
      plan, on: audited.site(), of: audited, without: isOn ? [.guards] : [.guards, .plan])
    let amounts = outcome.effects.compactMap { if case .memorySet(_, let kib) = $0 { kib } else { nil } }
    #expect(amounts.contains(1_048_576) == !isOn, "\(amounts)")
  }

  @Test("service: rows that a running service holds in its memory are not edited", arguments: [true, false])
  func service(_ isOn: Bool) async throws {
    let audited = try Self.scenario("slot-gone")
    let site = audited.site()
    site.setService(.running("process 4711"))
    let outcome = try await Self.carriedOut(
      audited.plan, on: site, of: audited, without: isOn ? [] : [.service])
    let isChanged = outcome.effects.contains { if case .rowsChanged = $0 { true } else { false } }
    #expect(isChanged == !isOn)
    let reasons = outcome.outcomes.values.compactMap(\.reason)
    #expect(reasons.contains { $0.contains("process 4711") } == isOn)
  }

  @Test(
    "service: one that starts while a step is looked at is seen before its rows are final",
    arguments: [true, false])
  func serviceStarts(_ isOn: Bool) async throws {
    let audited = try Self.scenario("slot-gone")
    let site = audited.site()
    let scratch = try Scratch()
    let before = try audited.session(site, try Journal(path: scratch.journal))
    var repairer = RepairSession(
      outside: SlowSite(site: site) { deed in
        if case .transaction = deed { site.setService(.running("process 4711")) }
      },
      configuration: before.configuration, rules: before.rules, schema: try Rehearsed.schema.get(),
      journal: try Journal(path: scratch.journal), samples: audited.recording.samples, progress: { _ in }
    ).repairer
    if !isOn { repairer.off = [.service] }
    let result = try await repairer.carryOut(audited.plan, who: "a test")
    let isChanged = site.effects.contains { if case .rowsChanged = $0.change { true } else { false } }
    #expect(isChanged == !isOn)
    #expect(result.outcomes.values.contains { $0.reason?.contains("process 4711") == true } == isOn)
  }

  @Test("age: an old plan is not begun", arguments: [true, false])
  func age(_ isOn: Bool) async throws {
    let audited = try Self.scenario("deficit-64")
    let site = audited.site()
    try await site.sleep(for: .seconds(16 * 60))
    do {
      let outcome = try await Self.carriedOut(
        audited.plan, on: site, of: audited, without: isOn ? [.evidence] : [.evidence, .age])
      #expect(!isOn)
      #expect(!Self.harm(outcome.effects).isEmpty)
    } catch let complaint as Complaint {
      #expect(isOn)
      #expect(complaint.described.contains("s old"))
      #expect(site.deeds.isEmpty)
    }
  }

  @Test(
    "age: a plan from later than now is not begun, for nobody knows how old it is", arguments: [true, false])
  func setBack(_ isOn: Bool) async throws {
    let audited = try Self.scenario("deficit-64")
    let site = audited.site()
    var plan = audited.plan
    plan.made = Instant(milliseconds: site.now.milliseconds + 3_600_000)
    do {
      let outcome = try await Self.carriedOut(
        plan, on: site, of: audited, without: isOn ? [.evidence] : [.evidence, .age])
      #expect(!isOn)
      #expect(!Self.harm(outcome.effects).isEmpty)
    } catch let complaint as Complaint {
      #expect(isOn)
      #expect(complaint.described.contains("a clock was set back"))
      #expect(site.deeds.isEmpty)
    }
  }

  // MARK: After a step

  @Test("proof: what was taken and has no effect is not called done", arguments: [true, false])
  func proof(_ isOn: Bool) async throws {
    let audited = try Self.scenario("deficit-64")
    let outcomes = try await Self.deaf(audited, without: isOn ? [] : [.proof]).outcomes
    let set = try #require(audited.plan.steps.first { $0.act.verb == .setDom0Memory })
    #expect((outcomes[set.number] == .done) == !isOn, "\(outcomes)")
  }

  @Test("order: a node whose memory was not given back is not given back itself", arguments: [true, false])
  func order(_ isOn: Bool) async throws {
    let audited = try Self.scenario("deficit-64")
    let (_, effects) = try await Self.deaf(audited, without: isOn ? [] : [.order])
    let isBack = effects.contains { if case .nodeMarked(_, false) = $0 { true } else { false } }
    #expect(isBack == !isOn)
  }

  /// Carries the plan out on a site that takes every command about memory, and does none.
  private static func deaf(
    _ audited: Rehearsed.Audited, without off: Set<Repairer<DeafSite>.Safety>
  ) async throws -> (outcomes: [Int: StepOutcome], effects: [Effect.Change]) {
    let scratch = try Scratch()
    let site = audited.site()
    let session = RepairSession(
      outside: DeafSite(site: site), configuration: audited.configuration, rules: audited.rules,
      schema: try Rehearsed.schema.get(), journal: try Journal(path: scratch.journal),
      samples: audited.recording.samples, progress: { _ in })
    var repairer = session.repairer
    repairer.off = off
    let result = try await repairer.carryOut(audited.plan, who: "a test")
    return (result.outcomes, site.effects.map(\.change))
  }

  // MARK: A kill

  /// dom0 gives back what it has too much, and the repair is killed before it could write that down.
  @Test("absolute amounts: what is done twice takes nothing twice", arguments: [true, false])
  func absolute(_ isOn: Bool) async throws {
    let audited = try Self.scenario("over-restored")
    let (site, scratch) = (audited.site(), try Scratch())
    let ways = try audited.session(site, try Journal(path: scratch.journal)).ways
    let wanted = try #require(audited.plan.steps.first { $0.act.verb == .setDom0Memory }).act
    let relative = Ways(snapshot: ways.snapshot) { act, snapshot in
      guard act == wanted, let now = try snapshot.dom0Target(of: act.text("node")),
        let less = Act(
          .setDom0Memory, ["node": .text(act.text("node")), "memory_kib": .integer(now - 64 * 1024)])
      else { return try ways.deeds(act, snapshot) }
      return try ways.deeds(less, snapshot)
    }
    for isFirst in [true, false] {
      var repairer = Repairer(
        outside: site, ways: isOn ? ways : relative,
        journal: try Journal(path: scratch.path + "/\(UUID().uuidString)"),
        rules: audited.rules, terms: .init(audited.configuration), samples: audited.recording.samples)
      repairer.off = [.evidence, .plan, .guards, .proof, .order]
      repairer.checkpoint = { place in
        let isSet = site.effects.contains { if case .memorySet = $0.change { true } else { false } }
        if isFirst, isSet, place == "after deed" { throw Killed() }
      }
      do { _ = try await repairer.carryOut(audited.plan, who: "a test") } catch is Killed {}
    }
    let amounts = site.effects.compactMap { if case .memorySet(_, let kib) = $0.change { kib } else { nil } }
    guard case .integer(let amount)? = wanted["memory_kib"] else { return }
    #expect((amounts.contains { $0 < amount }) == !isOn, "\(amounts)")
  }

  @Test("journal: a node that a killed repair had drained is given back", arguments: [true, false])
  func journal(_ isOn: Bool) async throws {
    let audited = try Self.scenario("deficit-64")
    let (site, scratch, elsewhere) = (audited.site(), try Scratch(), try Scratch())
    var repairer = try audited.session(site, try Journal(path: scratch.journal)).repairer
    let deeds = Mutex(0)
    repairer.checkpoint = { place in
      let isSecond = deeds.withLock { count in
        if place == "before deed" { count += 1 }
        return count == 2
      }
      if isSecond { throw Killed() }
    }
    await #expect(throws: Killed.self) { _ = try await repairer.carryOut(audited.plan, who: "a test") }
    let journal = try Journal(path: isOn ? scratch.journal : elsewhere.journal)
    if let open = try await journal.runs().first {
      _ = try await audited.session(site, journal).repairer.resume(open)
    }
    let isBack = site.effects.contains { if case .nodeMarked(_, false) = $0.change { true } else { false } }
    #expect(isBack == isOn)
  }

  @Test("lock: two repairs at the same time do not do the same twice", arguments: [true, false])
  func lock(_ isOn: Bool) async throws {
    let audited = try Self.scenario("storm-after")
    let (site, scratch) = (audited.site(), try Scratch())
    let folder = try StateFolder(scratch.path)
    let plan = audited.plan
    /// The first, stopped right before its first effect on a guest while the second does all of it.
    let second: @Sendable () async throws -> Void = {
      let lock = isOn ? try folder.lock(as: "the second") : nil
      _ = try await audited.session(site, try Journal(path: scratch.path + "/second.sqlite")).repairer
        .carryOut(plan, who: "the second")
      _ = consume lock
    }
    let lock = isOn ? try folder.lock(as: "the first") : nil
    let once = Mutex(false)
    let slow = SlowSite(site: site) { deed in
      guard case .command(let words, _, _) = deed,
        words.contains(where: { $0.contains("workspace-control") }),
        once.withLock({ isDone in
          defer { isDone = true }
          return !isDone
        })
      else { return }
      try? await second()
    }
    let session = RepairSession(
      outside: slow, configuration: audited.configuration, rules: audited.rules,
      schema: try Rehearsed.schema.get(), journal: try Journal(path: scratch.journal),
      samples: audited.recording.samples, progress: { _ in })
    _ = try await session.repairer.carryOut(plan, who: "the first")
    _ = consume lock
    let removals = site.deeds.map(\.deed.worded).filter { $0.contains("--remove") }
    #expect((Set(removals).count < removals.count) == !isOn, "\(removals)")
  }

  // MARK: How much, and on what

  @Test("caps: one run does no more than it may", arguments: [true, false])
  func caps(_ isOn: Bool) async throws {
    let audited = try Self.scenario("storm-after")
    let caps = Caps(perRule: 2, perNode: 10, perRun: 5)
    let plan = isOn ? caps.applied(to: audited.plan) : audited.plan
    #expect(plan.steps.count < audited.plan.steps.count || !isOn)
    let outcome = try await Self.carriedOut(plan, on: audited.site(), of: audited, without: [])
    let done = plan.steps.filter { step in
      ![.drain, .undrain].contains(step.act.verb.phase) && outcome.outcomes[step.number] == .done
    }
    #expect(!done.isEmpty)
    #expect((done.count > 5) == !isOn)
  }

  @Test("breaker: where all nodes look broken, the auditor is", arguments: [true, false])
  func breaker(_ isOn: Bool) async throws {
    // Somebody configured another baseline than the nodes have.
    let scratch = try Scratch()
    let capture = scratch.path + "/capture"
    try FileManager.default.copyItem(
      atPath: Rehearsed.root.appending(path: "Fixtures/idle/capture").path(), toPath: capture)
    let file = capture + "/site.toml"
    let site = try String(contentsOfFile: file, encoding: .utf8)
    let wrong = site.replacing(/(dom0 = )"(\d+) MiB"/) {
      "\($0.output.1)\"\((Int($0.output.2) ?? 0) + 64) MiB\""
    }
    try #require(wrong != site)
    try wrong.write(toFile: file, atomically: true, encoding: .utf8)
    let audited = try Rehearsed.audited(try Recording(capture))
    try #require(!audited.plan.steps.isEmpty)
    #expect(audited.trips.contains { $0.contains("look broken") }, "\(audited.trips)")
    let mayBegin = audited.trips.isEmpty || !isOn
    let effects =
      mayBegin
      ? try await Self.carriedOut(audited.plan, on: audited.site(), of: audited, without: []).effects : []
    var drained: Set<String> = []
    for case .nodeMarked(let node, let isOffline) in effects {
      if isOffline { drained.insert(node) } else { drained.remove(node) }
    }
    // Xen refuses the wrong amount, so without the breaker the whole site stays drained.
    #expect(drained.count == (isOn ? 0 : 3))
    #expect(try Self.scenario("deficit-64").trips == [])
  }

  // MARK: Before anything is planned

  /// qstat printed nothing and failed. Taken for a list without jobs, the guest of a lease that runs has none.
  @Test("coverage: what was not seen is not missing", arguments: [true, false])
  func coverage(_ isOn: Bool) async throws {
    var recording = try Recording(Rehearsed.root.appending(path: "Fixtures/torque-down/capture").path())
    recording.believesAll = !isOn
    let effects = try await Self.oneLook(recording, settles: false)
    let isDestroyed = effects.contains { if case .domainDestroyed = $0 { true } else { false } }
    #expect(isDestroyed == !isOn, "\(effects)")
    #expect(isOn ? effects.isEmpty : !effects.isEmpty)
  }

  /// A machine that was made between the reading of the jobs and that of the rows: one look sees its slot without a job.
  @Test("settle: what one look shows of a site in motion is not mended", arguments: [true, false])
  func settle(_ isOn: Bool) async throws {
    let recording = try Recording(
      Rehearsed.root.appending(path: "Fixtures/born-between-reads/capture").path())
    let effects = try await Self.oneLook(recording, settles: isOn)
    let isChanged = effects.contains { if case .rowsChanged = $0 { true } else { false } }
    #expect(isChanged == !isOn, "\(effects)")
    if isOn { #expect(try Rehearsed.audited(recording).plan.steps.isEmpty) }
  }

  /// What comes of a plan for the first look of a capture alone, carried out without what is asked right before a step.
  ///
  /// - Parameter settles: it is not enough that something was seen once.
  private static func oneLook(_ recording: Recording, settles: Bool) async throws -> [Effect.Change] {
    let audited = try Rehearsed.audited(recording)
    let round = try #require(recording.looked.first)
    var kept: Snapshot?
    let verdicts = try recording.judge(round, by: audited.rules, schema: Rehearsed.schema.get()) { kept = $0 }
    let snapshot = try #require(kept)
    var result = AuditResult(looks: [verdicts], rules: audited.rules, site: "", remarks: [])
    try #require(!result.findings.isEmpty)
    for place in result.findings.indices where result.findings[place].status == .seenOnce && !settles {
      result.findings[place].status = .confirmed(since: snapshot.now)
    }
    let plan = try Planner(rules: audited.rules, means: Planner.Means(audited.configuration))
      .plan(result, on: snapshot)
    return try await carriedOut(
      plan, on: audited.site(), of: audited, without: [.evidence, .plan, .guards, .order, .proof]
    ).effects
  }
}

/// Takes what it is told about memory, and does nothing.
private struct DeafSite: Acting {
  let site: SimulatedSite
  var now: Instant { site.now }
  func sleep(for duration: Duration) async throws { try await site.sleep(for: duration) }
  func look(_ scope: Scope) async -> [Answer] { await site.look(scope) }
  func service() async -> ServiceState { await site.service() }
  func perform(_ deed: Deed, keep: @Sendable ([FormerRows]) async throws -> Void) async -> Deed.Outcome {
    if case .command(let words, _, _) = deed, words.contains("mem-set") { return .done }
    return await site.perform(deed, keep: keep)
  }
}

/// Lets something happen right before a deed.
private struct SlowSite: Acting {
  let site: SimulatedSite
  let before: @Sendable (Deed) async -> Void
  var now: Instant { site.now }
  func sleep(for duration: Duration) async throws { try await site.sleep(for: duration) }
  func look(_ scope: Scope) async -> [Answer] { await site.look(scope) }
  func service() async -> ServiceState { await site.service() }
  func perform(_ deed: Deed, keep: @Sendable ([FormerRows]) async throws -> Void) async -> Deed.Outcome {
    await before(deed)
    return await site.perform(deed, keep: keep)
  }
}
