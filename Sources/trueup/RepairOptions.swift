import ArgumentParser
import Audit
import Configuration
import Glibc
import Model
import Repair
import Toml

/// What of the findings is to be mended, and how much of it.
struct RepairOptions: ParsableArguments {
  @Flag(
    name: .shortAndLong,
    help: "Only what is marked safe: rules with safe = true, and steps that one step undoes.")
  var preen = false

  @Option(help: ArgumentHelp("Only findings of this rule; repeatable.", valueName: "rule"), completion: .rule)
  var only: [String] = []

  @Option(help: ArgumentHelp("No findings of this rule; repeatable.", valueName: "rule"), completion: .rule)
  var skip: [String] = []

  @Option(
    help: ArgumentHelp("Only nodes of this name; *, ? and [a-c] are patterns.", valueName: "glob"),
    completion: .node)
  var node: String?

  @Option(
    help: ArgumentHelp(
      "The most that one run does; by default repair.max_per_run and max_per_rule.", valueName: "n"))
  var maxRepairs: Int?

  @Option(
    help: ArgumentHelp(
      "More nodes than this that look broken stop everything; by default repair.max_nodes_percent.",
      valueName: "percent"))
  var maxNodes: Int?

  @Option(
    help: ArgumentHelp("Only what was left by deletions of jobs in this time.", valueName: "span"),
    transform: { text in
      guard let span = Duration(spelt: text), span > .zero else {
        throw ValidationError("\(text) is no span of time: write 30min, 2h, 1d")
      }
      return span
    })
  var since: Duration?

  /// Why a finding of a rule is left alone; nil where it is not.
  func reason(
    against rule: String, on node: String?, of rules: [Rule], _ repairs: Repairs, _ pauses: Pauses?
  ) -> String? {
    if repairs.never.contains(rule) { return "the site has it reported only (repair.never)" }
    if !only.isEmpty, !only.contains(rule) { return "it was not asked for (--only)" }
    if skip.contains(rule) { return "it was left out (--skip)" }
    if let wanted = self.node, node.map({ fnmatch(wanted, $0, 0) != 0 }) ?? true {
      return "it was not asked for (--node)"
    }
    if preen, rules.first(where: { $0.id == rule })?.isSafe != true {
      return "its rule is not marked safe (--preen)"
    }
    return pauses?.all.first { $0.covers(node) }?.described
  }

  func caps(_ repairs: Repairs) -> Caps {
    Caps(
      perRule: maxRepairs ?? repairs.maxPerRule, perNode: repairs.maxPerNode,
      perRun: maxRepairs ?? repairs.maxPerRun)
  }

  /// The plan without what these options leave out.
  func narrowed(_ plan: Plan, _ repairs: Repairs) -> Plan {
    var plan = plan
    if preen {
      let unsafe = plan.lanes.filter { $0.contains { !$0.act.verb.isSafe } }.joined()
      let reasons = Dictionary(
        unsafe.flatMap { step in step.reasons.map { ($0, "\(step.act.verb.rawValue) is not safe (--preen)") }
        },
        uniquingKeysWith: { first, _ in first })
      let left = Set(unsafe.map(\.number))
      plan = plan.keeping(plan.steps.filter { !left.contains($0.number) }, because: reasons)
    }
    return caps(repairs).applied(to: plan)
  }
}
