import Model

/// One finding a line: `status:severity:rule:node:id:message`, the message last so that its colons are harmless.
enum LineReport {
  static func report(_ result: AuditResult) -> String {
    result.allFindings.map { finding in
      let fields = [
        finding.status.word.replacing(" ", with: "-"), finding.severity.rawValue, finding.rule,
        MessageTemplate.visible(finding.node ?? "").replacing(":", with: "_"), finding.fingerprint.hex,
        finding.message,
      ]
      return fields.joined(separator: ":") + "\n"
    }.joined()
  }
}

extension String {
  fileprivate func replacing(_ character: Character, with other: Character) -> String {
    String(map { $0 == character ? other : $0 })
  }
}
