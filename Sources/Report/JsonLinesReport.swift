import Model

/// The report as lines, each a JSON document: a header, a line for each thing that the report is made of, and a summary at the
/// end. A report without its summary was cut. `docs/schema/audit-lines.json` describes it.
enum JsonLinesReport {
  static func report(_ result: AuditResult) -> String {
    let lines =
      [header(result)] + result.findings.flatMap { findings($0, of: result, explainedBy: nil) }
      + result.incidents.map { line("incident", JsonReport.incident($0)) }
      + result.cleared.map { line("cleared", JsonReport.cleared($0)) }
      + result.observations.map { line("source", JsonReport.source($0)) }
      + result.uncollected.map { line("uncollected", JsonReport.uncollected($0)) }
      + result.rules.map { line("rule", JsonReport.rule($0)) }
      + result.defects.map { line("defect", [("text", .text($0))]) }
      + result.remarks.map { line("remark", [("text", .text($0))]) } + [summary(result)]
    return lines.map { $0 + "\n" }.joined()
  }

  private static func line(_ type: String, _ members: [(String, Json)]) -> String {
    Json.object([("type", .text(type))] + members).line
  }

  private static func header(_ result: AuditResult) -> String {
    line(
      "header",
      [
        ("schema", .text("trueup/audit-lines/1")), ("site", .text(result.site)),
        ("mode", .text(result.mode.rawValue)), ("looks", .list(result.looks.map(JsonReport.look))),
      ])
  }

  /// A finding and, behind it, what it explains: each names the one above it.
  private static func findings(
    _ finding: Finding, of result: AuditResult, explainedBy cause: Fingerprint?
  ) -> [String] {
    let members =
      JsonReport.members(of: finding, result.standings[finding.fingerprint])
      + [("explained_by", Json(cause?.hex))]
    return [line("finding", members)]
      + finding.explained.flatMap { findings($0, of: result, explainedBy: finding.fingerprint) }
  }

  private static func summary(_ result: AuditResult) -> String {
    line(
      "summary",
      [
        ("exit_status", .number(Int64(result.exitStatus.rawValue))),
        ("counts", JsonReport.counts(result.counts)),
        ("findings", .number(Int64(result.allFindings.count))),
        ("incidents", .number(Int64(result.incidents.count))),
        ("cleared", .number(Int64(result.cleared.count))),
        ("vanished", .number(Int64(result.vanished))),
      ])
  }
}
