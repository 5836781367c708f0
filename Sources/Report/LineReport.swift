import Model

/// One finding a line: `status:severity:rule:node:id:message`, the message last so that its colons are harmless. What is known
/// of it from earlier audits is behind the message; what has cleared since the last one is a line with the status `cleared`
/// and no severity.
enum LineReport {
  static func report(_ result: AuditResult) -> String {
    let found = result.allFindings.map { finding in
      line(
        finding.status.word.replacing(" ", with: "-"), finding.severity.rawValue, finding.rule, finding.node,
        finding.fingerprint, finding.message + StandingText.behind(result.standing(of: finding)))
    }
    let cleared = result.cleared.map {
      line("cleared", "", $0.rule, $0.node, $0.finding, MessageTemplate.visible($0.message))
    }
    return (found + cleared).joined()
  }

  private static func line(
    _ status: String, _ severity: String, _ rule: String, _ node: String?, _ id: Fingerprint,
    _ message: String
  ) -> String {
    let place = MessageTemplate.visible(node ?? "").replacing(scalar: ":", with: "_")
    return [status, severity, rule, place, id.hex, message].joined(separator: ":") + "\n"
  }
}
