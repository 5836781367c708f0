public import Model

/// Each condition of a rule, dropped and turned into its opposite in turn: some example must notice.
extension RuleProof {
  /// A rule with one condition changed.
  private struct Mutant {
    /// What was done to which condition.
    let change: String
    let rule: Rule
    /// What has the condition, where it decides about a step and not about the finding.
    let step: Verb?
  }

  /// How many ways there are to drop or negate one condition of the rule.
  public static func mutantCount(of rule: Rule) -> Int { mutants(of: rule).count }

  private static func mutants(of rule: Rule) -> [Mutant] {
    func both(_ text: String?, _ note: String, of step: Verb? = nil, _ mutant: (String) -> Rule) -> [Mutant] {
      Conditions(of: text ?? "").all.flatMap { condition in
        [
          Mutant(change: "dropped: \(condition.text)\(note)", rule: mutant(condition.dropped), step: step),
          Mutant(change: "negated: \(condition.text)\(note)", rule: mutant(condition.negated), step: step),
        ]
      }
    }
    return both(rule.query, "") { rule.with(query: $0) }
      + both(rule.standIn?.query, " (of the stand-in)") { rule.with(standInQuery: $0) }
      + rule.repairs.enumerated().flatMap { place, step in
        both(step.onlyIf, "", of: step.verb) { rule.with(onlyIf: $0, at: place) }
      }
  }

  /// What no example notices, each in words.
  static func survivors(of rule: Rule, _ worlds: [World]) -> [String] {
    mutants(of: rule).compactMap { mutant in
      let isNoticed = worlds.contains { world in
        if mutant.step != nil, world.example.plans == nil { return false }
        guard let outcome = try? findings(of: mutant.rule, on: world.snapshot) else { return true }
        return !mismatch(outcome, world.example).isEmpty
      }
      if isNoticed { return nil }
      return mutant.step.map { "no example's plan notices when of \($0.rawValue) is \(mutant.change)" }
        ?? "no example notices when this is \(mutant.change)"
    }
  }
}
