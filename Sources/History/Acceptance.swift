import Model

/// What of the acceptances of a site holds at an audit.
struct Acceptance: Sendable {
  /// By what they are about.
  private(set) var inForce: [Fingerprint: Suppression] = [:]
  /// Those that end with this audit.
  private(set) var ended: [(suppression: SuppressionRecord, why: SuppressionRecord.End)] = []
  /// What is found, was accepted, and is not any longer.
  private(set) var remarks: [String] = []

  /// - Parameter records: all that there ever were, the oldest first.
  init(_ records: [SuppressionRecord], of sights: [Comparison.Sight], at moment: Instant) {
    let evidence = Dictionary(
      sights.map { ($0.finding.fingerprint, $0.evidence) }, uniquingKeysWith: { first, _ in first })
    var lapsed: [Fingerprint: (SuppressionRecord, SuppressionRecord.End)] = [:]
    for record in records {
      let accepted = record.suppression
      let seen = evidence[accepted.finding]
      lapsed[accepted.finding] = nil
      if let end = record.ended {
        lapsed[accepted.finding] = (record, end.why)
      } else if accepted.until <= moment {
        ended.append((record, .expired))
        lapsed[accepted.finding] = (record, .expired)
      } else if let seen, seen != accepted.evidence {
        ended.append((record, .changed))
        lapsed[accepted.finding] = (record, .changed)
      } else {
        inForce[accepted.finding] = accepted
      }
    }
    remarks = sights.compactMap { sight in
      lapsed[sight.finding.fingerprint].flatMap { record, why in
        // One that came anew after it had ended is another matter.
        let end = record.ended?.at ?? (why == .expired ? record.suppression.until : moment)
        return sight.since > end ? nil : Self.remark(sight.finding, record.suppression, why)
      }
    }
  }

  private static func remark(
    _ finding: Finding, _ accepted: Suppression, _ why: SuppressionRecord.End
  ) -> String? {
    let what = "\(finding.rule) \(finding.fingerprint.hex) is open again"
    switch why {
    case .expired:
      return "\(what): \(accepted.who) accepted it until \(accepted.until.rfc3339) (\(accepted.reason))"
    case .changed:
      return "\(what): it is no longer what \(accepted.who) accepted (\(accepted.reason))"
    case .removed, .replaced: return nil
    }
  }
}
