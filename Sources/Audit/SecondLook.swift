public import Model

/// Holds the last look against the earlier ones. The sources can't be read at one instant, so one look proves nothing: a
/// finding is confirmed when all that it rests on was read again, unchanged, after every first read had ended and at least
/// the rule's settle time later.
public enum SecondLook {
  /// The last look's findings with what the earlier looks make of them; and how many divergences went away.
  public static func settle(
    _ looks: [Auditor.Verdicts], rules: [Rule]
  ) -> (findings: [Finding], vanished: Int) {
    guard let last = looks.last else { return ([], 0) }
    let settle = Dictionary(uniqueKeysWithValues: rules.map { ($0.id, $0.settle) })
    let earlier = looks.dropLast().map { look in
      (look, Dictionary(look.findings.map { ($0.fingerprint, $0) }, uniquingKeysWith: { first, _ in first }))
    }
    let findings = last.findings.map { finding in
      guard finding.status == .seenOnce else { return finding }
      let since = earlier.reversed().prefix { $0.1[finding.fingerprint]?.isDetermined == true }
      var settled = finding
      let firsts = since.compactMap { look, found in
        found[finding.fingerprint].map { First(look: look, finding: $0) }
      }
      settled.status = status(
        of: finding, in: last, firsts: firsts.reversed(), settle: settle[finding.rule] ?? .zero,
        assumptions: &settled.assumptions)
      if case .unsettled = settled.status, !settled.steps.isEmpty {
        settled.steps = []
        settled.withheld.append("what it rests on keeps changing: nothing is planned while it does")
      }
      return settled
    }
    let present = Set(last.findings.map(\.fingerprint))
    let gone = Set(earlier.flatMap { $0.1.values.filter(\.isDetermined).map(\.fingerprint) })
    return (findings, gone.subtracting(present).count)
  }

  private struct First {
    let look: Auditor.Verdicts
    let finding: Finding
  }

  private static func status(
    of finding: Finding, in last: Auditor.Verdicts, firsts: [First], settle: Duration,
    assumptions: inout [String]
  ) -> Finding.Status {
    guard let oldest = firsts.first else { return .seenOnce }
    // Back to the first that differs: what left and came back did not stand still in between.
    let unchanged = firsts.reversed().prefix { $0.finding.witnesses == finding.witnesses }
    guard let first = unchanged.last else { return .unsettled(since: oldest.look.look.finished) }
    let before = sources(of: first.finding, on: first.look.board)
    let after = sources(of: finding, on: last.board)
    guard let ended = before.map(\.finished).max(), let began = after.map(\.started).min() else {
      return .seenOnce
    }
    let apart = began.milliseconds - ended.milliseconds
    if apart >= settle.milliseconds, apart > 0 { return .confirmed(since: ended) }
    assumptions.append(
      apart <= 0
        ? "not everything that it rests on was read again"
        : "the two looks are \(apart / 1000) s apart, and it is believed after \(settle.seconds) s")
    return .seenOnce
  }

  /// The observations that a finding rests on: of its rows, and of what was looked through in vain.
  private static func sources(of finding: Finding, on board: SourceBoard) -> [ObservationRecord] {
    let ids = finding.evidence.compactMap(\.observation) + finding.absences.flatMap(\.observations)
    return Set(ids).compactMap { board.record($0) }
  }
}
