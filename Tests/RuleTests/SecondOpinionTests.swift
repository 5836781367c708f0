import Model
import RuleBook
import Testing

@testable import Audit

/// The rules' meaning written a second time, and held against their SQL on worlds that nobody thought of.
@Suite("A second opinion")
struct SecondOpinionTests {
  private static let now = Instant(milliseconds: 1_795_305_600_000)

  @Test("of nested loops is that of SQL, whatever meets whatever", arguments: NaiveRules.known.keys.sorted())
  func agrees(_ id: String) throws {
    let files = try shippedFiles()
    let schema = try shippedSchema()
    let rule = try #require(RuleFolder(layers: [files]).rules.first { $0.id == id })
    let opinion = try #require(NaiveRules.known[id])
    var found = 0
    for seed in 1...400 as ClosedRange<UInt64> {
      let world = NaiveWorld(seed: seed, now: Self.now)
      let example = Rule.Example(
        name: "seed \(seed)", now: Self.now, given: world.tables.map { ($0.key, $0.value) }, unseen: [],
        expectation: .finds([]), plans: nil)
      let snapshot = try ExampleWorld.snapshot(of: example, schema: schema)
      let told = Set(
        try RuleProof.findings(of: rule, on: snapshot).map { finding in
          rule.identity.map { finding[$0] ?? .null }
        })
      let meant = Set(opinion(NaiveRules(world: world, now: Self.now)).map { $0.map { $0 ?? .null } })
      #expect(told == meant, "world \(seed)")
      found += meant.count
    }
    #expect(found > 10, "these worlds are too good for this rule")
  }
}
