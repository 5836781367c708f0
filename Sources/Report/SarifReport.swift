import Model

/// The report in SARIF 2.1.0 (OASIS), for what collects the findings of many tools.
///
/// A finding that is confirmed is a *fail* with its severity as the level; one that can't be told yet is *open*, and one that
/// somebody else mends is *informational*: both have no level, by the standard, and their severity among their properties.
/// Sources that were not wholly seen are notifications at the level *error*, which the standard reads as "the results cannot
/// be assumed to be complete".
struct SarifReport {
  private let backdrop: Backdrop
  private let result: AuditResult
  /// What was looked at, by its id.
  private let records: [Int: ObservationRecord]
  /// Where in the list of rules each stands, by its id.
  private let places: [String: Int]
  /// By the standard every result has a baseline, or none has.
  private let isCompared: Bool

  init(_ result: AuditResult, beside backdrop: Backdrop) {
    self.result = result
    self.backdrop = backdrop
    records = result.recordsById
    let ids = result.rules.map(\.rule)
    places = Dictionary(zip(ids, ids.indices), uniquingKeysWith: { first, _ in first })
    isCompared = !result.cleared.isEmpty || result.standings.values.contains { $0.baseline != nil }
  }

  func report() -> String {
    Json.object([
      (
        "$schema",
        .text("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
      ),
      ("version", .text("2.1.0")), ("runs", .list([run])),
    ]).rendered() + "\n"
  }

  private var run: Json {
    let driver: [(String, Json)] =
      [("name", .text("trueup"))] + (backdrop.version.isEmpty ? [] : [("version", .text(backdrop.version))])
      + [("rules", .list(result.rules.map { rule($0.rule) }))]
    return .object([
      ("tool", .object([("driver", .object(driver))])),
      ("automationDetails", .object([("id", .text("trueup/\(Self.segment(result.site))/"))])),
      ("invocations", .list([invocation])),
      ("results", .list(result.findings.flatMap { results($0, below: nil) } + result.cleared.map(absent))),
    ])
  }

  // MARK: Rules

  private func rule(_ id: String) -> Json {
    guard let rule = backdrop.rule(id) else { return .object([("id", .text(id))]) }
    let why = rule.why.split(separator: "\n").joined(separator: " ")
    let causes = rule.causes.isEmpty ? [] : ["What may have happened:"] + rule.causes.map { "- \($0)" }
    let mends =
      rule.noRepair.map { "Repair: none is planned, for \($0)." }
      ?? "Repair: \(rule.repairs.map(\.verb.rawValue).joined(separator: ", ")); trueup repair shows the plan."
    return .object([
      ("id", .text(id)),
      ("shortDescription", Self.message(rule.title + ".")),
      ("fullDescription", Self.message(why)),
      ("help", Self.message((causes + [mends]).joined(separator: "\n"))),
      ("defaultConfiguration", .object([("level", .text(Self.level(rule.severity)))])),
      (
        "properties",
        .object([
          ("settle_s", .number(rule.settle.seconds)),
          ("failure_modes", .list(rule.failureModes.map { .text($0) })),
        ])
      ),
    ])
  }

  private static func level(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .notice: "note"
    }
  }

