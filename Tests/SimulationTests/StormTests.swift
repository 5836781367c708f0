import Model
import RuleBook
import Simulator
import Synchronization
import Testing
import World

@testable import Repair
@testable import trueup

/// The repair of a storm over many nodes, killed in its middle.
@Suite("A storm")
struct StormTests {
  struct Killed: Error {}

  @Test("of many nodes is mended by one plan, though the repair is killed in the middle and gone on with")
  func killed() async throws {
    let run = SimulatedRun(
      seed: 1, rules: try SimulationTests.book.get().rules, schema: try SimulationTests.schema.get())
    let storm = try await SimulatedStorm(run, nodes: 40)
    let drained = storm.plan.steps.filter { $0.act.verb == .drainNode }.count
    #expect(drained > 30)
    let journal = try Journal()
    let session = storm.session(journal)
    var repairer = session.repairer
    let deeds = Mutex(storm.plan.steps.count / 2)
    repairer.checkpoint = { point in
      guard point == "before deed" else { return }
      // Whatever is under way in other lanes stops at its own next deed, as in a kill.
      let left = deeds.withLock { left in
        left -= 1
        return left
      }
      if left < 0 { throw Killed() }
    }
    await #expect(throws: Killed.self) { _ = try await repairer.carryOut(storm.plan, who: "a test") }
    let open = try #require(try await journal.runs().first { $0.finished == nil })
    let left = storm.site.cluster.divergences.count { $0.rule == "balloon-not-restored" }
    #expect(left > 4)

    let outcome = try await session.repairer.resume(open)
    let result = try await session.judged(storm.plan, outcome)
    #expect(result.left.map(\.reason) == [])
    #expect(result.repaired.count == storm.plan.findings.count)
    #expect(storm.site.cluster.harms == [])
    #expect(!storm.site.cluster.divergences.contains { $0.rule == "balloon-not-restored" })
    var done: [Int: Int] = [:]
    for entry in try await journal.entries(of: open.number) {
      if case .outcome = entry.event { done[entry.step, default: 0] += 1 }
    }
    #expect(done.values.allSatisfy { $0 == 1 })
  }

  @Test("takes as long as its slowest node: the others are mended while one hangs")
  func slowest() async throws {
    let run = SimulatedRun(
      seed: 1, rules: try SimulationTests.book.get().rules, schema: try SimulationTests.schema.get())
    let storm = try await SimulatedStorm(run, nodes: 24)
    let slow = try #require(storm.plan.steps.first { $0.act.verb == .setDom0Memory }?.node)
    let elsewhere = Set(storm.plan.steps.filter { $0.node != slow }.map(\.number))
    let ended = Mutex<Set<Int>>([])
    let hanging = HangingNode(site: storm.site, node: slow) { ended.withLock { elsewhere.isSubset(of: $0) } }
    let before = storm.session(try Journal())
    let session = RepairSession(
      outside: hanging, configuration: before.configuration, rules: before.rules, schema: storm.audit.schema,
      journal: try Journal(), samples: storm.found.samples
    ) { progress in
      if case .ended(let step, _) = progress { _ = ended.withLock { $0.insert(step.number) } }
    }
    let result = try await session.carryOut(storm.plan, who: "a test")
    #expect(hanging.hung.withLock { $0 }, "the node waited for the others, and they not for it")
    #expect(result.left.map(\.reason) == [])
  }
}

/// A site of which one node does nothing until all others are through; it gives up when they do not get there.
private final class HangingNode: Acting {
  let site: ClusterSite
  let node: String
  let isOver: @Sendable () -> Bool
  /// It hung until all others were through.
  let hung = Mutex(false)

  init(site: ClusterSite, node: String, isOver: @escaping @Sendable () -> Bool) {
    (self.site, self.node, self.isOver) = (site, node, isOver)
  }

  var now: Instant { site.now }
  func sleep(for duration: Duration) async throws { try await site.sleep(for: duration) }
  func look(_ scope: Scope) async -> [Answer] { await site.look(scope) }
  func service() async -> ServiceState { await site.service() }
  func perform(_ deed: Deed, keep: @Sendable ([FormerRows]) async throws -> Void) async -> Deed.Outcome {
    if case .command(_, at: .node(node), _) = deed {
      let limit = ContinuousClock.now + .seconds(120)
      while !isOver(), ContinuousClock.now < limit { try? await Task.sleep(for: .milliseconds(5)) }
      if isOver() { hung.withLock { $0 = true } }
    }
    return await site.perform(deed, keep: keep)
  }
}
