import Model

extension HtmlReport {
  // MARK: What was seen

  /// What could not be seen is told at once, and what was seen one click below.
  var coverage: Section {
    let unseen = CoverageText.unseen(result)
    let gaps =
      unseen.isEmpty
      ? [Markup("p", "All sources were seen, and wholly.")]
      : [Markup("ul", ["class": "gaps"], unseen.map { Markup("li", $0) })]
    let whole = result.observations.filter { !$0.isSuperseded && $0.coverage == .complete }
    let seen = Markup(
      "details", ["class": "more"],
      [
        Markup("summary", "\(Self.counted(whole.count, "source")) seen whole"),
        table("Seen whole", ["Source", "Of", "Command", "When"], rows(whole)),
      ])
    let told = result.observations.filter { !$0.isSuperseded }.flatMap { record in
      record.remarks.map { "\(record.source): \($0.described)" }
    }
    return Section(
      id: "coverage", title: "What could not be seen", count: unseen.isEmpty ? nil : unseen.count,
      body: gaps + (whole.isEmpty ? [] : [seen]) + notes("Not understood", result.defects)
        + notes("Remarks", result.remarks + told))
  }

  /// What was asked of many nodes by one command is one row.
  private func rows(_ records: [ObservationRecord]) -> [Markup] {
    struct Question: Hashable {
      let kind: ObservationKind
      let command: [String]
    }
    let groups = Dictionary(grouping: records) { Question(kind: $0.kind, command: $0.command) }
    return records.map { Question(kind: $0.kind, command: $0.command) }.uniqued.map { question in
      let group = groups[question] ?? []
      let nodes = group.compactMap(\.node).uniqued
      let command = question.command.isEmpty ? "no command recorded" : question.command.joined(separator: " ")
      let moments = group.map(\.started)
      let (first, last) = (moments.min(), moments.max())
      let span = first.map { [moment($0)] } ?? []
      let end = last == first ? [] : [Markup(" to ")] + (last.map { [moment($0)] } ?? [])
      return Markup(
        "tr",
        [
          Markup("th", ["scope": "row"], question.kind.rawValue),
          Markup("td", nodes.isEmpty ? "the site" : CoverageText.listed(nodes)),
          Markup("td", [Markup("code", command.count > 100 ? "\(command.prefix(97))..." : command)]),
          Markup("td", span + end),
        ])
    }
  }

  private func notes(_ title: String, _ lines: [String]) -> [Markup] {
    lines.isEmpty
      ? []
      : [
        Markup(
          "details", ["class": "more"],
          [
            Markup("summary", "\(title) (\(lines.count))"),
            Markup("ul", ["class": "plain"], lines.map { Markup("li", $0) }),
          ])
      ]
  }

  // MARK: What was judged

  /// Those first that should have been judged and were not; the others, and why each matters, one click below.
  var rules: Section {
    let judged = result.rules.filter(\.wasJudged).count
    let lead = "\(judged) of \(Self.counted(result.rules.count, "rule")) could be judged, wholly or in part."
    let gaps = result.rules.filter(\.outcome.leavesGap)
    let others = result.rules.filter { !$0.outcome.leavesGap }
    let shown = gaps.isEmpty ? [] : [Markup("div", ["class": "rules"], gaps.map(entry))]
    let more = Markup(
      "details", ["class": "more"],
      [
        Markup("summary", "\(Self.counted(others.count, "rule")) that left nothing open"),
        Markup("div", ["class": "rules"], others.map(entry)),
      ])
    return Section(
      id: "rules", title: "Rules",
      body: result.rules.isEmpty ? [] : [Markup("p", lead)] + shown + (others.isEmpty ? [] : [more]))
  }

  private func entry(_ outcome: AuditResult.RuleOutcome) -> Markup {
    let (word, reason) = outcome.outcome.worded
    let count = result.allFindings.filter { $0.rule == outcome.rule }.count
    let found = count == 0 ? [] : [Markup("span", ["class": "badge"], "\(count) found"), Markup(" ")]
    let level: Level = outcome.outcome.leavesGap ? .unknown : outcome.wasJudged ? .clean : .notice
    let what = Markup(
      "span", ["class": "what"],
      [Markup("code", outcome.rule), Markup(" ")] + found
        + [
          Markup("span", ["class": "message"], backdrop.rule(outcome.rule)?.title ?? ""),
          Markup("span", ["class": "muted"], word + (reason.map { ": \($0)" } ?? "")),
        ])
    return Markup(
      "details", ["class": "rule \(level.name)", "id": "r-\(outcome.rule)"],
      [Markup("summary", [level.icon, what]), Markup("div", ["class": "below"], about(outcome))])
  }

  private func about(_ outcome: AuditResult.RuleOutcome) -> [Markup] {
    guard let rule = backdrop.rule(outcome.rule) else {
      return [Markup("p", "Nothing more is known of it here.")]
    }
    let why = rule.why.split(separator: "\n").joined(separator: " ")
    let standIn = outcome.standIn.map { [Markup("p", "Judged without the database. Assumed: \($0).")] } ?? []
    let causes =
      rule.causes.isEmpty
      ? []
      : [
        Markup("p", [Markup("b", "What may have happened")]),
        Markup("ul", rule.causes.map { Markup("li", $0) }),
      ]
    return [Markup("p", why)] + standIn + causes
  }
}
