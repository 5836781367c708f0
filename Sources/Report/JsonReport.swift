import Model

/// The report as one JSON document. Its schema only grows: `docs/report-json.md`.
enum JsonReport {
  static func report(_ result: AuditResult) -> String {
    let document: [(String, Json)] = [
      ("schema", .text("trueup/audit/1")),
      ("site", .text(result.site)),
      ("mode", .text(result.mode.rawValue)),
      ("exit_status", .number(Int64(result.exitStatus.rawValue))),
      ("looks", .list(result.looks.map(look))),
      ("counts", counts(result.counts)),
      ("findings", .list(result.findings.map { finding($0, of: result) })),
      ("incidents", .list(result.incidents.map { .object(incident($0)) })),
      ("vanished", .number(Int64(result.vanished))),
      ("sources", .list(result.observations.map { .object(source($0)) })),
      ("uncollected", .list(result.uncollected.map { .object(uncollected($0)) })),
      ("rules", .list(result.rules.map { .object(rule($0)) })),
      ("defects", .list(result.defects.map { .text($0) })),
      ("remarks", .list(result.remarks.map { .text($0) })),
      ("cleared", .list(result.cleared.map { .object(cleared($0)) })),
    ]
    return Json.object(document).rendered() + "\n"
  }

  static func look(_ look: AuditResult.Look) -> Json {
    .object([("started", .text(look.started.rfc3339)), ("finished", .text(look.finished.rfc3339))])
  }

  static func counts(_ counts: AuditResult.Counts) -> Json {
    let pairs = [
      ("nodes", counts.nodes), ("jobs", counts.jobs), ("guests", counts.domains), ("slots", counts.slots),
      ("machines", counts.machines), ("addresses", counts.addresses),
    ]
    return .object(pairs.map { ($0.0, .number(Int64($0.1))) })
  }

  private static func finding(_ finding: Finding, of result: AuditResult) -> Json {
    .object(
      members(of: finding, result.standings[finding.fingerprint])
        + [("explains", .list(finding.explained.map { Self.finding($0, of: result) }))])
  }

  /// All but what it explains.
  static func members(of finding: Finding, _ standing: Standing?) -> [(String, Json)] {
    [
      ("id", .text(finding.fingerprint.hex)),
      ("rule", .text(finding.rule)),
      ("severity", .text(finding.severity.rawValue)),
      ("node", Json(finding.node)),
      ("message", .text(finding.message)),
      ("status", status(finding.status)),
      ("standing", standing.map(Self.standing) ?? .null),
      ("columns", .object(finding.columns.map { ($0.name, Json($0.value)) })),
      ("evidence", .list(finding.evidence.map(evidence))),
      ("absences", .list(finding.absences.map(absence))),
      ("assumptions", .list(finding.assumptions.map { .text($0) })),
      ("repair", .list(finding.steps.map(step))),
      ("withheld", .list(finding.withheld.map { .text($0) })),
    ]
  }

  static func incident(_ incident: Incident) -> [(String, Json)] {
    [
      ("kind", .text(incident.kind.rawValue)),
      ("title", .text(incident.title)),
      ("cause", .text(incident.cause)),
      ("advice", .text(incident.advice)),
      ("members", .list(incident.members.map { .text($0.hex) })),
    ]
  }

  private static func standing(_ standing: Standing) -> Json {
    let suppression = standing.suppression.map { suppression -> Json in
      .object([
        ("until", .text(suppression.until.rfc3339)), ("reason", .text(suppression.reason)),
        ("who", .text(suppression.who)),
      ])
    }
    return .object([
      ("baseline", Json(standing.baseline?.rawValue)), ("since", Json(standing.since?.rfc3339)),
      ("suppression", suppression ?? .null),
    ])
  }

  static func cleared(_ cleared: Cleared) -> [(String, Json)] {
    [
      ("id", .text(cleared.finding.hex)), ("rule", .text(cleared.rule)), ("node", Json(cleared.node)),
      ("message", .text(cleared.message)),
    ]
  }

  private static func status(_ status: Finding.Status) -> Json {
    var members: [(String, Json)] = [("word", .text(status.word))]
    switch status {
    case .confirmed(let since), .unsettled(let since): members.append(("since", .text(since.rfc3339)))
    case .seenOnce: break
    case .selfHealing(let until, let healer):
      members += [("until", .text(until.rfc3339)), ("healer", .text(healer))]
    case .undetermined(let reasons): members.append(("reasons", .list(reasons.map { .text($0) })))
    }
    return .object(members)
  }

  private static func evidence(_ evidence: Finding.Evidence) -> Json {
    .object([
      ("table", .text(evidence.table)),
      ("node", Json(evidence.node)),
      ("observation", Json(Value(evidence.observation))),
      ("at_byte", Json(Value(evidence.bytes?.lowerBound))),
      ("byte_count", Json(Value(evidence.bytes?.count))),
      ("row", .object(evidence.columns.filter { $0.value != .null }.map { ($0.name, Json($0.value)) })),
    ])
  }

  private static func absence(_ absence: Finding.Absence) -> Json {
    .object([
      ("table", .text(absence.table)), ("condition", .text(absence.condition)), ("node", Json(absence.node)),
      ("observations", .list(absence.observations.map { .number(Int64($0)) })),
    ])
  }

  private static func step(_ act: Act) -> Json {
    let inverse =
      switch act.verb.inverse {
      case .verb(let verb): verb.rawValue
      case .formerState: "former state"
      case .irreversible: "irreversible"
      }
    return .object([
      ("do", .text(act.verb.rawValue)),
      ("with", .object(act.arguments.map { ($0.name, Json($0.value)) })),
      ("guards", .list(act.verb.guards.map { .text($0.sentence) })),
      ("inverse", .text(inverse)),
    ])
  }

  static func source(_ record: ObservationRecord) -> [(String, Json)] {
    let (word, reason) = record.coverage.worded
    return [
      ("observation", .number(Int64(record.id))),
      ("round", .number(Int64(record.round))),
      ("what", .text(record.kind.rawValue)),
      ("node", Json(record.node)),
      ("command", .list(record.command.map { .text($0) })),
      ("started", .text(record.started.rfc3339)),
      ("finished", .text(record.finished.rfc3339)),
      ("exit", Json(Value(record.exitStatus))),
      ("form", .text(record.form)),
      ("coverage", .text(record.isSuperseded ? "superseded" : word)),
      ("reason", Json(reason)),
      ("remarks", .list(record.remarks.map { .text($0.described) })),
    ]
  }

  static func uncollected(_ gap: AuditResult.Uncollected) -> [(String, Json)] {
    [("what", .text(gap.kind.rawValue)), ("nodes", .list(gap.nodes.map { .text($0) }))]
  }

  static func rule(_ outcome: AuditResult.RuleOutcome) -> [(String, Json)] {
    let (word, reason) = outcome.outcome.worded
    return [
      ("id", .text(outcome.rule)), ("outcome", .text(word)), ("reason", Json(reason)),
      ("stand_in", Json(outcome.standIn)),
    ]
  }
}
