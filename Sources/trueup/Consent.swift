import Glibc
import Model
import Repair
import Report

/// Asks a person, one question an incident.
struct Consent {
  let ask: (String) -> String?
  let explain: (Fingerprint) -> String

  /// The plan with what was agreed to; nil where the person called it off.
  func agreed(_ plan: Plan) -> Plan? {
    var refused: [Fingerprint: String] = [:]
    var rules: Set<String> = []
    var kept: [Plan.Step] = []
    for (title, lanes) in groups(plan) {
      let steps = lanes.flatMap(\.self)
      let wanted = Set(steps.flatMap(\.reasons))
      let targets = plan.findings.filter { wanted.contains($0.fingerprint) }
      if targets.allSatisfy({ rules.contains($0.rule) }) {
        kept += steps
        continue
      }
      switch answer(title, steps, targets) {
      case .yes: kept += steps
      case .all:
        kept += steps
        rules.formUnion(targets.map(\.rule))
      case .no: for target in targets { refused[target.fingerprint] = "you said no" }
      case .quit: return nil
      }
    }
    return plan.keeping(kept, because: refused)
  }

  private enum Answer { case yes, no, all, quit }

  private func answer(_ title: String, _ steps: [Plan.Step], _ targets: [Plan.Target]) -> Answer {
    let lines = steps.map {
      "  \($0.number). \($0.act.line)\($0.act.verb.inverse == .irreversible ? "  (irreversible)" : "")"
    }
    let question = ([title] + targets.map { "  \($0.message)" } + lines).joined(separator: "\n")
    Terminal.note(question)
    while true {
      switch ask(
        "Do this? y yes, n no, a all of \(targets.map(\.rule).uniqued.joined(separator: ", ")), q quit, ? evidence: "
      ) {
      case "y", "yes": return .yes
      case "n", "no": return .no
      case "a": return .all
      case "q", nil: return .quit
      case "?": for target in targets { Terminal.note(explain(target.fingerprint)) }
      default: break
      }
    }
  }

  /// Lanes by the incident that they belong to.
  private func groups(_ plan: Plan) -> [(title: String, lanes: [[Plan.Step]])] {
    let targets = Dictionary(
      plan.findings.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
    let titled = plan.lanes.map { lane -> (title: String, lane: [Plan.Step]) in
      let target = lane.lazy.flatMap(\.reasons).compactMap { targets[$0] }.first
      let own = target.map { "\($0.rule)\($0.node.map { " on \($0)" } ?? "")" } ?? "To take back"
      return (target?.incident.map { "Incident: \(MessageTemplate.visible($0))" } ?? own, lane)
    }
    return titled.map(\.title).uniqued.map { title in (title, titled.filter { $0.title == title }.map(\.lane))
    }
  }
}
