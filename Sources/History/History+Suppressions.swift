public import Model

/// Somebody's acceptance of a finding, as the history keeps it.
public struct SuppressionRecord: Hashable, Sendable {
  public enum End: String, Sendable {
    /// Its time was over.
    case expired
    /// The finding's amount or object was another.
    case changed
    /// Somebody took it back.
    case removed
    /// Somebody accepted the same finding anew.
    case replaced
  }

  let id: Int64
  public let site: String
  public let suppression: Suppression
  public let rule: String
  public let node: String?
  /// As the finding was worded when it was accepted.
  public let message: String
  /// When it was accepted.
  public let at: Instant
  /// Nil while it holds; who ended it, where that was a person.
  public let ended: Ended?

  /// Whether it is in force, as far as its time tells; the next audit sees whether the finding is still what was accepted.
  public func holds(at now: Instant) -> Bool { ended == nil && suppression.until > now }

  public struct Ended: Hashable, Sendable {
    public let at: Instant
    public let why: End
    public let by: String?
  }
}

extension History {

  /// Accepts an open finding until a moment, as the last audit saw it.
  ///
  /// - Parameters:
  ///   - prefix: the first digits of its fingerprint, as many as tell it from others.
  ///   - site: nil: whatever site has it.
  /// - Throws: where no open finding is called so, or more than one.
  public func suppress(
    _ prefix: String, at site: String?, until: Instant, reason: String, who: String, now: Instant
  ) async throws(Complaint) -> SuppressionRecord {
    try await store.transact(isReading: false) { session throws(Complaint) in
      let found = try session.rows(
        """
        SELECT t.site, t.fingerprint, s.rule, s.node, s.message, t.evidence
        FROM standing t JOIN sight s ON s.audit = t.sight AND s.fingerprint = t.fingerprint ORDER BY 1, 2
        """, [])
      let row = try Self.only(found, prefix, site)
      guard let finding = Fingerprint(hex: row.text(1)) else { throw Self.none(prefix) }
      guard let evidence = row[5].flatMap({ Fingerprint(hex: $0) }) else {
        throw Complaint(
          file: finding.hex,
          problem: "was last seen by an older trueup, which kept no more than its sentence",
          remedy: "audit once with --history, and accept it then")
      }
      for record in try Self.suppressions(of: row.text(0), session)
      where record.ended == nil && record.suppression.finding == finding {
        try Self.end(record, .replaced, by: who, at: now, session)
      }
      try session.rows(
        """
        INSERT INTO suppression (site, fingerprint, rule, node, message, evidence, reason, who, at_ms, until_ms)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
          .text(row.text(0)), .text(finding.hex), .text(row.text(2)), Value(row[3]), .text(row.text(4)),
          .text(evidence.hex), .text(reason), .text(who), Value(now), Value(until),
        ])
      guard let made = try Self.suppressions(of: row.text(0), session).last else { throw Self.none(prefix) }
      return made
    }
  }

  /// Takes an acceptance back.
  public func unsuppress(
    _ prefix: String, at site: String?, who: String, now: Instant
  ) async throws(Complaint) -> SuppressionRecord {
    try await store.transact(isReading: false) { session throws(Complaint) in
      let records = try Self.suppressions(of: nil, session).filter { $0.ended == nil }
      let row = try Self.only(
        records.map { [$0.site, $0.suppression.finding.hex] }, prefix, site, are: "are accepted findings")
      guard
        let record = records.last(where: {
          $0.site == row.text(0) && $0.suppression.finding.hex == row.text(1)
        })
      else { throw Self.none(prefix) }
      try Self.end(record, .removed, by: who, at: now, session)
      return record
    }
  }

  /// All that there ever were, the oldest first.
  public func suppressions(of site: String? = nil) async throws(Complaint) -> [SuppressionRecord] {
    try await store.transact(isReading: true) { session throws(Complaint) in
      try Self.suppressions(of: site, session)
    }
  }

  // MARK: Within a transaction

  static func suppressions(
    of site: String?, _ session: any HistorySession
  ) throws(Complaint) -> [SuppressionRecord] {
    try session.rows(
      """
      SELECT id, site, fingerprint, rule, node, message, evidence, reason, who, at_ms, until_ms, ended_ms, ended_why, ended_by
      FROM suppression WHERE ? IS NULL OR site = ? ORDER BY id
      """, [Value(site), Value(site)]
    ).compactMap { row in
      guard let finding = Fingerprint(hex: row.text(2)), let evidence = Fingerprint(hex: row.text(6)) else {
        return nil
      }
      return SuppressionRecord(
        id: row.integer(0), site: row.text(1),
        suppression: Suppression(
          finding: finding, until: row.moment(10), reason: row.text(7), who: row.text(8), evidence: evidence),
        rule: row.text(3), node: row[4], message: row.text(5), at: row.moment(9),
        ended: row[12].flatMap(SuppressionRecord.End.init).map {
          SuppressionRecord.Ended(at: row.moment(11), why: $0, by: row[13])
        })
    }
  }

  static func end(
    _ record: SuppressionRecord, _ why: SuppressionRecord.End, by who: String?, at now: Instant,
    _ session: any HistorySession
  ) throws(Complaint) {
    try session.rows(
      "UPDATE suppression SET ended_ms = ?, ended_why = ?, ended_by = ? WHERE id = ?",
      [Value(now), .text(why.rawValue), Value(who), .integer(record.id)])
  }

  /// The one row of site and fingerprint that is meant.
  private static func only(
    _ rows: [[String?]], _ prefix: String, _ site: String?, are what: String = "are open findings"
  ) throws(Complaint) -> [String?] {
    let meant = rows.filter { row in
      row.text(1).hasPrefix(prefix.lowercased()) && site.map { $0 == row.text(0) } ?? true
    }
    if meant.isEmpty || prefix.isEmpty { throw none(prefix) }
    guard meant.count == 1 else {
      let names = meant.prefix(4).map { "\($0.text(1)) of \(MessageTemplate.visible($0.text(0)))" }
      throw Complaint(
        file: prefix,
        problem: "\(names.joined(separator: ", "))\(meant.count > 4 ? " and others" : "") \(what)",
        remedy: "give more digits, or the site (--of)")
    }
    return meant[0]
  }

  private static func none(_ prefix: String) -> Complaint {
    Complaint(
      file: MessageTemplate.visible(prefix), problem: "no such finding is open in this history",
      remedy: "name one by its id as a report prints it, from an audit with this history")
  }
}
