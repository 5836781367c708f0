public import Model

/// The report as a monitoring plugin gives it (Nagios, Icinga, Naemon): a line with its state and its figures, then what a
/// person wants to know who was woken by it.
public struct PluginReport: Sendable {
  /// More confirmed divergences than this, errors and warnings together, are a warning.
  public let warning: Int
  /// More confirmed errors than this are critical.
  public let critical: Int

  public init(warning: Int = 0, critical: Int = 0) {
    self.warning = warning
    self.critical = critical
  }

  /// What a plugin says by its exit status, which is another than an audit's.
  public enum State: Int32, Sendable {
    case ok, warning, critical, unknown

    var word: String {
      switch self {
      case .ok: "OK"
      case .warning: "WARNING"
      case .critical: "CRITICAL"
      case .unknown: "UNKNOWN"
      }
    }
  }

  /// So many findings are told one by one: what a plugin says is cut after some KiB.
  private static let listedLimit = 20

  /// An error that was found is critical, though not all was seen. Where none was and not all was seen, nobody knows: what
  /// was not seen may be worse than any warning.
  public func state(_ result: AuditResult) -> State {
    let tally = Tally(result)
    if tally.errors > critical { return .critical }
    if result.exitStatus.contains(.notWhole) { return .unknown }
    return tally.open.count > warning ? .warning : .ok
  }

  /// Nothing could be looked at.
  public static func unknown(_ reason: String) -> String {
    let lines = reason.split(separator: "\n").map { told(String($0)) }
    return (["TRUEUP \(State.unknown.word) - \(lines.first ?? "no reason told")"] + lines.dropFirst())
      .map { $0 + "\n" }.joined()
  }

  public func report(_ result: AuditResult, memory: [MemoryLine]) -> String {
    let site = result.site.isEmpty ? "" : "\(Self.told(result.site)): "
    let summary = site + Tally(result).summary(result)
    let head = "TRUEUP \(state(result).word) - \(summary)|\(figures(result, memory))"
    return ([head] + details(result).map(Self.told)).map { $0 + "\n" }.joined()
  }

  /// `'label'=value;warn;crit;min`, as the guidelines for plugins have it.
  private func figures(_ result: AuditResult, _ memory: [MemoryLine]) -> String {
    let tally = Tally(result)
    let missing = memory.compactMap { $0.missing?.count }.reduce(0.0) { $0 + Double(max($1, 0)) * 1024 }
    return [
      "'divergences'=\(tally.open.count);\(warning);;0", "'errors'=\(tally.errors);;\(critical);0",
      "'unsure'=\(tally.unsure.count);;;0", "'accepted'=\(tally.accepted.count);;;0",
      "'sources_not_seen'=\(tally.unseen);;;0",
      "'memory_missing'=\(Int64(exactly: missing).map(String.init) ?? String(missing))B;;;0",
      "'nodes'=\(result.counts.nodes);;;0",
    ].joined(separator: " ")
  }

  private func details(_ result: AuditResult) -> [String] {
    let findings = result.allFindings.map { finding in
      let status = if case .confirmed = finding.status { "" } else { " (\(finding.status.word))" }
      return "\(finding.severity.rawValue) \(finding.rule): \(finding.message)\(status)"
        + StandingText.behind(result.standing(of: finding))
    }
    let left = Dictionary(grouping: result.allFindings.dropFirst(Self.listedLimit), by: \.rule)
    let more = left.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.count)" }
    return result.incidents.prefix(Self.listedLimit).map { "Incident: \($0.title)" }
      + findings.prefix(Self.listedLimit)
      + (more.isEmpty ? [] : ["and of other findings: \(more.joined(separator: ", "))"])
      + result.cleared.prefix(Self.listedLimit).map { "cleared \($0.rule): \($0.message)" }
      + CoverageText.unseen(result).prefix(Self.listedLimit).map { "not seen: \($0)" }
  }

  /// On one line, and without the bar that begins the figures.
  private static func told(_ text: String) -> String {
    MessageTemplate.visible(text).replacing(scalar: "|", with: "/")
  }
}
