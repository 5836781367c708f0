import Foundation
import Model
import SQLite
import Simulator
import Synchronization
import Testing
import World

@testable import Repair
@testable import trueup

/// Every scenario's apply, killed before and after every write of the journal and every effect, then resumed. Of a storm,
/// whose many steps are of a few kinds, every fifth such point is taken.
@Suite("A repair that is killed")
struct CrashTests {
  /// What became of a world, and of the steps. A world is what was done to it: the same effects leave the same findings.
  private struct Ending: Equatable {
    var held: Set<Int>
    var drained: Set<String>
    var effects: [String]

    init(_ outcomes: [Int: StepOutcome], _ site: SimulatedSite) {
      held = Set(outcomes.filter(\.value.holds).keys)
      drained = []
      for effect in site.effects {
        if case .nodeMarked(let node, let isOffline) = effect.change {
          if isOffline { drained.insert(node) } else { drained.remove(node) }
        }
      }
      effects = site.effects.map { "\($0.change)" }.sorted()
    }
  }

  @Test("has scenarios to be killed in")
  func count() { #expect(Rehearsed.planned.count >= 20) }

  @Test("ends as one that was not, at whatever point, and does no effect twice", arguments: Rehearsed.planned)
  func everywhere(_ scenario: Rehearsed) async throws {
    let audited = try scenario.audited()
    let scratch = try Scratch()
    let site = audited.site()
    let points = Mutex<[Remains]>([])
    let session = try audited.session(site, try Journal(path: scratch.journal))
    var repairer = session.repairer
    repairer.checkpoint = { _ in
      let remains = try Remains(site, scratch.journal)
      points.withLock { $0.append(remains) }
    }
    let outcome = try await repairer.carryOut(audited.plan, who: "a test")
    let whole = Ending(outcome.outcomes, site)
    let killed = points.withLock { $0 }
    #expect(killed.count > 4)
    let isStorm = killed.count > 100
    for (point, remains) in killed.enumerated() where !isStorm || point % 5 == scenario.name.count % 5 {
      let ended = try await resumed(remains, audited)
      #expect(ended.held == whole.held, "steps, killed at \(point) of \(killed.count)")
      #expect(ended.drained == whole.drained, "killed at \(point) of \(killed.count)")
      #expect(ended.effects == whole.effects, "killed at \(point) of \(killed.count)")
    }
  }

  /// Another process goes on.
  private func resumed(_ remains: Remains, _ audited: Rehearsed.Audited) async throws -> Ending {
    let site = remains.site
    let journal = try Journal(path: remains.scratch.journal)
    let session = try audited.session(site, journal)
    let open = try await journal.runs().filter { $0.finished == nil }
    guard let run = open.first else {
      // Before it was in the journal nothing was done; after it was finished, all was.
      let runs = try await journal.runs()
      if runs.isEmpty {
        return Ending(try await session.repairer.carryOut(audited.plan, who: "another try").outcomes, site)
      }
      return Ending(try await outcomes(of: runs[0], journal), site)
    }
    return Ending(try await session.repairer.resume(run).outcomes, site)
  }

  private func outcomes(of run: JournalRun, _ journal: Journal) async throws -> [Int: StepOutcome] {
    var outcomes: [Int: StepOutcome] = [:]
    for entry in try await journal.entries(of: run.number) {
      if case .outcome(let outcome) = entry.event { outcomes[entry.step] = outcome }
    }
    return outcomes
  }
}
