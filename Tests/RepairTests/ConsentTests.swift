import Model
import Testing

@testable import trueup

/// What a person is asked before a repair, and what the answers do.
@Suite("A repair that asks")
struct ConsentTests {
  /// The plan that is left, the questions, and the findings whose evidence was shown.
  private static func agreed(
    _ plan: Plan, _ answers: [String?]
  ) -> (plan: Plan?, questions: Int, shown: [Fingerprint]) {
    var questions = 0
    var shown: [Fingerprint] = []
    let consent = Consent(
      ask: { _ in
        questions += 1
        return questions <= answers.count ? answers[questions - 1] : answers.last ?? nil
      },
      explain: { fingerprint in
        shown.append(fingerprint)
        return "evidence"
      })
    let left = consent.agreed(plan)
    return (left, questions, shown)
  }

  private static func storm() throws -> Plan {
    try #require(Rehearsed.all.first { $0.name == "storm-after" }).audited().plan
  }

  /// The same without its cause: each finding stands for itself.
  ///
  /// - Parameter rule: one for all of them; nil for their own.
  private static func scattered(_ rule: String? = nil) throws -> Plan {
    var plan = try storm()
    plan.findings = plan.findings.map { target in
      Plan.Target(
        fingerprint: target.fingerprint, rule: rule ?? target.rule, node: target.node,
        message: target.message,
        incident: nil, witnesses: target.witnesses)
    }
    try #require(agreed(plan, ["y"]).questions > 1)
    return plan
  }

  @Test("asks once for what has one cause")
  func cause() throws { #expect(Self.agreed(try Self.storm(), ["y"]).questions == 1) }

  @Test("yes to each keeps every step; no to each keeps none, and says who decided")
  func each() throws {
    let plan = try Self.scattered()
    let all = try #require(Self.agreed(plan, ["y"]).plan)
    #expect(all.steps.map(\.act) == plan.steps.map(\.act))
    let none = try #require(Self.agreed(plan, ["n"]).plan)
    #expect(none.steps.isEmpty)
    #expect(none.findings.isEmpty)
    #expect(
      none.withheld.filter { $0.reasons == ["you said no"] }.count
        == plan.findings.count)
  }

  @Test("no to one leaves the others, each with all of its steps")
  func one() throws {
    let plan = try Self.scattered()
    let left = try #require(Self.agreed(plan, ["n", "y"]).plan)
    #expect(!left.steps.isEmpty)
    #expect(left.steps.count < plan.steps.count)
    let numbers = Set(left.steps.map(\.number))
    #expect(left.steps.allSatisfy { $0.after.allSatisfy(numbers.contains) })
  }

  @Test("q, and the end of the input, call it off; what is no answer is asked again")
  func quit() throws {
    let plan = try Self.scattered()
    #expect(Self.agreed(plan, ["y", "q"]).plan == nil)
    #expect(Self.agreed(plan, [nil]).plan == nil)
    #expect(Self.agreed(plan, ["", "maybe", "Y", "q"]).questions == 4)
  }

  @Test("? shows the evidence of what is asked about, and asks again")
  func evidence() throws {
    let plan = try Self.scattered()
    let (left, questions, shown) = Self.agreed(plan, ["?", "y"])
    #expect(left?.steps.count == plan.steps.count)
    #expect(questions == Self.agreed(plan, ["y"]).questions + 1)
    #expect(!shown.isEmpty)
    #expect(Set(shown).isSubset(of: Set(plan.findings.map(\.fingerprint))))
  }

  @Test("a is not asked again for the same rules")
  func all() throws {
    let plan = try Self.scattered("one-rule")
    let (left, questions, _) = Self.agreed(plan, ["a"])
    #expect(left?.steps.count == plan.steps.count)
    #expect(questions < Self.agreed(plan, ["y"]).questions)
  }
}
