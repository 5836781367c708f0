import Model

/// An audit against what was open before it.
struct Comparison: Sendable {
  /// A finding that was seen and not cleared since.
  struct Earlier: Sendable {
    let rule: String
    let node: String?
    /// As it was worded last.
    let message: String
    let since: Instant
    /// Nil where an older version saw it last.
    let evidence: Fingerprint?
    /// What must be seen for it to be cleared; nil where an older version saw it last.
    let sources: [String]?
    /// The audit with which its last sight began.
    let sight: Int64
  }

  /// A finding that could be judged.
  struct Sight: Sendable {
    let finding: Finding
    let evidence: Fingerprint
    let sources: [String]
    /// Since when it has been open.
    let since: Instant
    /// The audit since which audits have seen it as it is; nil where this is the first.
    let continues: Int64?
  }

  /// Each once, in the order of the report.
  let sights: [Sight]
  let cleared: [Cleared]
  /// All that is open after it.
  let open: Set<Fingerprint>
  private let baselines: [Fingerprint: Standing]

  init(
    _ result: AuditResult, by rules: [Rule], against before: [Fingerprint: Earlier], at moment: Instant
  ) {
    let byId = Dictionary(rules.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let seen = Seen(result)
    var sights: [Sight] = []
    var standings: [Fingerprint: Standing] = [:]
    for finding in result.allFindings where standings[finding.fingerprint] == nil {
      let earlier = before[finding.fingerprint]
      // What could not be judged is as it was.
      guard finding.isDetermined else {
        standings[finding.fingerprint] = Standing(
          baseline: earlier.map { _ in .unchanged }, since: earlier?.since)
        continue
      }
      let evidence =
        byId[finding.rule]?.evidence(of: finding) ?? Fingerprint(of: finding.message.timeless)
      let baseline = Self.baseline(of: finding, evidence, against: earlier)
      let since = earlier?.since ?? moment
      let isSame = baseline == .unchanged && earlier?.evidence != nil
      sights.append(
        Sight(
          finding: finding, evidence: evidence, sources: seen.sources(of: finding),
          since: since,
          continues: isSame ? earlier?.sight : nil))
      standings[finding.fingerprint] = Standing(baseline: baseline, since: since)
    }
    let outcomes = Dictionary(result.rules.map { ($0.rule, $0) }, uniquingKeysWith: { first, _ in first })
    func isInForce(_ rule: String) -> Bool { byId[rule] != nil || outcomes[rule] != nil }
    let gone = before.filter { fingerprint, earlier in
      guard standings[fingerprint] == nil else { return false }
      // Nobody judges it any more, and nobody will.
      if !isInForce(earlier.rule) { return true }
      return outcomes[earlier.rule]?.wasJudged(on: earlier.node) == true
        && (earlier.sources ?? []).allSatisfy(seen.saw)
    }
    self.sights = sights
    baselines = standings
    cleared = gone.map { fingerprint, earlier in
      Cleared(
        finding: fingerprint, rule: earlier.rule, node: earlier.node,
        message: earlier.message
          + (isInForce(earlier.rule) ? "" : " (no longer judged: the rule is not in force)"))
    }.sorted { ($0.rule, $0.node ?? "", $0.finding) < ($1.rule, $1.node ?? "", $1.finding) }
    open = Set(before.keys).subtracting(gone.keys).union(sights.map(\.finding.fingerprint))
  }

  private static func baseline(
    of finding: Finding, _ evidence: Fingerprint, against earlier: Earlier?
  ) -> Standing.Baseline {
    guard let earlier else { return .new }
    // An older version kept no more than the sentence.
    let isSame =
      earlier.evidence.map { $0 == evidence } ?? (earlier.message.timeless == finding.message.timeless)
    return isSame ? .unchanged : .updated
  }

  /// What is known of each finding of the audit.
  func standings(_ suppressions: [Fingerprint: Suppression]) -> [Fingerprint: Standing] {
    baselines.reduce(into: baselines) { standings, known in
      standings[known.key]?.suppression = suppressions[known.key]
    }
  }
}

/// The sources that an audit saw, and what a finding rests on, each as `kind@node`; `kind@` for the site, `kind@*` for all nodes.
private struct Seen {
  private let records: [Int: ObservationRecord]
  /// Whole, every part of it.
  private let whole: Set<String>
  /// Not whole, on some node at least.
  private let broken: Set<ObservationKind>
  private let asked: Set<ObservationKind>
  private let hasNodes: Bool

  init(_ result: AuditResult) {
    records = Dictionary(result.observations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    let missing = Set(result.uncollected.map(\.kind))
    let gaps = Set(result.incomplete.map { Self.name($0.kind, $0.node) })
    let speaking = result.observations.filter { !$0.isSuperseded }
    whole = Set(speaking.map { Self.name($0.kind, $0.node) }).subtracting(gaps)
    broken = missing.union(result.incomplete.map(\.kind))
    asked = missing.union(speaking.map(\.kind))
    hasNodes = result.counts.nodes > 0
  }

  private static func name(_ kind: ObservationKind, _ node: String?) -> String {
    "\(kind.rawValue)@\(MessageTemplate.visible(node ?? ""))"
  }

  /// What a finding rests on: it can't be seen to be gone unless all of that is seen.
  func sources(of finding: Finding) -> [String] {
    let rows = finding.evidence.compactMap(\.observation).compactMap { records[$0] }
    let absences = finding.absences.flatMap { absence in
      absence.observations.compactMap { records[$0] }.map { record in
        record.kind.isPerNode && absence.node == nil
          ? "\(record.kind.rawValue)@*" : Self.name(record.kind, record.node)
      }
    }
    return Set(rows.map { Self.name($0.kind, $0.node) } + absences).sorted()
  }

  /// Whether a source was wholly seen. One that the site no longer has hides nothing: its rules were judged without it. Where no
  /// node was known, none was looked at.
  func saw(_ source: String) -> Bool {
    let parts = source.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let kind = ObservationKind(rawValue: String(parts[0])) else { return false }
    if !asked.contains(kind) { return !kind.isPerNode || hasNodes }
    return parts.last == "*" ? !broken.contains(kind) : whole.contains(source)
  }
}
