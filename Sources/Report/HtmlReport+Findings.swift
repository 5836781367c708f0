import Model

extension HtmlReport {
  // MARK: Incidents

  var incidents: Section {
    let byId = Dictionary(
      result.findings.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first })
    let articles = result.incidents.map { incident in
      let members = incident.members.compactMap { byId[$0] }
      let level = members.map { Level($0.severity) }.max() ?? .notice
      return Markup(
        "article", ["class": "card \(level.name)"],
        [
          Markup("h3", [level.icon, Markup(" \(incident.title)")]),
          Markup("p", [Markup("b", "Seen of its cause: "), Markup("\(incident.cause).")]),
          Markup("p", [Markup("b", "To do about it: "), Markup("\(incident.advice).")]),
          Markup("ul", ["class": "plain"], groups(members)),
        ])
    }
    return Section(id: "incidents", title: "Incidents", count: articles.count, body: articles)
  }

  /// A line a rule: how many, where, and the way to the first of each node.
  private func groups(_ members: [Finding]) -> [Markup] {
    let rules = members.map(\.rule).uniqued
    return rules.map { rule in
      let alike = members.filter { $0.rule == rule }
      let nodes = Dictionary(grouping: alike) { $0.node ?? "" }.sorted { $0.key < $1.key }
      let places = nodes.prefix(12).map { node, found -> Markup in
        let text = (node.isEmpty ? "the site" : node) + (found.count > 1 ? " (\(found.count))" : "")
        return Markup(
          [Markup(" "), Markup("a", ["href": "#f-\(found[0].fingerprint.hex)"], text)])
      }
      let more = nodes.count > 12 ? " and \(nodes.count - 12) nodes more" : ""
      return Markup("li", [Markup("code", rule), Markup(" \(alike.count):")] + places + [Markup(more)])
    }
  }

  // MARK: Findings

  /// By node, the worst first; what one explains stands below it.
  var findings: Section {
    let groups = Dictionary(grouping: result.findings) { $0.node ?? "" }
    let order = result.findings.map { $0.node ?? "" }.uniqued
    let parts = order.flatMap { node -> [Markup] in
      let heading = Markup("h3", ["id": anchor(node)], node.isEmpty ? "The site" : node)
      return [heading] + (groups[node] ?? []).map { entry($0) }
    }
    let none = Markup(
      "p",
      result.hasGaps ? "No divergences were found in what could be seen." : "No divergences were found.")
    return Section(
      id: "findings", title: "Findings", count: result.allFindings.count, body: parts.isEmpty ? [none] : parts
    )
  }

  private func entry(_ finding: Finding) -> Markup {
    let isSure = if case .undetermined = finding.status { false } else { true }
    let standing = result.standing(of: finding)
    let level = isSure ? Level(finding.severity) : .unknown
    let summary = Markup(
      "summary",
      [
        level.icon,
        Markup(
          "span", ["class": "what"],
          [
            Markup(
              "span", ["class": "chip \(level.name)"], isSure ? finding.severity.rawValue : "cannot tell"),
            Markup(" "), Markup("code", finding.rule), Markup(" "),
          ] + badges(standing)
            + [
              Markup("span", ["class": "message"], finding.message),
              Markup("span", ["class": "muted"], worded(finding.status)),
            ]
            + (standing.suppression.map {
              [Markup("span", ["class": "muted"], HtmlReport.capitalised($0.described))]
            } ?? [])),
      ])
    let nested = finding.explained.map { entry($0) }
    let below = nested.isEmpty ? [] : [Markup("p", [Markup("b", "It explains as well:")])] + nested
    return Markup(
      "details",
      [
        "class": "finding \(standing.suppression == nil ? level.name : "accepted")",
        "id": "f-\(finding.fingerprint.hex)",
      ], [summary, Markup("div", ["class": "below"], body(finding, standing) + below)])
  }

  private func badges(_ standing: Standing) -> [Markup] {
    let words = [
      standing.baseline == .new ? "new" : nil, standing.baseline == .updated ? "changed" : nil,
      standing.suppression == nil ? nil : "accepted",
    ].compactMap { $0 }
    return words.flatMap { [Markup("span", ["class": "badge"], $0), Markup(" ")] }
  }

  private func worded(_ status: Finding.Status) -> [Markup] {
    switch status {
    case .confirmed(let since): [Markup("Confirmed, unchanged since "), moment(since)]
    case .seenOnce: [Markup("Seen once: another look must confirm it")]
    case .unsettled(let since):
      [Markup("Unsettled since "), moment(since), Markup(": still there, and still moving")]
    case .selfHealing(let until, let healer):
      [Markup("Self-healing until "), moment(until), Markup(", by \(healer)")]
    case .undetermined(let reasons): [Markup("Undetermined: \(reasons.joined(separator: "; "))")]
    }
  }

  // MARK: What is below a finding

  private func body(_ finding: Finding, _ standing: Standing) -> [Markup] {
    var parts: [Markup] = []
    let known = StandingText.words(standing)
    if !known.isEmpty {
      parts.append(
        Markup("p", [Markup("b", "Against the last audit: "), Markup(known.joined(separator: "; "))]))
    }
    if let rule = backdrop.rule(finding.rule) {
      parts.append(
        Markup(
          "p", [Markup("\(rule.title). "), Markup("a", ["href": "#r-\(rule.id)"], "Why \(rule.id) matters")]))
    }
    if !finding.evidence.isEmpty { parts.append(evidence(finding)) }
    parts += list("What is not there", finding.absences.map(absence).uniqued)
    parts += list("Taken as true and not proven", finding.assumptions)
    parts += list("What repair would do", finding.steps.map(\.line), tag: "ol")
    parts += list("Why no more is planned", finding.withheld)
    if let reason = backdrop.rule(finding.rule)?.noRepair {
      parts += list("What repair would do", ["nothing: \(reason)"])
    }
    let command = "trueup explain \(finding.fingerprint.hex)"
    return parts + [
      Markup("p", ["class": "muted"], [Markup("The very bytes of each source: "), Markup("code", command)])
    ]
  }

  private func list(_ title: String, _ items: [String], tag: StaticString = "ul") -> [Markup] {
    items.isEmpty
      ? [] : [Markup("p", [Markup("b", title)]), Markup(tag, items.map { Markup("li", $0) })]
  }

  private func evidence(_ finding: Finding) -> Markup {
    let rows = finding.evidence.map { row -> Markup in
      let record = row.observation.flatMap { records[$0] }
      let cells = row.columns.filter { $0.value != .null }.map { column in
        Markup(
          "span", ["class": "cell"],
          [
            Markup("span", ["class": "muted"], "\(MessageTemplate.label(column.name)) "),
            Markup("span", MessageTemplate.worded(column.name, column.value)),
          ])
      }
      return Markup(
        "tr",
        [
          Markup("th", ["scope": "row"], [Markup("code", row.table)]),
          Markup("td", ["class": "cells"], cells),
          Markup("td", source(record)), Markup("td", record.map { [moment($0.started)] } ?? []),
        ])
    }
    return table("What it rests on", ["Table", "Row", "Source", "When"], rows)
  }

  private func source(_ record: ObservationRecord?) -> [Markup] {
    guard let record else { return [Markup("the configuration, or trueup itself")] }
    let command = record.command.isEmpty ? "no command recorded" : record.command.joined(separator: " ")
    let shown = command.count > 160 ? "\(command.prefix(157))..." : command
    let ending = record.exitStatus.map { " exit \($0)" } ?? " no exit status"
    return [Markup("\(record.source): "), Markup("code", shown), Markup("span", ["class": "muted"], ending)]
  }

  private func absence(_ absence: Finding.Absence) -> String {
    let place = absence.node.map { " of \($0)" } ?? ""
    let ids = absence.observations
    let looked =
      ids.isEmpty
      ? "looked for nowhere: it is not part of what was collected"
      : ids.count > 3
        ? "looked for in \(ids.count) sources"
        : "looked for in "
          + ids.compactMap { records[$0] }.map { "\($0.source) at \($0.started.rfc3339)" }
          .joined(separator: ", ")
    return "\(absence.table)\(place): \(absence.condition); \(looked)"
  }

  /// A table that scrolls by itself where it is too wide, by the keyboard too.
  func table(_ caption: String, _ columns: [String], _ rows: [Markup]) -> Markup {
    let heads = columns.map { Markup("th", ["scope": "col"], $0) }
    return Markup(
      "div", ["class": "wide", "role": "group", "aria-label": caption, "tabindex": "0"],
      [
        Markup(
          "table",
          [
            Markup("caption", caption), Markup("thead", [Markup("tr", heads)]), Markup("tbody", rows),
          ])
      ])
  }
}
