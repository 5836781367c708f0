import Foundation
import Model
import RuleBook
import Simulator
import Testing

@testable import trueup

/// Seeded sites, audited and repaired by the program's own parts, and held against the truth.
@Suite("A seeded site")
struct SimulationTests {
  private static let rulesFolder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Rules").path()
  static let book = Result { try Installation.rules(shipped: rulesFolder, overlays: []) }
  static let schema = Result { try Installation.schema(rulesFolder) }

  private static func run(_ seed: UInt64, _ change: (inout SimulatedRun) -> Void = { _ in }) async throws
    -> SimulatedRun.Verdict
  {
    var run = SimulatedRun(seed: seed, rules: try book.get().rules, schema: try schema.get())
    run.terms.faults = .seconds(120)
    change(&run)
    return try await run.verdict()
  }

  @Test(
    "that breaks: what is confirmed was true, nothing that stays is missed, and its repair leaves it clean",
    arguments: 1...24)
  func broken(_ seed: UInt64) async throws {
    let verdict = try await Self.run(seed)
    #expect(verdict.problems == [], "trueup simulate --seed \(seed)")
    #expect(verdict.faults > 3)
  }

  @Test("whose pilots outlive their jobs, since none is started by exec", arguments: 1...8)
  func shell(_ seed: UInt64) async throws {
    let verdict = try await Self.run(seed) { $0.terms.isExecuted = false }
    #expect(verdict.problems == [], "trueup simulate --shell --seed \(seed)")
  }

  @Test("that nothing breaks in is clean, whenever it is looked at", arguments: 1...8)
  func whole(_ seed: UInt64) async throws {
    let verdict = try await Self.run(seed) { run in
      run.terms.faults = nil
      run.terms.grace = .seconds(4)
      run.audits = 12
    }
    #expect(verdict.problems == [])
    #expect(verdict.figures.isEmpty && verdict.unjudged.isEmpty, "\(verdict.figures)")
  }

  @Test("is the same for the same seed, to the byte")
  func same() throws {
    func told(_ seed: UInt64) -> String {
      var terms = Cluster.Terms()
      terms.faults = .seconds(60)
      var cluster = Cluster(seed: seed, terms: terms, isTold: true)
      cluster.advance(by: .seconds(3600))
      return cluster.story.joined(separator: "\n")
    }
    let story = told(7)
    #expect(story == told(7))
    #expect(story != told(8))
    #expect(story.split(separator: "\n").count > 100)
    // The same on every machine: FNV-1a of what happened.
    let hash = story.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    #expect(hash == Self.story7, "the model has changed: its story of seed 7 is \(hash)")
  }

  private static let story7: UInt64 = 15_722_522_975_011_338_741

  @Test(
    "loses memory when jobs are deleted and the pilot's grace is the default, and none when it fits the MOM's wait"
  )
  func prevention() {
    func lost(_ grace: Int64) -> Int {
      var terms = Cluster.Terms()
      terms.grace = .seconds(grace)
      var count = 0
      for seed in 1...20 as ClosedRange<UInt64> {
        var cluster = Cluster(seed: seed, terms: terms)
        for _ in 0..<6 {
          cluster.advance(by: .seconds(300))
          cluster.deleteAllJobs()
        }
        cluster.quieten()
        cluster.advance(by: .seconds(1500))
        count += cluster.divergences.count { $0.rule == "balloon-not-restored" }
      }
      return count
    }
    #expect(lost(8) > 10)
    #expect(lost(4) == 0)
  }

  @Test("shows that one look is not enough: what moves would be taken for broken")
  func oneLook() async throws {
    var alarms = 0
    for seed in 1...6 as ClosedRange<UInt64> {
      let verdict = try await Self.run(seed) { run in
        run.terms.faults = nil
        run.looksOnce = true
        run.audits = 30
      }
      alarms += verdict.falseAlarms.count + verdict.unjudged.values.reduce(0, +)
    }
    #expect(alarms > 0)
  }

  @Test("holds whatever happens in it first and second: every word of two letters")
  func words() async throws {
    var worlds: [Cluster.Key: Cluster] = [:]
    for first in Letter.allCases {
      for second in Letter.allCases {
        var world = Cluster.small()
        world.spell(first)
        world.spell(second)
        worlds[world.key] = world
      }
    }
    #expect(worlds.count > 30)
    let run = SimulatedRun(seed: 1, rules: try Self.book.get().rules, schema: try Self.schema.get())
    for world in worlds.values { #expect(try await run.verdict(of: world).problems == []) }
  }
}
