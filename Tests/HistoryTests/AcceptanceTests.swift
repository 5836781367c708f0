import Model
import Testing

@testable import History

@Suite("What somebody has accepted")
struct AcceptanceTests {
  private static func accept(
    _ history: History, _ prefix: String = Site.id("wn1").hex, at site: String? = nil,
    until: Instant = minutes(60),
    now: Instant = minutes(1)
  ) async throws -> SuppressionRecord {
    try await history.suppress(prefix, at: site, until: until, reason: "known", who: "eva@head", now: now)
  }

  @Test("sets no bit, is listed, and ends at its time", arguments: Kind.allCases)
  func expiry(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    let site = Site(missing: ["wn1": 65536])
    #expect(try await history.record(site, at: start).result.exitStatus == .divergencesLeft)
    let record = try await Self.accept(history)
    #expect(
      record.site == "gridsn" && record.rule == "short" && record.node == "wn1" && record.at == minutes(1))
    #expect(try await history.suppressions() == [record])
    // A repair asks, and writes nothing.
    let asked = try await history.judged(site.result, by: [short], at: minutes(4))
    #expect(asked.acceptance(of: asked.findings[0])?.hasSuffix("remove \(Site.id("wn1").hex)") == true)
    let late = try await history.judged(site.result, by: [short], at: minutes(60))
    #expect(late.acceptance(of: late.findings[0]) == nil)
    #expect(try await history.suppressions() == [record])
    let accepted = try await history.record(site, at: minutes(5)).result
    #expect(accepted.standings[Site.id("wn1")]?.suppression == record.suppression)
    #expect(accepted.exitStatus == [] && accepted.remarks == [])
    #expect(accepted.findings.count == 1, "it is shown")
    let silent = try await history.record(Site(lost: ["wn1"]), at: minutes(6))
    #expect(silent.result.findings.isEmpty && silent.accepted == [Site.id("wn1")], "nobody took it back")
    let after = try await history.record(site, at: minutes(60)).result
    #expect(after.exitStatus == .divergencesLeft && after.standings[Site.id("wn1")]?.suppression == nil)
    #expect(
      after.remarks == [
        "short \(Site.id("wn1").hex) is open again: eva@head accepted it until \(minutes(60).rfc3339) (known)"
      ])
    let ended = try #require(try await history.suppressions().first?.ended)
    #expect(ended == .init(at: minutes(60), why: .expired, by: nil))
    let gone = try await history.record(Site(), at: minutes(65))
    #expect(gone.result.remarks == [] && gone.accepted == [], "it is gone")
    #expect(
      try await history.record(site, at: minutes(90)).result.remarks == [], "and this is another time of it")
  }

  @Test("is bound to the amount and the object, and not to the time", arguments: Kind.allCases)
  func change(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    var site = Site(missing: ["wn1": 65536])
    try await history.record(site, at: start)
    _ = try await Self.accept(history, until: minutes(600))
    site.age = 7200
    site.expected = 4096
    #expect(try await history.record(site, at: minutes(5)).result.exitStatus == [])
    // Gone, and back as it was: it is still accepted.
    try await history.record(Site(), at: minutes(6))
    #expect(try await history.record(site, at: minutes(7)).result.exitStatus == [])
    site.missing["wn1"] = 131_072
    let changed = try await history.record(site, at: minutes(10)).result
    #expect(changed.exitStatus == .divergencesLeft)
    #expect(
      changed.remarks == [
        "short \(Site.id("wn1").hex) is open again: it is no longer what eva@head accepted (known)"
      ])
    // As it was once: what has ended has ended.
    site.missing["wn1"] = 65536
    #expect(try await history.record(site, at: minutes(15)).result.exitStatus == .divergencesLeft)
    _ = try await Self.accept(history, until: minutes(600), now: minutes(16))
    #expect(try await history.record(site, at: minutes(20)).result.remarks == [])
    // What can't be judged has been seen by nobody.
    site.isUndetermined = true
    let unseen = try await history.record(site, at: minutes(25)).result
    #expect(unseen.exitStatus == .notWhole && unseen.standings[Site.id("wn1")]?.suppression != nil)
  }

  @Test(
    "is taken back, or replaced, by the first digits of an id that no other has", arguments: Kind.allCases)
  func names(_ kind: Kind) async throws {
    let place = try await kind.place()
    let history = try place.history()
    let nodes = (1...40).map { "n\($0)" }
    let many = Dictionary(uniqueKeysWithValues: nodes.map { ($0, Int64(65536)) })
    try await history.record(Site(nodes: nodes, missing: many), at: start)
    try await history.record(Site(name: "other", missing: ["wn1": 65536]), at: start)
    let ids = nodes.map { Site.id($0).hex }
    let doubled = try #require(
      ids.map { String($0.prefix(1)) }.first { digit in ids.filter { $0.hasPrefix(digit) }.count > 1 })
    await #expect(throws: Complaint.self) { try await Self.accept(history, doubled) }
    await #expect(throws: Complaint.self) { try await Self.accept(history, "") }
    await #expect(throws: Complaint.self) { try await Self.accept(history, "zz") }
    await #expect(throws: Complaint.self) { try await Self.accept(history, Site.id("wn1").hex, at: "gridsn") }
    #expect(
      try await Self.accept(history, String(ids[7].prefix(12)).uppercased()).suppression.finding.hex == ids[7]
    )
    #expect(try await Self.accept(history, Site.id("wn1").hex, at: "other").site == "other")
    // The same again: the first one ends.
    _ = try await Self.accept(history, ids[7], until: minutes(90), now: minutes(2))
    let ended = try await history.suppressions().first?.ended
    #expect(ended == .init(at: minutes(2), why: .replaced, by: "eva@head"))
    let removed = try await history.unsuppress(ids[7], at: nil, who: "max@head", now: minutes(3))
    #expect(removed.suppression.until == minutes(90))
    await #expect(throws: Complaint.self) {
      try await history.unsuppress(ids[7], at: nil, who: "max@head", now: minutes(4))
    }
    let result = try await history.record(Site(nodes: nodes, missing: many), at: minutes(5)).result
    #expect(result.standings.values.allSatisfy { $0.suppression == nil } && result.remarks == [])
    #expect(try await history.suppressions(of: "gridsn").map(\.ended?.why) == [.replaced, .removed])
  }
}
