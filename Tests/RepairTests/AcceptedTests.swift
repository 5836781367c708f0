import Audit
import Model
import Testing

@testable import trueup

/// Who accepted a finding does not expect a repair to end what it is about.
@Suite("What was accepted, at a repair")
struct AcceptedTests {
  private static func accepted(_ finding: Finding) -> Standing {
    Standing(
      suppression: Suppression(
        finding: finding.fingerprint, until: Instant(milliseconds: 4_000_000_000_000), reason: "ticket 4711",
        who: "eva@head", evidence: finding.fingerprint))
  }

  /// Each finding of each scenario by itself, those that others explain too.
  @Test(
    "is left alone, and so is what explains it; the rest is repaired as it was", arguments: Rehearsed.planned)
  func leftAlone(_ scenario: Rehearsed) throws {
    let audited = try scenario.audited()
    var last: Snapshot?
    _ = try audited.recording.audit(by: audited.rules, schema: try Rehearsed.schema.get()) { last = $0 }
    let snapshot = try #require(last)
    for finding in audited.result.allFindings {
      var result = audited.result
      result.standings[finding.fingerprint] = Self.accepted(finding)
      let plan = try Planner(rules: audited.rules, means: .init(audited.configuration)).plan(
        result, on: snapshot)
      let owners = Set(
        result.findings.filter { $0.withExplained.contains { $0.fingerprint == finding.fingerprint } }
          .map(\.fingerprint))
      #expect(plan.findings.allSatisfy { !owners.contains($0.fingerprint) }, "\(finding.message)")
      #expect(plan.steps.allSatisfy { owners.isDisjoint(with: $0.reasons) })
      let kept = plan.withheld.filter { owners.contains($0.fingerprint) }
      #expect(kept.count == owners.count)
      #expect(
        kept.allSatisfy { $0.reasons[0].contains("accepted until") && $0.reasons[0].contains("ticket 4711") })
    }
  }
}
