public import Model

/// All about one finding, for somebody who has to decide at 3 in the morning.
public enum Explanation {
  /// The longest piece of a source that is shown; more of it is in the capture.
  private static let excerptLimit = 1200

  /// - Parameter output: the standard output of an observation.
  public static func text(
    _ finding: Finding, rule: Rule, observations: [ObservationRecord], output: (Int) -> [UInt8]
  ) -> String {
    var lines = ["\(finding.severity.rawValue): \(finding.message)", "", rule.title + ".", ""]
    lines += rule.why.split(separator: "\n").map(String.init)
    if !rule.causes.isEmpty { lines += ["", "What may have happened:"] + rule.causes.map { "  - \($0)" } }
    lines += ["", "What the sources said:"]
    lines += finding.evidence.flatMap { evidence($0, observations, output) }
    if !finding.absences.isEmpty {
      lines += ["", "What they did not say, and where it was looked for:"]
      lines += finding.absences.map { absence($0, observations) }.uniqued
    }
    lines += ["", "Which invariant failed:"]
    lines += finding.columns.filter { !$0.name.hasSuffix("_row") && $0.value != .null }.map(told)
    lines += ["", "Why it is no transient:"] + transience(finding, rule)
    lines += finding.assumptions.map { "  assumed: \(MessageTemplate.visible($0))" }
    lines += ["", "What repair would do:"] + repair(finding, rule)
    return lines.joined(separator: "\n") + "\n"
  }

  /// A column and its value; the unit stands with the value.
  private static func told(_ column: Finding.Column) -> String {
    "  \(MessageTemplate.label(column.name)) = \(MessageTemplate.worded(column.name, column.value))"
  }

  private static func evidence(
    _ evidence: Finding.Evidence, _ observations: [ObservationRecord], _ output: (Int) -> [UInt8]
  ) -> [String] {
    guard let id = evidence.observation, let record = observations.first(where: { $0.id == id }) else {
      let told = evidence.columns.filter { $0.value != .null }.map {
        "\($0.name) = \(MessageTemplate.worded($0.name, $0.value))"
      }
      return [
        "", "  \(evidence.table), by the configuration or trueup itself: \(told.joined(separator: ", "))",
      ]
    }
    let status = record.exitStatus.map { "exit \($0)" } ?? "no exit status"
    let command = record.command.isEmpty ? "no command recorded" : record.command.joined(separator: " ")
    let host = record.node.map { " on \($0)" } ?? ""
    var lines = [
      "",
      "  \(evidence.table), by `\(MessageTemplate.visible(command))`\(host) at \(record.started.rfc3339) (\(status)):",
    ]
    let told = evidence.columns.filter { $0.value != .null }
    if evidence.bytes?.isEmpty != false {
      // A database file does not tell where in it a row lies.
      lines += told.map { "    | \($0.name) = \(MessageTemplate.worded($0.name, $0.value))" }
    }
    if let range = evidence.bytes, !range.isEmpty {
      let bytes = output(id)
      let shown = bytes[range.clamped(to: bytes.indices)].prefix(excerptLimit)
      lines += excerpt(shown).map { "    | \($0)" }
      if range.count > excerptLimit { lines.append("    | ... \(range.count - excerptLimit) bytes more") }
      lines.append("    byte \(range.lowerBound), \(range.count) bytes")
    }
    return lines
  }

  /// Bytes as lines, with whatever could move a cursor shown as `\u{..}`.
  private static func excerpt(_ bytes: some Collection<UInt8>) -> [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { MessageTemplate.visible(String($0)) }
  }

  private static func absence(_ absence: Finding.Absence, _ observations: [ObservationRecord]) -> String {
    let records = observations.filter { absence.observations.contains($0.id) }
    let looked =
      records.count > 3
      ? "in \(records.count) sources of all nodes"
      : records.isEmpty
        ? "nowhere: it is not part of what was collected"
        : records.map {
          "by `\(MessageTemplate.visible($0.command.joined(separator: " ")))` at \($0.started.rfc3339)"
        }
        .joined(separator: ", ")
    let place = absence.node.map { " of \($0)" } ?? ""
    return "  \(absence.table)\(place): \(MessageTemplate.visible(absence.condition)); looked for \(looked)"
  }

  private static func transience(_ finding: Finding, _ rule: Rule) -> [String] {
    let settle = "\(rule.settle.seconds) s"
    return switch finding.status {
    case .confirmed(let since):
      [
        "  all of it was read again, unchanged, at least \(settle) after \(since.rfc3339), when the first reading had ended"
      ]
    case .seenOnce:
      ["  it may be one: it was seen once, and is believed when it is still there after \(settle)"]
    case .unsettled(let since):
      ["  it may be one: since \(since.rfc3339) it is there, and what it rests on keeps changing"]
    case .selfHealing(let until, let healer):
      ["  it is expected to be one: \(MessageTemplate.visible(healer)) mends it by \(until.rfc3339)"]
    case .undetermined(let reasons):
      ["  it cannot be judged, since it rests on what was not wholly seen:"]
        + reasons.map { "    \(MessageTemplate.visible($0))" }
    }
  }

  private static func repair(_ finding: Finding, _ rule: Rule) -> [String] {
    var lines: [String] = []
    for (index, act) in finding.steps.enumerated() {
      lines.append("  \(index + 1). \(act.line)")
      lines += act.verb.guards.map { "       only if \($0.sentence)" }
      switch act.verb.inverse {
      case .verb(let verb): lines.append("       undone by \(verb.rawValue)")
      case .formerState: lines.append("       undone from the journal")
      case .irreversible: lines.append("       irreversible")
      }
    }
    if let reason = rule.noRepair { lines.append("  nothing: \(reason)") }
    lines += finding.withheld.map { "  withheld: \(MessageTemplate.visible($0))" }
    return lines.isEmpty ? ["  nothing"] : lines
  }
}
