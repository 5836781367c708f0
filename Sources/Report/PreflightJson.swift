public import Model

extension PreflightReport {
  /// The same as one JSON document; `docs/preflight.md` has its schema.
  public func json(_ result: PreflightResult) -> String {
    let document: [(String, Json)] = [
      ("schema", .text("trueup/preflight/1")),
      ("site", .text(result.site)),
      ("verdict", .text(result.isGo ? "GO" : "NO-GO")),
      ("exit_status", .number(Int64(result.exitStatus.rawValue))),
      ("look", JsonReport.look(result.look)),
      (
        "trial",
        .object([
          ("nodes", .text(result.trial.nodes)), ("slots", .number(Int64(result.trial.slots))),
          ("slot_memory_kib", Json(Value(result.trial.slotMemory))),
        ])
      ),
      ("checks", .list(result.checks.map(check))),
      ("rows", .list(result.rows.map { row($0, of: result.checks) })),
      ("sources", .list(result.observations.map { .object(JsonReport.source($0)) })),
      ("remarks", .list(result.remarks.map { .text($0) })),
    ]
    return Json.object(document).rendered() + "\n"
  }

  private func check(_ check: PreflightResult.Check) -> Json {
    .object([
      ("name", .text(check.name)), ("of", .text(check.isOfNodes ? "node" : "site")),
      ("rules", .list(check.rules.map { .text($0) })),
    ])
  }

  private func row(_ row: PreflightResult.Row, of checks: [PreflightResult.Check]) -> Json {
    let cells = zip(checks, row.cells).compactMap { check, cell in
      cell.map { (check.name, self.cell($0)) }
    }
    return .object([("node", Json(row.node)), ("cells", .object(cells))])
  }

  private func cell(_ cell: PreflightResult.Cell) -> Json {
    var members: [(String, Json)] = [("mark", .text(cell.mark))]
    if !cell.faults.isEmpty { members.append(("faults", .list(cell.faults.map { .text($0) }))) }
    if !cell.gaps.isEmpty { members.append(("unseen", .list(cell.gaps.map { .text($0) }))) }
    if case .notApplicable(let reason) = cell { members.append(("reason", .text(reason))) }
    return .object(members)
  }
}
