import Model

/// Statements within one transaction of the database that a history is in. Their dialect is what SQLite and PostgreSQL have in
/// common; values stand for its question marks.
protocol HistorySession {
  /// What a statement gives, each cell as text.
  @discardableResult
  func rows(_ sql: String, _ values: [Value]) throws(Complaint) -> [[String?]]
}

/// Where a history is.
protocol HistoryStore: Sendable {
  /// Does some work in one transaction: all of it happens, or nothing. Nobody else writes meanwhile.
  ///
  /// - Parameter isReading: nothing is written, and nobody is waited for.
  func transact<Outcome: Sendable>(
    isReading: Bool, _ work: @escaping @Sendable (any HistorySession) throws(Complaint) -> Outcome
  ) async throws(Complaint) -> Outcome
}

extension HistorySession {
  /// The number of the audit that this transaction has written, or of the last one.
  func lastAudit() throws(Complaint) -> Int64 {
    try rows("SELECT max(id) FROM audit", []).first?.integer(0) ?? 0
  }
}

extension Array where Element == String? {
  /// A cell that is never NULL.
  func text(_ place: Int) -> String { self[place] ?? "" }

  func integer(_ place: Int) -> Int64 { self[place].flatMap { Int64($0) } ?? 0 }

  func moment(_ place: Int) -> Instant { Instant(milliseconds: integer(place)) }
}
