import Foundation
import Model
import Testing

@testable import History

/// What a history promises, whatever database it is in.
@Suite("A history")
struct ContractTests {
  @Test("holds each finding against the last audit", arguments: Kind.allCases)
  func baselines(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    try await history.begin()
    var site = Site(missing: ["wn1": 65536])
    func standing(at minute: Int64) async throws -> Standing? {
      try await history.record(site, at: minutes(minute)).result.standings[Site.id("wn1")]
    }
    #expect(try await standing(at: 0) == Standing(baseline: .new, since: start))
    site.age = 900
    site.expected = 1_048_576
    #expect(
      try await standing(at: 5) == Standing(baseline: .unchanged, since: start),
      "time and what is expected move")
    site.missing["wn1"] = 131_072
    #expect(try await standing(at: 10) == Standing(baseline: .updated, since: start))
    site.job = "8"
    #expect(try await standing(at: 15)?.baseline == .updated)
    site.severity = .warning
    #expect(try await standing(at: 20)?.baseline == .updated)
    site.missing["wn1"] = 131_073
    #expect(try await standing(at: 25)?.baseline == .unchanged, "no more than its wording tells")
    site.isUndetermined = true
    #expect(try await standing(at: 30) == Standing(baseline: .unchanged, since: start))
    site.missing = [:]
    #expect(try await standing(at: 35) == nil)
    site = Site(missing: ["wn1": 65536])
    #expect(try await standing(at: 40) == Standing(baseline: .new, since: minutes(40)))
  }

  @Test("clears what an audit could have seen, and nothing else", arguments: Kind.allCases)
  func cleared(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    let both = Site(missing: ["wn1": 65536, "wn2": 65536])
    var none = Site()
    func clears(_ change: (inout Site) -> Void) async throws -> [Fingerprint] {
      try await history.record(both, at: start)
      none = Site()
      change(&none)
      let entry = try await history.record(none, at: minutes(5))
      let gone = entry.result.cleared.map(\.finding)
      #expect(entry.open == Set(both.missing.keys.map(Site.id)).subtracting(gone))
      return gone
    }
    let (one, two) = (Site.id("wn1"), Site.id("wn2"))
    #expect(try await clears { $0.lost = ["wn2"] } == [one])
    #expect(try await clears { $0.lost = ["torque.jobs"] } == [one, two], "they do not rest on it")
    #expect(try await clears { $0.nodes = ["wn1"] } == [one], "a node that is not there was not seen")
    #expect(try await clears { $0.nodes = [] } == [], "nor was any where none is known")
    #expect(
      try await clears { $0.outcome = AuditResult.RuleOutcome(rule: "short", outcome: .notRun("")) } == [])
    #expect(
      try await clears { $0.outcome = AuditResult.RuleOutcome(rule: "short", outcome: .notApplicable("")) }
        == [])
    #expect(try await clears { $0.outcome = AuditResult.RuleOutcome(rule: "other", outcome: .judged) } == [])
    let partly = AuditResult.RuleOutcome(
      rule: "short", outcome: .judgedExcept("no baseline"), except: ["wn1"])
    #expect(try await clears { $0.outcome = partly } == [two])
    let unclear = AuditResult.RuleOutcome(rule: "short", outcome: .judgedExcept("a value"))
    #expect(try await clears { $0.outcome = unclear } == [])
    #expect(
      try await clears {
        $0.missing = ["wn1": 1, "wn2": 1]
        $0.isUndetermined = true
      } == [])
    let entry = try await history.record(Site(), at: minutes(9))
    #expect(
      entry.result.cleared.first
        == Cleared(
          finding: one, rule: "short", node: "wn1",
          message: "dom0 of wn1 lacks 64 MiB of 2048 MiB by job 7, for 10 s"))
    #expect(try await history.record(Site(), at: minutes(9)).result.cleared == [], "once")
  }

  @Test(
    "takes what was looked for on all nodes for gone only when all of them were seen",
    arguments: Kind.allCases)
  func everywhere(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    try await history.record(Site(missing: ["wn1": 65536], isEverywhere: true), at: start)
    #expect(try await history.record(Site(lost: ["wn2"]), at: minutes(5)).result.cleared == [])
    #expect(try await history.record(Site(), at: minutes(10)).result.cleared.count == 1)
  }

  @Test("closes what no rule judges any more, and says so", arguments: Kind.allCases)
  func ruleGone(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    try await history.record(Site(missing: ["wn1": 65536]), at: start)
    var other = Site()
    other.outcome = AuditResult.RuleOutcome(rule: "other", outcome: .judged)
    let entry = try await history.record(other.result, by: [], at: minutes(5), baselines: [:])
    #expect(entry.open == [])
    #expect(
      entry.result.cleared.map(\.message) == [
        "dom0 of wn1 lacks 64 MiB of 2048 MiB by job 7, for 10 s (no longer judged: the rule is not in force)"
      ])
    #expect(try await history.nights().first?.courses.map(\.gone) == [minutes(5)])
  }

  @Test("takes what was cleared for gone, were the clock fast that saw it", arguments: Kind.allCases)
  func fastClock(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    try await history.record(Site(missing: ["wn1": 65536]), at: minutes(9000))
    #expect(try await history.record(Site(), at: minutes(5)).open == [])
    #expect(try await history.nights().first?.courses.map(\.gone) == [minutes(5)])
    try await history.record(Site(missing: ["wn1": 65536]), at: minutes(10))
    #expect(try await history.nights().first?.courses.map(\.gone) == [nil])
  }

  @Test("tells sites apart", arguments: Kind.allCases)
  func sites(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    let (here, there) = (
      Site(missing: ["wn1": 65536]), Site(name: "o'ther \"site\" ?", missing: ["wn1": 65536])
    )
    try await history.record(here, at: start, baselines: ["wn1": 7])
    let other = try await history.record(there, at: minutes(5), baselines: ["wn1": 8])
    #expect(other.result.standings[Site.id("wn1")]?.baseline == .new)
    #expect(try await history.record(Site(), at: minutes(10)).result.cleared.count == 1)
    let nights = try await history.nights()
    #expect(nights.map(\.site) == ["gridsn", there.name])
    #expect(nights.map(\.count) == [2, 1])
    #expect(nights.map { $0.courses.map(\.gone) } == [[minutes(10)], [nil]])
    #expect(nights.map { $0.plateaus.map(\.memoryKib) } == [[7], [8]])
    #expect(try await history.nights(of: there.name).map(\.site) == [there.name])
  }

  @Test("tells how long each thing was as it was", arguments: Kind.allCases)
  func courses(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    var site = Site(missing: ["wn1": 65536])
    for minute in 0..<10 {
      site.age = Int64(minute)
      if minute == 4 { site.missing["wn1"] = 131_072 }
      if minute == 6 { site.missing = [:] }
      if minute == 8 { site.missing = ["wn1": 65536] }
      var memory: [String: Int64] = ["wn1": minute < 3 ? 100 : 200]
      if minute != 5 { memory["wn2"] = 300 }
      try await history.record(site, at: minutes(Int64(minute)), baselines: memory)
    }
    let nights = try #require(try await history.nights().first)
    let course = try #require(nights.courses.first)
    #expect(nights.count == 10 && nights.courses.count == 1)
    #expect(course.first == start && course.last == minutes(9) && course.sights == 8)
    #expect(course.returns == 1 && course.gone == nil)
    #expect(
      course.message == "dom0 of wn1 lacks 64 MiB of 2048 MiB by job 7, for 9 s", "as it was worded last")
    #expect(
      nights.plateaus == [
        .init(node: "wn1", memoryKib: 100, first: start, last: minutes(2)),
        .init(node: "wn1", memoryKib: 200, first: minutes(3), last: minutes(9)),
        .init(node: "wn2", memoryKib: 300, first: start, last: minutes(9)),
      ])
  }

  @Test("keeps texts as they are, but for a NUL", arguments: Kind.allCases)
  func texts(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    let odd = "\\'\"?; DROP TABLE audit; -- \u{1B}[2J \u{202E} ünï"
    try await history.record(Site(name: odd, missing: ["wn1": 1], job: odd), at: start)
    let record = try await history.suppress(
      Site.id("wn1").hex, at: odd, until: minutes(9), reason: odd, who: odd, now: start)
    #expect(record.suppression.reason == odd && record.suppression.who == odd && record.site == odd)
    let kept = try await history.remember(of: odd) { _ in (odd, 0) }
    #expect(kept == 0)
    #expect(try await history.remember(of: odd) { ($0 ?? "", $0) } == odd)
    #expect(try await history.remember(of: "other") { ("", $0) } == nil)
    try await history.record(Site(name: "a\u{0}b", missing: ["wn1": 1], job: "\u{0}"), at: start)
  }

  @Test("loses nothing and tears nothing when several write at the same time", arguments: Kind.allCases)
  func writers(_ kind: Kind) async throws {
    let place = try await kind.place()
    let (writers, rounds) = (4, 12)
    // One of them makes the tables.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<writers {
        group.addTask {
          let history = try place.history()
          for round in 0..<rounds {
            let site = Site(
              name: writer % 2 == 0 ? "even" : "odd",
              missing: round % 2 == 0 ? ["wn1": Int64(writer) + 1] : [:])
            try await history.record(site, at: minutes(Int64(round)), baselines: ["wn1": 1])
            _ = try await history.remember(of: "count") { ("\((Int($0 ?? "") ?? 0) + 1)", 0) }
          }
        }
      }
      try await group.waitForAll()
    }
    let history = try place.history()
    #expect(try await history.remember(of: "count") { ($0 ?? "", $0) } == "\(writers * rounds)")
    for nights in try await history.nights() {
      #expect(nights.count == writers / 2 * rounds)
      let course = try #require(nights.courses.first)
      #expect(course.sights == writers / 2 * rounds / 2)
      #expect(nights.courses.count == 1)
    }
  }
}
