import Model

/// What can be held against a rule without running it.
enum RuleCheck {
  static func complaints(about rule: Rule, file: String) -> [Complaint] {
    var found: [Complaint] = []
    func complain(_ problem: String, _ remedy: String) {
      found.append(Complaint(file: file, line: nil, problem: problem, remedy: remedy))
    }
    let queries = [rule.query, rule.standIn?.query] + rule.repairs.map(\.onlyIf)
    if queries.contains(where: { hasNotIn($0 ?? "") }) {
      complain(
        "a query uses NOT IN, which finds nothing at all when one value is NULL",
        "use NOT EXISTS (SELECT 1 FROM ... WHERE ...)")
    }
    if rule.identity.isEmpty {
      complain(
        "`identity` is missing", "name the columns that tell one divergence from another, without amounts")
    }
    if rule.standIn?.tables.isEmpty == true {
      complain("`stand_in` is for no table", "name those that it does without: for = [\"db_machine\"]")
    }
    if rule.repairs.isEmpty == (rule.noRepair == nil) {
      complain(
        rule.repairs.isEmpty ? "neither `repair` nor `no_repair`" : "both `repair` and `no_repair`",
        "either plan steps, or say in `no_repair` why there are none")
    }
    if !rule.examples.contains(where: \.isPositive) {
      complain("no example in which the rule finds something", "add an [[example]] with finds = [{...}]")
    }
    if !rule.examples.contains(where: { $0.isSilent }) {
      complain("no example in which the rule is silent", "add an [[example]] with finds = []")
    }
    let names = rule.examples.map(\.name)
    if Set(names).count < names.count { complain("two examples have one name", "give each its own") }
    return found
  }

  private static func hasNotIn(_ query: String) -> Bool {
    let words = query.uppercased().split { !$0.isLetter && !$0.isNumber && $0 != "_" }
    return zip(words, words.dropFirst()).contains { $0 == "NOT" && $1 == "IN" }
  }
}

extension Rule.Example {
  fileprivate var isSilent: Bool {
    if case .finds(let rows) = expectation { rows.isEmpty } else { false }
  }
}
