import Model

/// An incident as a person acts on it: what happened, what it left behind, rule by rule, and what to do about its cause. A
/// storm of hundreds fits on one screen; `--format lines` has every finding.
struct IncidentText {
  let tag: (Severity) -> String
  let bold: (String) -> String

  /// So many findings of one rule are listed one by one.
  private static let listedLimit = 3

  func lines(_ incident: Incident, of result: AuditResult) -> [String] {
    let ids = Set(incident.members)
    let members = result.findings.filter { ids.contains($0.fingerprint) }
    let groups = Dictionary(grouping: members, by: \.rule).sorted { left, right in
      let worst = (left.value.map(\.severity).max() ?? .notice, right.value.map(\.severity).max() ?? .notice)
      return worst.0 != worst.1 ? worst.0 > worst.1 : left.key < right.key
    }
    return [bold("Incident: \(MessageTemplate.visible(incident.title))")]
      + groups.flatMap { group($0.value, of: result) } + effects(of: members)
      + [
        "  Seen of its cause: \(MessageTemplate.visible(incident.cause)).",
        "  To do about it: \(incident.advice).",
      ]
  }

  /// What is there only because of what was listed.
  private func effects(of members: [Finding]) -> [String] {
    let explained = members.flatMap { $0.withExplained.dropFirst() }
    let rules = Dictionary(grouping: explained, by: \.rule).sorted { $0.key < $1.key }
    if rules.isEmpty { return [] }
    let told = rules.map { "\($0.key) \($0.value.count)" }.joined(separator: ", ")
    return ["  Explained by these, and gone with them: \(told)."]
  }

  private func group(_ findings: [Finding], of result: AuditResult) -> [String] {
    guard findings.count > Self.listedLimit, let first = findings.first else {
      return findings.map { line($0, result.standing(of: $0)) }
    }
    let nodes = Dictionary(grouping: findings, by: { $0.node ?? "no node" }).sorted { $0.key < $1.key }
    let shown = nodes.prefix(6).map { "\(MessageTemplate.visible($0.key)) \($0.value.count)" }
    let more = nodes.count > 6 ? " and \(nodes.count - 6) nodes more" : ""
    let accepted = findings.filter(result.isAccepted).count
    let known = accepted == 0 ? "" : ", \(accepted) accepted"
    return [
      "  \(tag(first.severity))  \(bold(first.rule))  \(findings.count) of them\(known): \(shown.joined(separator: ", "))\(more)",
      "           such as: \(first.message); trueup explain \(first.fingerprint.hex)",
    ]
  }

  private func line(_ finding: Finding, _ standing: Standing) -> String {
    let status = if case .confirmed = finding.status { "" } else { " (\(finding.status.word))" }
    return
      "  \(tag(finding.severity))  \(bold(finding.rule))  \(finding.message)\(status)\(StandingText.behind(standing)); "
      + "trueup explain \(finding.fingerprint.hex)"
  }
}
