import Model
import RuleBook
import Simulator
import Synchronization
import Testing

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
    let session = try storm.session(journal)
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
}
