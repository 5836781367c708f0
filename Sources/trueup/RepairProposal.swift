import Audit
import Configuration
import Model
import Repair
import Report
import World

/// What is proposed for an audit's findings, by the site's settings and the flags.
struct RepairProposal {
  let result: AuditResult
  let configuration: Configuration
  let rules: [Rule]
  let options: RepairOptions

  /// The plan, each step with the command that would be run.
  func plan(on snapshot: Snapshot, pauses: Pauses?, ways: Ways) throws -> Plan {
    let storms = stormFindings
    let planner = Planner(rules: rules, means: Planner.Means(configuration)) { finding in
      if let storms, !storms.contains(finding.fingerprint) {
        return "no deletion of that time left it (--since)"
      }
      return options.reason(
        against: finding.rule, on: finding.node, of: rules, configuration.repairs, pauses)
    }
    var plan = options.narrowed(try planner.plan(result, on: snapshot), configuration.repairs)
    for place in plan.steps.indices {
      do {
        let deeds = try ways.deeds(plan.steps[place].act, snapshot)
        plan.steps[place].command = deeds.map(\.worded).joined(separator: "\n")
      } catch let complaint as Complaint {
        plan.steps[place].command = "can't be done: \(complaint.described)"
      }
    }
    return plan
  }

  /// What deletions within `--since` left; nil where that was not asked for.
  private var stormFindings: Set<Fingerprint>? {
    guard let since = options.since, let now = result.looks.last?.finished else { return nil }
    let from = now.milliseconds - since.milliseconds
    return Set(
      result.incidents.filter { incident in
        incident.kind == .deletions && incident.latest.map { $0.milliseconds >= from } ?? false
      }.flatMap(\.members))
  }

  /// Refuses a file's plan that is of another site, was carried out before, or holds what these settings would keep out of a
  /// plan: exactly that plan is carried out, or none.
  func check(_ plan: Plan, pauses: Pauses?, against journal: Journal) async throws {
    guard plan.site == result.site else {
      throw Refusal("the plan is of the site \(plan.site), and this one is \(result.site)")
    }
    let text = String(decoding: PlanDocument.bytes(plan), as: UTF8.self)
    if let run = try await journal.runs().first(where: { $0.opening.plan == text }) {
      throw Refusal("the plan was carried out before, in run \(run.number): make a new one")
    }
    let found = Dictionary(
      result.allFindings.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
    for target in plan.findings {
      if let reason = found[target.fingerprint].flatMap({ result.acceptance(of: $0) }) {
        throw Refusal("the plan is not carried out: \(target.rule): \(reason)")
      }
      if let reason = options.reason(
        against: target.rule, on: target.node, of: rules, configuration.repairs, pauses)
      {
        throw Refusal("the plan is not carried out: \(reason)")
      }
    }
    let kept = options.narrowed(plan, configuration.repairs)
    if kept.steps != plan.steps {
      let reason = kept.withheld.lazy.flatMap(\.reasons).last ?? ""
      throw Refusal("the plan is not carried out, for it is too much: \(reason)")
    }
  }

  /// The plan without what needs a consent that was not given.
  func allowed(_ plan: Plan, destroying mayDestroy: Bool, asking: Bool) -> Plan {
    var reasons: [Fingerprint: String] = [:]
    var kept: [Plan.Step] = []
    let rule = Dictionary(
      plan.findings.map { ($0.fingerprint, $0.rule) }, uniquingKeysWith: { first, _ in first })
    for lane in plan.lanes {
      let isIrreversible = lane.contains { $0.act.verb.inverse == .irreversible }
      let mustAsk = lane.flatMap(\.reasons).contains {
        rule[$0].map(configuration.repairs.ask.contains) == true
      }
      if isIrreversible, !mayDestroy {
        for reason in lane.flatMap(\.reasons) {
          reasons[reason] = "it is irreversible, and --allow-destroy was not given"
        }
      } else if mustAsk, !asking {
        for reason in lane.flatMap(\.reasons) {
          reasons[reason] = "the site wants to be asked for it (repair.ask)"
        }
      } else {
        kept += lane
      }
    }
    return plan.keeping(kept, because: reasons)
  }

  /// All about one finding, for who is asked.
  func explanation(_ fingerprint: Fingerprint) -> String {
    guard let finding = result.allFindings.first(where: { $0.fingerprint == fingerprint }),
      let rule = rules.first(where: { $0.id == finding.rule })
    else { return "" }
    return Explanation.text(finding, rule: rule, observations: result.observations) { _ in [] }
  }
}

extension Configuration {
  /// With what an audit of the whole site recognised: a look at a part of it could not.
  func resolved(
    by result: AuditResult, _ snapshot: Snapshot, nodes: [Site.ConfiguredNode]
  ) throws -> Configuration {
    var resolved = self
    resolved.site.mode = result.mode
    if case .integer(let quantum)? = try snapshot.rows("SELECT quantum_kib FROM site", [:]).first?[
      "quantum_kib"]
    {
      resolved.site.quantum = Kibibytes(quantum)
    }
    if resolved.site.nodes.isEmpty {
      let known = nodes.isEmpty ? try snapshot.nodes(like: "*").map { Site.ConfiguredNode(name: $0) } : nodes
      resolved.site.nodes = known
    }
    return resolved
  }
}
