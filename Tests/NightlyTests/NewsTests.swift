import Model
import Nightly
import Testing

private let start = Instant(milliseconds: 1_795_305_600_000)

private func finding(
  _ name: String, _ status: Finding.Status = .confirmed(since: start), severity: Severity = .error,
  explains: [Finding] = []
) -> Finding {
  var finding = Finding(
    rule: "held", severity: severity, node: nil, message: "\(name) is held", columns: [],
    fingerprint: Fingerprint(of: name), status: status, evidence: [], absences: [], assumptions: [],
    steps: [],
    withheld: [])
  finding.explained = explains
  return finding
}

private func result(
  _ findings: [Finding], lost: [(ObservationKind, String?)] = [],
  uncollected: [AuditResult.Uncollected] = [], rules: [AuditResult.RuleOutcome] = []
) -> AuditResult {
  let records = lost.enumerated().map { place, source in
    var record = ObservationRecord(
      id: place + 1, round: 1, kind: source.0, node: source.1, command: [], started: start, finished: start,
      exitStatus: nil)
    record.coverage = .failed(Problem("timed out"))
    return record
  }
  return AuditResult(
    site: "gridsn", mode: .pilot, looks: [], observations: records, uncollected: uncollected,
    findings: findings,
    rules: rules, vanished: 0, counts: AuditResult.Counts(), remarks: [])
}

private func texts(_ result: AuditResult) -> [String] {
  News(result, standing: [], accepted: [], rules: []).matters.map(\.text)
}

@Suite("News")
struct NewsTests {
  @Test("is what was confirmed, and what two audits saw; not what heals, is a notice, or can't be judged")
  func findings() {
    var seen = result([
      finding("sure"), finding("once", .seenOnce), finding("twice", .seenOnce),
      finding("moving", .unsettled(since: start)), finding("notice", severity: .notice),
      finding("healing", .selfHealing(until: start, healer: "the pilot")),
      finding("unseen", .undetermined([])),
      finding("cause", explains: [finding("explained")]),
    ])
    #expect(texts(seen) == ["sure is held", "cause is held"])
    seen.standings = [
      Fingerprint(of: "once"): Standing(baseline: .new),
      Fingerprint(of: "twice"): Standing(baseline: .unchanged),
      Fingerprint(of: "moving"): Standing(baseline: .updated),
    ]
    #expect(texts(seen) == ["sure is held", "twice is held", "moving is held", "cause is held"])
  }

  @Test("is what an accepted finding explains, and not itself")
  func accepted() {
    var seen = result([finding("cause", explains: [finding("explained"), finding("too")])])
    for name in ["cause", "too"] {
      seen.standings[Fingerprint(of: name)] = Standing(
        suppression: Suppression(
          finding: Fingerprint(of: name), until: start, reason: "", who: "", evidence: Fingerprint(of: "")))
    }
    let news = News(seen, standing: [], accepted: [], rules: [])
    #expect(news.matters.map(\.text) == ["explained is held"])
  }

  @Test("is a node or a source that was not wholly seen, once each, and a rule with a reason of its own")
  func sources() {
    let seen = result(
      [], lost: [(.xenList, "wn1"), (.xenInfo, "wn1"), (.torqueJobs, nil)],
      uncollected: [
        AuditResult.Uncollected(kind: .nodeClock, nodes: ["wn1", "wn2"]),
        AuditResult.Uncollected(kind: .dbMain, nodes: []),
      ],
      rules: [
        AuditResult.RuleOutcome(rule: "blind", outcome: .notRun("torque.jobs: timed out")),
        AuditResult.RuleOutcome(rule: "slow", outcome: .notRun("it took too many steps")),
        AuditResult.RuleOutcome(rule: "other", outcome: .notApplicable("it is for others")),
      ])
    #expect(
      texts(seen) == [
        "db.main: was not collected", "torque.jobs: timed out",
        "wn1: node.clock, xen.info, xen.list: timed out; was not collected",
        "wn2: node.clock: was not collected",
        "slow was not judged: it took too many steps",
      ])
    let amounts = News(seen, standing: [], accepted: [], rules: []).matters.map(\.amount)
    #expect(amounts == [1, 1, 3, 1, nil], "more of a node that is not seen is worse")
  }
}
