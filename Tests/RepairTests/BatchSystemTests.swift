import Model
import Repair
import Testing

@testable import trueup

/// What only TORQUE has a way for is planned on no other batch system's site, and nothing that counts on it.
@Suite("A plan for a site of OpenPBS's")
struct BatchSystemTests {
  private static let refused: Set<Verb> = [.deleteJob, .purgeJob, .clearMomJob]

  @Test("has none of the acts that it has no way for, and says of each finding why", arguments: Rehearsed.planned)
  func refusal(_ scenario: Rehearsed) throws {
    let audited = try scenario.audited()
    let plan = try scenario.audited(system: .openpbs).plan
    #expect(!plan.steps.contains { Self.refused.contains($0.act.verb) })
    let withheld = Dictionary(plan.withheld.map { ($0.fingerprint, $0.reasons) }, uniquingKeysWith: { $1 })
    for finding in audited.result.findings where finding.steps.contains(where: { Self.refused.contains($0.verb) }) {
      let reasons = try #require(withheld[finding.fingerprint])
      let wasPlanned = audited.plan.findings.contains { $0.fingerprint == finding.fingerprint }
      #expect(!wasPlanned || reasons.contains { $0.contains("OpenPBS") }, "\(reasons)")
    }
  }

  @Test("is looked for where something of the kind would be planned otherwise")
  func some() throws {
    let verbs = try Rehearsed.planned.flatMap { try $0.audited().plan.steps.map(\.act.verb) }
    #expect(verbs.contains(.deleteJob))
  }
}
