import Model

/// The report for people: findings, what could not be seen, and always a summary.
struct TextReport {
  let colour: Bool

  func report(_ result: AuditResult) -> String {
    let lists = [
      findings(result), cleared(result), CoverageText.lines(result), rules(result), defects(result),
      remarks(result),
    ]
    let blocks = (incidents(result) + lists).filter { !$0.isEmpty }
    return (blocks + [summary(result)]).map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  // MARK: Findings

  /// What happened comes first, the largest first: a person acts on causes.
  private func incidents(_ result: AuditResult) -> [[String]] {
    let text = IncidentText(tag: tag, bold: bold)
    return result.incidents.map { text.lines($0, of: result) }
  }

  /// Findings that are part of no incident.
  private func findings(_ result: AuditResult) -> [String] {
    let told = Set(result.incidents.flatMap(\.members))
    let left = result.findings.filter { !told.contains($0.fingerprint) }
    let (doubtful, sure) = left.reduce(into: ([Finding](), [Finding]())) { parts, finding in
      if case .undetermined = finding.status { parts.0.append(finding) } else { parts.1.append(finding) }
    }
    return sure.flatMap { lines($0, of: result, indent: "") } + undetermined(doubtful, of: result)
  }

  private func lines(_ finding: Finding, of result: AuditResult, indent: String) -> [String] {
    let place = finding.node.map { "  \(MessageTemplate.visible($0))" } ?? ""
    let isDoubtful = if case .undetermined = finding.status { true } else { false }
    let head =
      "\(indent)\(isDoubtful ? unknownTag : tag(finding.severity))  \(bold(finding.rule))\(place)  "
      + (isDoubtful ? "cannot tell: \(finding.message)" : finding.message)
    let told = [worded(finding.status)] + StandingText.words(result.standing(of: finding))
    let status =
      "\(indent)         \(told.joined(separator: "; ")); trueup explain \(finding.fingerprint.hex)"
    return [head, status] + finding.explained.flatMap { lines($0, of: result, indent: indent + "    ") }
  }

  private func worded(_ status: Finding.Status) -> String {
    switch status {
    case .confirmed(let since): "confirmed, unchanged since \(since.rfc3339)"
    case .seenOnce: "seen once, another look must confirm it"
    case .unsettled(let since): "unsettled since \(since.rfc3339): still there, and still moving"
    case .selfHealing(let until, let healer):
      "self-healing until \(until.rfc3339), by \(MessageTemplate.visible(healer))"
    case .undetermined(let reasons):
      "undetermined: \(MessageTemplate.visible(reasons.joined(separator: "; ")))"
    }
  }

  /// Many candidates with one gap behind them: a line a rule, and the gap once, which is the news.
  private func undetermined(_ findings: [Finding], of result: AuditResult) -> [String] {
    grouped(findings) { finding in
      if case .undetermined(let reasons) = finding.status { reasons.joined(separator: "; ") } else { "" }
    }.flatMap { reason, candidates -> [String] in
      if candidates.count == 1 { return candidates.flatMap { lines($0, of: result, indent: "") } }
      let heads = grouped(candidates, by: \.rule).map { rule, alike in
        let isOne = alike.count == 1
        let place = isOne ? alike[0].node.map { "  \(MessageTemplate.visible($0))" } ?? "" : ""
        let end =
          isOne
          ? StandingText.behind(result.standing(of: alike[0]))
            + "; trueup explain \(alike[0].fingerprint.hex)"
          : ""
        let accepted = alike.filter(result.isAccepted).count
        let known = accepted == 0 ? "" : " (\(accepted) accepted)"
        return
          "\(unknownTag)  \(bold(rule))\(place)  cannot tell"
          + (isOne ? ": " : " of \(alike.count)\(known), such as: ") + alike[0].message + end
      }
      return heads + ["         undetermined: \(MessageTemplate.visible(reason))"]
    }
  }

  /// In the order of the first of each group.
  private func grouped(_ findings: [Finding], by key: (Finding) -> String) -> [(
    key: String, members: [Finding]
  )] {
    let groups = Dictionary(grouping: findings, by: key)
    return findings.map(key).uniqued.map { ($0, groups[$0] ?? []) }
  }

  private func cleared(_ result: AuditResult) -> [String] {
    let lines = result.cleared.map { cleared in
      let place = cleared.node.map { "  \(MessageTemplate.visible($0))" } ?? ""
      return "  \(bold(cleared.rule))\(place)  \(MessageTemplate.visible(cleared.message))"
    }
    return lines.isEmpty ? [] : ["Cleared since the last audit:"] + lines
  }

  // MARK: What was judged

  private func rules(_ result: AuditResult) -> [String] {
    var inPart: [String: [String]] = [:]
    var notRun: [String: [String]] = [:]
    var notApplicable: [String: [String]] = [:]
    for outcome in result.rules {
      switch outcome.outcome {
      case .judged: break
      case .judgedExcept(let reason): inPart[reason, default: []].append(outcome.rule)
      case .notRun(let reason): notRun[reason, default: []].append(outcome.rule)
      case .notApplicable(let reason): notApplicable[reason, default: []].append(outcome.rule)
      }
    }
    func listing(_ groups: [String: [String]], _ word: String) -> [String] {
      groups.sorted { $0.key < $1.key }.map { reason, rules in
        "  \(word)  \(CoverageText.listed(rules)): \(MessageTemplate.visible(reason))"
      }
    }
    // What the site does not have is no news: one line, and `--format json` has each.
    let unused = notApplicable.values.map(\.count).reduce(0, +)
    let why = notApplicable.keys.sorted().map { MessageTemplate.visible($0) }.joined(separator: "; ")
    let standing = result.rules.filter { $0.standIn != nil }.count
    let standIns =
      standing == 0
      ? []
      : ["  by stand-ins    \(plural(standing, "rule")): trueup rules show tells what each takes as true"]
    let lines =
      standIns + listing(inPart, "judged in part") + listing(notRun, "not judged    ")
      + (unused == 0 ? [] : ["  not applicable  \(plural(unused, "rule")): \(why)"])
    return lines.isEmpty ? [] : ["Rules:"] + lines
  }

  private func defects(_ result: AuditResult) -> [String] {
    let shown = result.defects.prefix(10).map { "  \(MessageTemplate.visible($0))" }
    let more = result.defects.count - shown.count
    return shown.isEmpty
      ? [] : ["Not understood:"] + shown + (more > 0 ? ["  and \(plural(more, "value")) more"] : [])
  }

  private func remarks(_ result: AuditResult) -> [String] {
    var lines = result.remarks
    for record in result.observations where !record.isSuperseded {
      lines += record.remarks.map { "\(record.source): \($0.described)" }
    }
    return lines.isEmpty ? [] : ["Remarks:"] + lines.map { "  \(MessageTemplate.visible($0))" }
  }

  // MARK: Summary

  private func summary(_ result: AuditResult) -> [String] {
    let counts = result.counts
    let site = result.site.isEmpty ? "the site" : MessageTemplate.visible(result.site)
    let judged = result.rules.filter(\.wasJudged).count
    var lines = [
      "Checked \(site) (\(result.mode.rawValue) mode) by \(judged) of \(result.rules.count) rules:"
        + " \(plural(counts.nodes, "node")), \(plural(counts.jobs, "job")), \(plural(counts.domains, "guest")),"
        + " \(plural(counts.slots, "slot")), \(plural(counts.machines, "machine")),"
        + " \(plural(counts.addresses, "address", "addresses"))."
    ]
    if let first = result.looks.first, let last = result.looks.last {
      lines.append(
        result.looks.count == 1
          ? "Looked once, from \(first.started.rfc3339) to \(first.finished.rfc3339)."
          : "Looked \(result.looks.count) times, from \(first.started.rfc3339) to \(last.finished.rfc3339);"
            + " \(plural(result.vanished, "divergence")) of an earlier look went away.")
    }
    lines.append(tally(result))
    let standings = StandingText.tally(result)
    if !standings.isEmpty { lines.append("Against the last audit: \(standings).") }
    let meanings = result.exitStatus.meanings
    lines.append(
      "Exit status \(result.exitStatus.rawValue): "
        + (meanings.isEmpty
          ? (result.findings.isEmpty ? "clean" : "nothing needs to be done") + ", and everything was seen."
          : meanings.joined(separator: "; ") + "."))
    return lines
  }

  private func tally(_ result: AuditResult) -> String {
    let all = result.allFindings
    if all.isEmpty {
      return result.exitStatus.contains(.notWhole)
        ? "No divergences found in what could be seen." : "No divergences found."
    }
    let parts = Finding.Status.words.compactMap { word -> String? in
      let count = all.filter { $0.status.word == word }.count
      return count == 0 ? nil : "\(count) \(word)"
    }
    let incidents = result.incidents.isEmpty ? "" : " in \(plural(result.incidents.count, "incident"))"
    return "Found \(plural(all.count, "divergence"))\(incidents): \(parts.joined(separator: ", "))."
  }

  private func plural(_ count: Int, _ word: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? word : many ?? word + "s")"
  }

  // MARK: Colour

  /// Stands where a severity would: how bad it is, nobody knows.
  private var unknownTag: String { colour ? "\u{1B}[35munknown\u{1B}[0m" : "unknown" }

  private func tag(_ severity: Severity) -> String {
    let word = severity.rawValue + String(repeating: " ", count: 7 - severity.rawValue.count)
    guard colour else { return word }
    switch severity {
    case .error: return "\u{1B}[31m\(word)\u{1B}[0m"
    case .warning: return "\u{1B}[33m\(word)\u{1B}[0m"
    case .notice: return "\u{1B}[36m\(word)\u{1B}[0m"
    }
  }

  private func bold(_ text: String) -> String { colour ? "\u{1B}[1m\(text)\u{1B}[0m" : text }
}
