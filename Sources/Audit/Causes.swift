public import Model

/// One cause, one finding: the most specific rule speaks, and what it explains is listed under it.
public enum Causes {
  /// The findings in the order of a report, each with what it explains.
  public static func nest(_ findings: [Finding], rules: [Rule]) -> [Finding] {
    var explainedBy: [Int: Int] = [:]
    for rule in rules {
      for explanation in rule.explains {
        // Only what can be believed explains anything.
        let speakers = findings.indices.filter { findings[$0].rule == rule.id && findings[$0].isDetermined }
        if speakers.isEmpty { continue }
        var byKey: [[Value]: Int] = [:]
        for speaker in speakers { byKey[findings[speaker].values(explanation.on)] = speaker }
        for index in findings.indices
        where findings[index].rule == explanation.rule && explainedBy[index] == nil {
          explainedBy[index] = byKey[findings[index].values(explanation.on)]
        }
      }
    }
    func whole(_ index: Int, below: Set<Int>) -> Finding {
      var finding = findings[index]
      let members = explainedBy.filter { $0.value == index && !below.contains($0.key) }.keys
      finding.explained = ordered(members.map { whole($0, below: below.union([index])) })
      return finding
    }
    let roots = findings.indices.filter { explainedBy[$0] == nil }
    return ordered(roots.map { whole($0, below: []) })
  }

  /// Confirmed before the rest, the worst first, then by node and rule: the same findings in the same order, always.
  private static func ordered(_ findings: [Finding]) -> [Finding] {
    findings.sorted { left, right in
      let ranks = (left.status.rank, right.status.rank)
      if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
      if left.severity != right.severity { return left.severity > right.severity }
      let names = ((left.node ?? "", left.rule, left.message), (right.node ?? "", right.rule, right.message))
      if names.0 != names.1 { return names.0 < names.1 }
      return left.fingerprint < right.fingerprint
    }
  }
}

extension Finding {
  fileprivate func values(_ columns: [String]) -> [Value] { columns.map { self[$0] ?? .null } }
}

extension Finding.Status {
  fileprivate var rank: Int {
    switch self {
    case .confirmed: 0
    case .seenOnce: 1
    case .unsettled: 2
    case .undetermined: 3
    case .selfHealing: 4
    }
  }
}
