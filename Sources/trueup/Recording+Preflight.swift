import Audit
import Capture
import Model
import Preflight
import RuleBook

extension Recording {
  /// Whether what the last look saw is fit for a trial. What it did not read again stands as an earlier look saw it.
  func preflight(by rules: [Rule], schema: Schema, trial: Trial) throws -> PreflightResult {
    guard let round = looked.last else {
      throw Refusal("\(capture.path): the capture has no observation that can be read")
    }
    let snapshot = try snapshot(of: round, schema: schema, trial: trial)
    let nodes = try snapshot.nodes(like: trial.nodes)
    let verdicts = try Auditor.judge(snapshot, by: rules, look: look(of: round, snapshot))
    // Where pbsnodes did not answer, nobody chose wrong: it could not be seen.
    if nodes.isEmpty, verdicts.board.nodesUnknown == nil {
      throw Refusal(try noNode(like: trial.nodes, of: snapshot))
    }
    return Preflight.result(
      verdicts, sights: try Auditor.sights(of: rules, on: snapshot), rules: rules, nodes: nodes,
      trial: try snapshot.trial(), site: site.name, remarks: remarks)
  }

  private func noNode(like pattern: String, of snapshot: Snapshot) throws -> String {
    let all = try snapshot.nodes(like: "*")
    let known = all.prefix(8).joined(separator: ", ")
    return all.isEmpty
      ? "no node of the site is known: name them in site.toml, or let pbsnodes tell them (sources.absent)"
      : "--nodes \(pattern): the site has no such node; it has \(known)\(all.count > 8 ? " and \(all.count - 8) more" : "")"
  }
}
