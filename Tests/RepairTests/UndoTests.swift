import Audit
import Foundation
import Model
import Simulator
import Synchronization
import Testing
import World

@testable import Repair
@testable import trueup

/// What was repaired and taken back again is found again, to the same rows and amounts.
@Suite("A run that is undone")
struct UndoTests {
  /// Scenarios of which every step can be taken back.
  private static let reversible: [Rehearsed] = Rehearsed.planned.filter { scenario in
    guard let plan = try? scenario.audited().plan else { return false }
    return plan.steps.allSatisfy { $0.act.verb.inverse != .irreversible }
  }

  @Test("there are such scenarios, of memory and of rows")
  func count() throws {
    let verbs = try Self.reversible.map { try $0.audited().plan.steps.map(\.act.verb.phase) }
    #expect(verbs.contains { $0.contains(.memory) })
    #expect(verbs.contains { $0.contains(.rows) })
  }

  /// A guard may keep memory from being taken again: then that is said, and the rest is taken back.
  @Test("leaves the site as it was found, or says which guard spoke against that", arguments: reversible)
  func takesBack(_ scenario: Rehearsed) async throws {
    let audited = try scenario.audited()
    let (site, scratch) = (audited.site(), try Scratch())
    let journal = try Journal(path: scratch.journal)
    let session = try audited.session(site, journal)
    let done = try await session.repairer.carryOut(audited.plan, who: "a test")
    let repaired = try await session.judged(audited.plan, done).repaired.map(\.fingerprint)
    let undo = Undo(audited.plan, entries: try await journal.entries(of: done.run), now: site.now)
    #expect(undo.impossible == [])
    let undone = try await session.repairer.carryOut(undo, of: done.run, who: "a test")
    let again = try await session.judged(audited.plan, undone)
    let refused = undone.outcomes.filter { !$0.value.holds }
    if refused.isEmpty, !audited.plan.steps.contains(where: { $0.act.verb == .nudgeDom0 }) {
      #expect(Set(repaired).isSubset(of: again.left.map(\.target.fingerprint)))
    }
    for (number, outcome) in refused {
      let step = try #require(undo.plan.steps.first { $0.number == number }, "\(outcome)")
      #expect(step.act.verb == .setDom0Memory)
      guard case .refused = outcome else {
        Issue.record("\(outcome)")
        continue
      }
    }
    let isKept = ["over-restored", "dom0-too-small", "dom0-cascade"].contains(scenario.name)
    #expect(refused.isEmpty != isKept, "\(refused)")
    let nodes = site.effects.compactMap { effect in
      if case .nodeMarked(let node, let isOffline) = effect.change { (node, isOffline) } else { nil }
    }
    let ends = Dictionary(nodes, uniquingKeysWith: { _, last in last })
    #expect(ends.values.allSatisfy { !$0 }, "no node stays drained")
  }

  /// What a site came to. To say again where dom0 should be, or to drain a node once more and give it back, changes nothing.
  private struct Ending: Equatable {
    var rows: [String] = []
    var last: [String: String] = [:]

    init(_ site: SimulatedSite) {
      for change in site.effects.map(\.change) {
        switch change {
        case .nodeMarked(let node, _): last["mark of \(node)"] = "\(change)"
        case .memorySet(let node, _): last["dom0 of \(node)"] = "\(change)"
        default: rows.append("\(change)")
        }
      }
    }
  }

  @Test(
    "that is killed at whatever point while it is taken back is taken back by another try, and nothing twice",
    arguments: ["slot-gone", "block-sibling", "pool-drift", "deficit-64"])
  func killed(_ name: String) async throws {
    let audited = try #require(Self.reversible.first { $0.name == name }).audited()
    let (site, scratch) = (audited.site(), try Scratch())
    let journal = try Journal(path: scratch.journal)
    let done = try await audited.session(site, journal).repairer.carryOut(audited.plan, who: "a test")
    func undo(in journal: Journal) async throws -> Undo {
      var tries: [[JournalEntry]] = []
      for one in try await journal.runs().reversed() where one.opening.undoes == done.run {
        tries.append(try await journal.entries(of: one.number))
      }
      return Undo(
        audited.plan, entries: try await journal.entries(of: done.run), earlier: tries, now: site.now)
    }
    let points = Mutex<[Remains]>([])
    var repairer = try audited.session(site, journal).repairer
    repairer.checkpoint = { _ in
      let remains = try Remains(site, scratch.journal)
      points.withLock { $0.append(remains) }
    }
    let whole = try await repairer.carryOut(undo(in: journal), of: done.run, who: "a test")
    #expect(whole.outcomes.values.allSatisfy { $0.holds })
    let ending = Ending(site)
    let killed = points.withLock { $0 }
    #expect(killed.count > 4)
    for (point, remains) in killed.enumerated() {
      let journal = try Journal(path: remains.scratch.journal)
      let again = try audited.session(remains.site, journal).repairer
      let rest = try await undo(in: journal)
      let ended = try await again.carryOut(rest, of: done.run, who: "another try")
      let place = "killed at \(point) of \(killed.count)"
      #expect(ended.outcomes.values.allSatisfy { $0.holds }, "\(place): \(ended.outcomes)")
      #expect(Ending(remains.site) == ending, "\(place)")
      #expect(try await undo(in: journal).isDone, "\(place)")
      #expect(try await journal.runs().allSatisfy { $0.finished != nil }, "\(place)")
    }
  }

  @Test("says what nothing takes back")
  func impossible() async throws {
    let audited = try #require(Rehearsed.all.first { $0.name == "storm-after" }).audited()
    let (site, scratch) = (audited.site(), try Scratch())
    let journal = try Journal(path: scratch.journal)
    let done = try await audited.session(site, journal).repairer.carryOut(audited.plan, who: "a test")
    let undo = Undo(audited.plan, entries: try await journal.entries(of: done.run), now: site.now)
    #expect(Set(undo.impossible.map(\.step.act.verb)) == [.removeGuest])
    #expect(undo.transactions.count == 4)
  }

  /// A row that somebody changed since is theirs.
  @Test("does not put a row back over what is there now")
  func guarded() async throws {
    let audited = try #require(Rehearsed.all.first { $0.name == "slot-gone" }).audited()
    let (site, scratch) = (audited.site(), try Scratch())
    let journal = try Journal(path: scratch.journal)
    let session = try audited.session(site, journal)
    let done = try await session.repairer.carryOut(audited.plan, who: "a test")
    let undo = Undo(audited.plan, entries: try await journal.entries(of: done.run), now: site.now)
    let first = try await session.repairer.carryOut(undo, of: done.run, who: "a test")
    #expect(first.outcomes.values.allSatisfy { $0.holds })
    let second = try await session.repairer.carryOut(undo, of: done.run, who: "a test")
    #expect(second.outcomes.values.allSatisfy { !$0.holds }, "\(second.outcomes)")
  }
}
