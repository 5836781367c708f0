public import Model

extension News {
  /// What an audit has to say. `standing` is what its history holds for open after it, `accepted` what of that was accepted,
  /// seen tonight or not; `rules` are those that it was judged by.
  ///
  /// A finding is news once it is confirmed, or once two audits have seen it: what is seen for the first time may be on its way.
  /// What sets no bit of the exit status is none.
  public init(
    _ result: AuditResult, standing: Set<Fingerprint>, accepted: Set<Fingerprint>, rules: [Rule]
  ) {
    let byId = Dictionary(rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let findings = result.findings.flatMap { Self.spokenFor($0, in: result) }.filter { finding in
      let isOld = result.standings[finding.fingerprint]?.baseline.map { $0 != .new } ?? false
      return finding.severity > .notice && finding.status.isNews(seenBefore: isOld)
    }
    let lost = Self.lost(result)
    self.init(
      matters: findings.map { finding in
        Matter(
          key: finding.fingerprint, kind: .finding, severity: finding.severity,
          amount: byId[finding.rule]?.amount(of: finding), rule: finding.rule, text: finding.message)
      } + lost.map(\.matter) + Self.unjudged(result, lost: Set(lost.flatMap(\.kinds))),
      standing: standing,
      accepted: accepted,
      incidents: result.incidents.map(\.members))
  }

  /// A finding, or in the place of one that was accepted what it explains.
  private static func spokenFor(_ finding: Finding, in result: AuditResult) -> [Finding] {
    result.isAccepted(finding) ? finding.explained.flatMap { spokenFor($0, in: result) } : [finding]
  }

  /// That the report was not written, and why.
  public static func unwritten(_ reason: String) -> Matter {
    Matter(key: Fingerprint(of: ["report"]), kind: .report, text: MessageTemplate.visible(reason))
  }

  /// A run that came to nothing. With another number, of a process or of a byte, it is the same failure.
  public static func failed(_ reason: String) -> News {
    let kind = reason.timeless.split { $0.isNumber }.joined(separator: "#")
    return News(matters: [Matter(key: Fingerprint(of: ["run", kind]), kind: .run, text: reason)])
  }

  // MARK: What was not seen

  private struct Lost {
    let matter: Matter
    let kinds: [ObservationKind]
  }

  /// A matter for each node, since it is lost as a whole, and for each source that the site has once.
  private static func lost(_ result: AuditResult) -> [Lost] {
    let gaps =
      result.incomplete.map { ($0.kind, $0.node, $0.coverage.worded.reason ?? "") }
      + result.uncollected.flatMap { gap in
        (gap.kind.isPerNode ? gap.nodes.map(Optional.some) : [nil]).map {
          (gap.kind, $0, "was not collected")
        }
      }
    let places = Dictionary(grouping: gaps) { $0.1 ?? $0.0.rawValue }
    return places.sorted { $0.key < $1.key }.map { place, gaps in
      let kinds = gaps.map(\.0).uniqued.sorted { $0.rawValue < $1.rawValue }
      let node = gaps[0].1
      let names = node.map { "\($0): \(kinds.map(\.rawValue).joined(separator: ", "))" } ?? place
      let text = "\(names): \(gaps.map(\.2).uniqued.joined(separator: "; "))"
      return Lost(
        matter: Matter(
          key: Fingerprint(of: ["source", node == nil ? "" : "node", place]), kind: .source,
          amount: Int64(kinds.count), text: MessageTemplate.visible(text)),
        kinds: kinds)
    }
  }

  /// Rules that were not judged for a reason of their own.
  private static func unjudged(_ result: AuditResult, lost: Set<ObservationKind>) -> [Matter] {
    result.rules.compactMap { outcome in
      guard case .notRun(let reason) = outcome.outcome,
        !lost.contains(where: { reason.hasPrefix($0.rawValue) })
      else { return nil }
      return Matter(
        key: Fingerprint(of: ["rule", outcome.rule]), kind: .rule,
        text: MessageTemplate.visible("\(outcome.rule) was not judged: \(reason)"))
    }
  }
}

extension Finding.Status {
  fileprivate func isNews(seenBefore: Bool) -> Bool {
    switch self {
    case .confirmed: true
    case .seenOnce, .unsettled: seenBefore
    case .selfHealing, .undetermined: false
    }
  }
}