  /// A text of SARIF: braces are doubled, for they stand for arguments, and nothing in it is a link.
  private static func message(_ text: String) -> Json {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "(", plain.last == "]" { plain.append(" ") }
      plain.append(scalar)
      if scalar == "{" || scalar == "}" { plain.append(scalar) }
    }
    return .object([("text", .text(String(plain)))])
  }

  /// A part of a hierarchical name.
  private static func segment(_ text: String) -> String { text.replacing(scalar: "/", with: "_") }

  // MARK: Results

  /// A finding and, behind it, what it explains.
  private func results(
    _ finding: Finding, below cause: Fingerprint?
  ) -> [Json] {
    let (kind, level): (String, String) =
      switch finding.status {
      case .confirmed: ("fail", Self.level(finding.severity))
      case .seenOnce, .unsettled, .undetermined: ("open", "none")
      case .selfHealing: ("informational", "none")
      }
    let standing = result.standing(of: finding)
    var members = head(finding.rule, kind, level, finding.message, finding.fingerprint)
    members.append(("locations", .list([location(of: finding)])))
    let related = evidence(finding)
    if !related.isEmpty { members.append(("relatedLocations", .list(related))) }
    if isCompared { members.append(("baselineState", .text((standing.baseline ?? .new).rawValue))) }
    if !result.standings.isEmpty {
      members.append(("suppressions", .list(standing.suppression.map { [Self.suppression($0)] } ?? [])))
    }
    members.append(("properties", Self.properties(finding, standing, cause: cause)))
    return [.object(members)]
      + finding.explained.flatMap {
        results($0, below: finding.fingerprint)
      }
  }

  private func head(
    _ rule: String, _ kind: String, _ level: String, _ message: String, _ id: Fingerprint
  ) -> [(String, Json)] {
    [("ruleId", .text(rule))] + (places[rule].map { [("ruleIndex", .number(Int64($0)))] } ?? [])
      + [
        ("kind", .text(kind)), ("level", .text(level)), ("message", Self.message(message)),
        ("partialFingerprints", .object([("trueup/v1", .text(id.hex))])),
      ]
  }

  /// What the last audit found and this one did not.
  private func absent(_ cleared: Cleared) -> Json {
    var members = head(cleared.rule, "informational", "none", cleared.message, cleared.finding)
    if let node = cleared.node {
      members.append(("locations", .list([Self.location([place("node", node)])])))
    }
    members.append(("baselineState", .text("absent")))
    if !result.standings.isEmpty { members.append(("suppressions", .list([]))) }
    return .object(members)
  }

  private static func suppression(_ suppression: Suppression) -> Json {
    .object([
      ("kind", .text("external")), ("status", .text("accepted")),
      ("justification", .text(suppression.reason)),
      (
        "properties",
        .object([("who", .text(suppression.who)), ("until", .text(suppression.until.rfc3339))])
      ),
    ])
  }

  private static func properties(_ finding: Finding, _ standing: Standing, cause: Fingerprint?) -> Json {
    var members: [(String, Json)] = [
      ("severity", .text(finding.severity.rawValue)), ("status", .text(finding.status.word)),
      ("repairs", .list(finding.steps.map { .text($0.line) })),
    ]
    if case .undetermined(let reasons) = finding.status {
      members.append(("reasons", .list(reasons.map { .text($0) })))
    }
    if let since = standing.since { members.append(("since", .text(since.rfc3339))) }
    if let cause { members.append(("explained_by", .text(cause.hex))) }
    return .object(members)
  }

  // MARK: Locations

  /// A node, a slot, a job: what it is, what it is called, and where that is one of its kind.
  private func place(_ kind: String, _ name: String) -> Json {
    let path = [result.site, kind, name].map(Self.segment).joined(separator: "/")
    return .object([
      ("name", .text(name)), ("fullyQualifiedName", .text(path)), ("kind", .text(kind)),
    ])
  }

  private static func location(_ places: [Json]) -> Json { .object([("logicalLocations", .list(places))]) }

  /// Its node, and what else tells it from other divergences of the same rule.
  private func location(of finding: Finding) -> Json {
    let node = finding.node.map { [place("node", $0)] } ?? []
    let identity = (backdrop.rule(finding.rule)?.identity ?? []).filter { $0 != "node" }
    let things = identity.compactMap { column in
      finding[column]?.text.map { place(column, $0) }
    }
    let places = node + things
    return Self.location(places.isEmpty ? [place("site", result.site)] : places)
  }

  /// A line for each source that it rests on.
  private func evidence(_ finding: Finding) -> [Json] {
    let cited = finding.evidence.compactMap(\.observation).uniqued
    return cited.compactMap { records[$0] }.map { record in
      let tables = finding.evidence.filter { $0.observation == record.id }.map(\.table).uniqued
      let command = record.command.isEmpty ? "no command recorded" : record.command.joined(separator: " ")
      let text = "\(tables.joined(separator: ", ")) by \(command) at \(record.started.rfc3339)"
      let source = place(record.kind.rawValue, record.node ?? result.site)
      return .object([
        ("logicalLocations", .list([source])), ("message", Self.message(MessageTemplate.visible(text))),
      ])
    }
  }

  // MARK: How it went

  private var invocation: Json {
    let meanings = result.exitStatus.meanings
    var members: [(String, Json)] = []
    if let first = result.looks.first, let last = result.looks.last {
      members += [
        ("startTimeUtc", .text(first.started.rfc3339)), ("endTimeUtc", .text(last.finished.rfc3339)),
      ]
    }
    members += [
      ("exitCode", .number(Int64(result.exitStatus.rawValue))),
      (
        "exitCodeDescription",
        .text(meanings.isEmpty ? "nothing needs to be done" : meanings.joined(separator: "; "))
      ),
      ("executionSuccessful", .bool(true)),
      ("toolExecutionNotifications", .list(CoverageText.unseen(result).map { Self.notification($0) })),
      ("toolConfigurationNotifications", .list(result.rules.compactMap(unjudged))),
    ]
    return .object(members)
  }

  private static func notification(_ text: String) -> Json {
    .object([("level", .text("error")), ("message", message(text))])
  }

  private func unjudged(_ outcome: AuditResult.RuleOutcome) -> Json? {
    let (word, reason) = outcome.outcome.worded
    guard let reason else { return nil }
    let index = places[outcome.rule].map { [("index", Json.number(Int64($0)))] } ?? []
    return .object([
      ("level", .text(outcome.outcome.leavesGap ? "error" : "note")),
      ("message", Self.message(MessageTemplate.visible("\(outcome.rule) was \(word): \(reason)"))),
      ("associatedRule", .object([("id", .text(outcome.rule))] + index)),
    ])
  }
}
