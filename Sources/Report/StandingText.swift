import Model

/// How a finding stands, in words.
enum StandingText {
  /// `new`, `there since ...`, `accepted until ... by ...: why`. Nothing where nothing is known.
  static func words(_ standing: Standing) -> [String] {
    let since = standing.since.map { "there since \($0.rfc3339)" }
    let baseline =
      switch standing.baseline {
      case .new: ["new"]
      case .unchanged: [since ?? "as before"]
      case .updated: ["changed since the last audit"] + (since.map { [$0] } ?? [])
      case nil: [String]()
      }
    return baseline + (standing.suppression.map { [$0.described] } ?? [])
  }

  /// The same behind a message, ` (new; accepted until ...)`.
  static func behind(_ standing: Standing) -> String {
    let words = words(standing)
    return words.isEmpty ? "" : " (\(words.joined(separator: "; ")))"
  }

  /// `2 new, 1 changed, 1 accepted` of some findings; empty where nothing of that is known.
  static func tally(_ result: AuditResult) -> String {
    let standings = result.allFindings.map(result.standing)
    let counts = [
      ("new", standings.filter { $0.baseline == .new }.count),
      ("changed", standings.filter { $0.baseline == .updated }.count),
      ("as before", standings.filter { $0.baseline == .unchanged }.count),
      ("accepted", standings.filter { $0.suppression != nil }.count),
    ]
    return counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
  }
}
