import Foundation
import Model
import Simulator
import Synchronization
import Testing
import World

@testable import Repair
@testable import trueup

/// Every scenario's apply, killed before and after every write of the journal and every effect, then resumed.
@Suite("A repair that is killed")
struct CrashTests {
  struct Killed: Error {}

  /// What is left of a world after a repair: the findings of a look, and which nodes are drained.
  private struct Ending: Equatable {
    var repaired: Set<Fingerprint>
    var left: Set<Fingerprint>
    var drained: Set<String>
    var effects: [Effect.Change]
  }

  private static func ending(_ result: RepairResult, _ site: SimulatedSite) -> Ending {
    var drained: Set<String> = []
    for effect in site.effects {
      if case .nodeMarked(let node, let isOffline) = effect.change {
        if isOffline { drained.insert(node) } else { drained.remove(node) }
      }
    }
    let changes = site.effects.map(\.change)
    return Ending(
      repaired: Set(result.repaired.map(\.fingerprint)), left: Set(result.left.map(\.target.fingerprint)),
      drained: drained, effects: changes.sorted { "\($0)" < "\($1)" })
  }

  @Test("has scenarios to be killed in")
  func count() { #expect(Rehearsed.planned.count >= 20) }

  @Test("ends as one that was not, at whatever point, and does no effect twice", arguments: Rehearsed.planned)
  func everywhere(_ scenario: Rehearsed) async throws {
    let audited = try scenario.audited()
    let counted = Mutex(0)
    let whole = try await run(audited) { _ in counted.withLock { $0 += 1 } }
    let points = counted.withLock { $0 }
    #expect(points > 4)
    for point in 0..<points {
      let ended = try await killed(at: point, audited)
      #expect(
        ended.repaired == whole.repaired && ended.left == whole.left,
        "findings, killed at \(point) of \(points)")
      #expect(ended.drained == whole.drained, "killed at \(point) of \(points)")
      #expect(ended.effects == whole.effects, "killed at \(point) of \(points)")
    }
  }

  private func run(
    _ audited: Rehearsed.Audited, _ checkpoint: @escaping @Sendable (String) throws -> Void
  ) async throws -> Ending {
    let scratch = try Scratch()
    let site = audited.site()
    let session = try audited.session(site, try Journal(path: scratch.journal))
    var repairer = session.repairer
    repairer.checkpoint = checkpoint
    let outcome = try await repairer.carryOut(audited.plan, who: "a test")
    return Self.ending(try await session.judged(audited.plan, outcome), site)
  }

  /// Stops dead at a point, as a kill does: nothing after it is written or done. Then another process goes on.
  private func killed(at point: Int, _ audited: Rehearsed.Audited) async throws -> Ending {
    let scratch = try Scratch()
    let site = audited.site()
    let left = Mutex(point)
    var repairer = try audited.session(site, try Journal(path: scratch.journal)).repairer
    // One lane at a time: a kill ends all of them at the same instant, which a thrown error does not.
    repairer.checkpoint = { _ in
      let isHere = left.withLock { count in
        defer { count -= 1 }
        return count <= 0
      }
      if isHere { throw Killed() }
    }
    await #expect(throws: Killed.self) { _ = try await repairer.carryOut(audited.plan, who: "a test") }
    let journal = try Journal(path: scratch.journal)
    let session = try audited.session(site, journal)
    let open = try await journal.runs().filter { $0.finished == nil }
    guard let run = open.first else {
      // Before it was in the journal nothing was done; after it was finished, all was.
      let runs = try await journal.runs()
      if runs.isEmpty {
        let outcome = try await session.repairer.carryOut(audited.plan, who: "another try")
        return Self.ending(try await session.judged(audited.plan, outcome), site)
      }
      let outcomes = try await outcomes(of: runs[0], journal)
      return Self.ending(
        try await session.judged(
          audited.plan, Repairer<SimulatedSite>.Result(run: runs[0].number, outcomes: outcomes)), site)
    }
    let outcome = try await session.repairer.resume(run)
    return Self.ending(try await session.judged(audited.plan, outcome), site)
  }

  private func outcomes(of run: JournalRun, _ journal: Journal) async throws -> [Int: StepOutcome] {
    var outcomes: [Int: StepOutcome] = [:]
    for entry in try await journal.entries(of: run.number) {
      if case .outcome(let outcome) = entry.event { outcomes[entry.step] = outcome }
    }
    return outcomes
  }
}
