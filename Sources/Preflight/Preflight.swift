// Go or no-go before a trial: what the rules of a preflight found and could see, as a table of nodes against checks, and the
// certificate of a go. It knows no file, no clock and no process.

public import Audit
public import Model

public enum Preflight {
  /// The rules that a preflight asks.
  public static func rules(among rules: [Rule]) -> [Rule] { rules.filter { $0.check != nil } }

  /// The table. A check is of one or more rules; a rule for which the site collects nothing is left out where another of the
  /// same check could be judged. Where not even the nodes are known, the site's row says why of each check of nodes.
  public static func result(
    _ verdicts: Auditor.Verdicts, sights: [Sight], rules: [Rule], nodes: [String], trial: Trial, site: String,
    remarks: [String]
  ) -> PreflightResult {
    let checks = Dictionary(grouping: rules) { $0.check ?? "" }.map { name, rules in
      CheckSight(
        name: name, sights: sights.filter { sight in rules.contains { $0.id == sight.rule } }, verdicts)
    }.sorted { ($0.isOfNodes ? 0 : 1, $0.name) < ($1.isOfNodes ? 0 : 1, $1.name) }
    let ofNodes = nodes.map { node in
      PreflightResult.Row(node: node, cells: checks.map { $0.isOfNodes ? $0.cell(of: [node]) : nil })
    }
    let unknown = nodes.isEmpty ? verdicts.board.nodesUnknown : nil
    let ofSite = PreflightResult.Row(
      node: nil,
      cells: checks.map { $0.isOfNodes ? unknown.map { .unseen([$0]) } : $0.cell(of: nodes) })
    return PreflightResult(
      site: site, look: verdicts.look, trial: trial,
      checks: checks.map {
        PreflightResult.Check(name: $0.name, isOfNodes: $0.isOfNodes, rules: $0.rules)
      },
      rows: ofNodes + [ofSite], observations: verdicts.board.records.filter { !$0.isSuperseded },
      remarks: remarks + checks.flatMap(\.remarks))
  }
}

/// One check, with what its rules found and could see.
private struct CheckSight {
  let name: String
  let rules: [String]
  let isOfNodes: Bool
  let remarks: [String]
  private let exclusion: String?
  private let missing: [String]
  /// What is wrong and what could not be told, by node; under nil what is so everywhere.
  private var faults: [String?: [String]] = [:]
  private var unseen: [String?: [String]] = [:]

  init(name: String, sights: [Sight], _ verdicts: Auditor.Verdicts) {
    self.name = name
    rules = sights.map(\.rule).sorted()
    isOfNodes = sights.contains(where: \.isOfNodes)
    let applicable = sights.filter { $0.exclusion == nil }
    exclusion = applicable.isEmpty ? sights.compactMap(\.exclusion).first : nil
    let judged = applicable.filter { $0.missing == nil }
    let leftOut = applicable.filter { $0.missing != nil }
    missing = judged.isEmpty ? leftOut.compactMap(\.missing).uniqued : []
    remarks =
      judged.isEmpty ? [] : leftOut.map { "\(name): \($0.rule) was left out, for \($0.missing ?? "")" }
    for finding in verdicts.findings where judged.contains(where: { $0.rule == finding.rule }) {
      if case .undetermined(let reasons) = finding.status {
        unseen[finding.node, default: []] += reasons
      } else {
        faults[finding.node, default: []].append(finding.message)
      }
    }
    for gap in judged.flatMap(\.gaps) { unseen[gap.node, default: []].append(gap.reason) }
  }

  /// The answer for a node, or for the site with its nodes.
  func cell(of nodes: [String]) -> PreflightResult.Cell {
    if let exclusion { return .notApplicable(exclusion) }
    let places = [nil] + nodes
    let faults = places.flatMap { self.faults[$0] ?? [] }
    let unseen = (missing + places.flatMap { self.unseen[$0] ?? [] }).uniqued
    if faults.isEmpty { return unseen.isEmpty ? .fit : .unseen(unseen) }
    return .unfit(faults, unseen: unseen)
  }
}
