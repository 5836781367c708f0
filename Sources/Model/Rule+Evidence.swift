extension Rule {
  /// What somebody takes note of when they read a finding of this rule: how bad it is, what identifies it and what its
  /// sentence says, but for moments and spans of time. Of the sentence's memories only the rule's `amount` counts, where it has
  /// one; the others tell what was expected, and move with every lease.
  public func evidence(of finding: Finding) -> Fingerprint {
    let told = (identity + message.columns).uniqued.filter { !Self.isTime($0) && !isContext($0) }
    return Fingerprint(
      of: [finding.severity.rawValue]
        + told.flatMap { [$0, MessageTemplate.worded($0, finding[$0] ?? .null).timeless] })
  }

  /// How much of it there is, in the steps in which its sentence tells it; nil where the rule measures nothing.
  public func amount(of finding: Finding) -> Int64? {
    guard let amount, case .integer(let number)? = finding[amount] else { return nil }
    return amount.hasSuffix("_kib") ? MessageTemplate.asTold(kib: number) : number
  }

  private func isContext(_ column: String) -> Bool {
    amount != nil && column != amount && column.hasSuffix("_kib")
  }

  /// A column's unit is in its name.
  private static func isTime(_ column: String) -> Bool {
    ["_ms", "_s", "_min"].contains { column.hasSuffix($0) }
  }
}

extension String {
  /// Without its moments and spans of time, which go on while nothing changes: `waits since ...`, `has run for ...`.
  public var timeless: String {
    var words: [Substring] = []
    for word in split(separator: " ", omittingEmptySubsequences: false) {
      let bare = word.drop { "(,;:".contains($0) }.reversed().drop { "),;:.".contains($0) }.reversed()
      let isUnit = ["ms", "s", "min", "h", "d"].contains(String(bare))
      if isUnit, let last = words.last, Double(last) != nil { words.removeLast() }
      words.append(isUnit || Instant(rfc3339: String(bare)) != nil ? "..." : word)
    }
    return words.joined(separator: " ")
  }
}
