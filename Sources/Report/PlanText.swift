public import Model

/// A plan and what came of it, for people.
public struct PlanText: Sendable {
  private let colour: Bool

  public init(colour: Bool = false) { self.colour = colour }

  /// The dry run: incident by incident what would be done, why, when not, what undoes it, and the very command.
  public func plan(_ plan: Plan, hints: [String] = []) -> String {
    var blocks = groups(plan).map { title, steps in
      [bold(title)] + reasons(of: steps, plan) + steps.flatMap { lines($0, plan) }
    }
    if plan.steps.isEmpty { blocks.append(["Nothing would be done."]) }
    blocks.append(withheld(plan.withheld))
    blocks.append([tally(plan)] + hints)
    return join(blocks)
  }

  /// What was done.
  public func result(_ result: RepairResult) -> String {
    var blocks: [[String]] = [result.plan.steps.map { step in outcome(step, result.outcomes[step.number]) }]
    blocks[0] += result.outcomes.filter { $0.key < 0 }.sorted { $0.key > $1.key }.map { number, outcome in
      "  \(padded(outcome.word))  rows put back (\(-number))"
        + (outcome.reason.map { ": \(visible($0))" } ?? "")
    }
    func list(_ title: String, _ lines: [String]) {
      if !lines.isEmpty { blocks.append([bold(title)] + lines) }
    }
    list("Repaired, as a look afterwards shows:", result.repaired.map { "  \(named($0))" })
    list("Gone with these:", result.gone.map { "  \($0.rule)\(place($0.node))  \($0.message)" })
    list("Left:", result.left.map { "  \(named($0.target)): \(visible($0.reason))" })
    list(
      "Appeared meanwhile, seen once:",
      result.appeared.map { "  \($0.rule)\(place($0.node))  \($0.message)" })
    list("To do:", result.toDo.map { "  \(visible($0))" })
    blocks.append(withheld(result.withheld))
    let meanings = result.exitStatus.meanings
    blocks.append([
      "Run \(result.run): \(result.repaired.count) of \(result.plan.findings.count) repaired; trueup journal \(result.run)",
      "Exit status \(result.exitStatus.rawValue): \(meanings.isEmpty ? "nothing was to be done" : meanings.joined(separator: "; ")).",
    ])
    return join(blocks)
  }

  /// One line of what became of a step.
  public func outcome(_ step: Plan.Step, _ outcome: StepOutcome?) -> String {
    let reason = outcome?.reason.map { ": \(visible($0))" } ?? ""
    return "  \(padded(outcome?.word ?? "not done"))  \(step.number). \(step.act.line)\(reason)"
  }

  // MARK: Parts

  /// Steps by the incident of their first finding, or by that finding.
  private func groups(_ plan: Plan) -> [(title: String, steps: [Plan.Step])] {
    let targets = Dictionary(
      plan.findings.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
    func title(_ step: Plan.Step) -> String {
      guard let target = step.reasons.first.flatMap({ targets[$0] }) else { return "To take back" }
      return target.incident.map { "Incident: \(visible($0))" } ?? "\(target.rule)\(place(target.node))"
    }
    let lanes = plan.lanes.map { lane in (title: lane.first.map(title) ?? "", steps: lane) }
    return lanes.map(\.title).uniqued.map { title in
      (title, lanes.filter { $0.title == title }.flatMap(\.steps).sorted { $0.number < $1.number })
    }
  }

  private func reasons(of steps: [Plan.Step], _ plan: Plan) -> [String] {
    let wanted = Set(steps.flatMap(\.reasons))
    return plan.findings.filter { wanted.contains($0.fingerprint) }
      .map { "  \($0.message); trueup explain \($0.fingerprint.hex)" }
  }

  private func lines(_ step: Plan.Step, _ plan: Plan) -> [String] {
    let why = plan.findings.filter { step.reasons.contains($0.fingerprint) }.map(\.rule).uniqued
    var lines = ["  \(step.number). \(bold(step.act.line))"]
    if !why.isEmpty { lines.append("       for \(why.joined(separator: ", "))") }
    if !step.after.isEmpty {
      lines.append("       after \(step.after.map { "step \($0)" }.joined(separator: ", "))")
    }
    lines += step.act.verb.guards.map { "       only if \($0.sentence)" }
    lines.append("       undone by \(step.act.verb.inverse.worded)")
    lines += step.command.split(separator: "\n").map { "       $ \(visible(String($0)))" }
    return lines
  }

  private func withheld(_ all: [Plan.Withheld]) -> [String] {
    if all.isEmpty { return [] }
    return [bold("Not repaired:")]
      + all.flatMap { one in
        ["  \(one.rule)\(place(one.node))  \(one.message)"] + one.reasons.map { "       \(visible($0))" }
      }
  }

  private func tally(_ plan: Plan) -> String {
    let verbs = plan.steps.map(\.act.verb)
    let irreversible = verbs.filter { $0.inverse == .irreversible }.count
    let nodes = Set(plan.steps.compactMap(\.node)).count
    return "\(plan.steps.count) steps for \(plan.findings.count) findings on \(nodes) nodes"
      + (irreversible == 0 ? "." : "; \(irreversible) of them irreversible (--allow-destroy).")
  }

  private func named(_ target: Plan.Target) -> String {
    "\(target.rule)\(place(target.node))  \(target.message)"
  }
  private func place(_ node: String?) -> String { node.map { "  \(visible($0))" } ?? "" }
  private func visible(_ text: String) -> String { MessageTemplate.visible(text) }
  private func padded(_ word: String) -> String {
    word + String(repeating: " ", count: max(0, 10 - word.count))
  }
  private func bold(_ text: String) -> String { colour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  private func join(_ blocks: [[String]]) -> String {
    blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }
}
