public import Model

/// How much one run may do. A lane is done whole or not at all, so what is coupled is never cut.
public struct Caps: Sendable {
  public var perRule: Int
  public var perNode: Int
  public var perRun: Int

  public init(perRule: Int, perNode: Int, perRun: Int) {
    self.perRule = perRule
    self.perNode = perNode
    self.perRun = perRun
  }

  /// The plan without the lanes that are too many. Draining a node and giving it back are not counted: they change nothing that
  /// anybody owns.
  public func applied(to plan: Plan) -> Plan {
    let rule = Dictionary(
      plan.findings.map { ($0.fingerprint, $0.rule) }, uniquingKeysWith: { first, _ in first })
    var counts = Counts()
    var left: [Plan.Step] = []
    var reasons: [Fingerprint: String] = [:]
    for lane in plan.lanes {
      let effects = lane.filter { $0.act.verb.phase != .drain && $0.act.verb.phase != .undrain }
      var next = counts
      for step in effects {
        next.ofRun += 1
        for name in Set(step.reasons.compactMap { rule[$0] }) { next.byRule[name, default: 0] += 1 }
        if let node = step.node { next.byNode[node, default: 0] += 1 }
      }
      if let reason = excess(next) {
        for finding in lane.flatMap(\.reasons) { reasons[finding] = reason }
      } else {
        counts = next
        left += lane
      }
    }
    return plan.keeping(left, because: reasons)
  }

  private struct Counts {
    var ofRun = 0
    var byRule: [String: Int] = [:]
    var byNode: [String: Int] = [:]
  }

  private func excess(_ counts: Counts) -> String? {
    if counts.ofRun > perRun { return "one run does \(perRun) things at most (--max-repairs)" }
    if let rule = counts.byRule.filter({ $0.value > perRule }).keys.min() {
      return "one run mends \(perRule) things of \(rule) at most (repair.max_per_rule)"
    }
    if let node = counts.byNode.filter({ $0.value > perNode }).keys.min() {
      return "one run does \(perNode) things on \(node) at most (repair.max_per_node)"
    }
    return nil
  }
}

extension Plan {
  /// With some of its steps only, numbered anew; findings that no step is left for are withheld.
  public func keeping(_ kept: [Step], because reasons: [Fingerprint: String]) -> Plan {
    var plan = self
    let ordered = kept.sorted { $0.number < $1.number }
    let numbers = Dictionary(uniqueKeysWithValues: ordered.enumerated().map { ($1.number, $0 + 1) })
    plan.steps = ordered.map { step in
      Step(
        number: numbers[step.number] ?? 0, act: step.act, node: step.node, reasons: step.reasons,
        after: step.after.compactMap { numbers[$0] }, command: step.command)
    }
    let mended = Set(plan.steps.flatMap(\.reasons))
    plan.findings = findings.filter { mended.contains($0.fingerprint) }
    plan.withheld += findings.filter { !mended.contains($0.fingerprint) }.map { target in
      Withheld(
        fingerprint: target.fingerprint, rule: target.rule, node: target.node, message: target.message,
        reasons: [reasons[target.fingerprint] ?? "it was left out"])
    }
    return plan
  }
}
