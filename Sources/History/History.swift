public import Model

/// What audits found, night after night, and what somebody accepted of it: in an SQLite file, or in PostgreSQL for several sites.
public struct History: Sendable {
  let store: any HistoryStore

  /// Where a history is.
  public enum Place: Hashable, Sendable {
    case file(String)
    /// A connection string of libpq's, without a password.
    case postgresql(String)

    /// As `--history` and `history.database` name it.
    public init(_ text: String) {
      self =
        ["postgresql://", "postgres://"].contains(where: text.hasPrefix) ? .postgresql(text) : .file(text)
    }
  }

  /// A history, not looked at yet.
  ///
  /// - Parameters:
  ///   - connectTimeout: of PostgreSQL: how long its server is waited for, and how long another writer.
  ///   - deadline: of PostgreSQL: how long one transaction may take.
  /// - Throws: where the connection string is none, or has a password in it.
  public init(
    _ place: Place, connectTimeout: Duration = .seconds(5), deadline: Duration = .seconds(60)
  ) throws(Complaint) {
    switch place {
    case .file(let path): store = SQLiteHistory(path: path)
    case .postgresql(let text):
      store = try PostgreSQLHistory(
        connectionString: text, connectTimeout: connectTimeout, deadline: deadline)
    }
  }

  /// Proves that it can be written, and makes it where it is not there.
  public func begin() async throws(Complaint) {
    try await store.transact(isReading: false) { _ throws(Complaint) in }
  }

  // MARK: Writing

  /// What an audit came to in the light of the earlier ones.
  public struct Entry: Sendable {
    /// With its standings, with what was cleared, and with a remark on each acceptance that no longer holds.
    public let result: AuditResult
    /// All that is open at the site: seen and not cleared since.
    public let open: Set<Fingerprint>
    /// What of that somebody has accepted for now.
    public let accepted: Set<Fingerprint>
  }

  /// One audit: its findings against those of the last, what has gone, and what each dom0 would have with no lease (KiB). All of
  /// it is written, or none.
  public func record(
    _ result: AuditResult, by rules: [Rule], at moment: Instant, baselines: [String: Int64]
  ) async throws(Complaint) -> Entry {
    try await store.transact(isReading: false) { session throws(Complaint) in
      let site = result.site
      let (judged, comparison, acceptance) = try Self.judge(result, by: rules, at: moment, session)
      let before = try session.rows("SELECT max(id) FROM audit WHERE site = ?", [.text(site)]).first?.integer(
        0)
      try session.rows(
        "INSERT INTO audit (site, at_ms, exit_status) VALUES (?, ?, ?)",
        [.text(site), Value(moment), .integer(Int64(judged.exitStatus.rawValue))])
      let audit: Value = .integer(try session.lastAudit())
      try Self.insert(comparison, audit, site, session)
      for ended in acceptance.ended {
        try Self.end(ended.suppression, ended.why, by: nil, at: moment, session)
      }
      try Self.insert(baselines, audit, after: Value(before), session)
      return Entry(
        result: judged, open: comparison.open,
        accepted: comparison.open.intersection(acceptance.inForce.keys))
    }
  }

  /// An audit in the light of the earlier ones, as it would be written; nothing is.
  public func judged(
    _ result: AuditResult, by rules: [Rule], at moment: Instant
  ) async throws(Complaint) -> AuditResult {
    try await store.transact(isReading: true) { session throws(Complaint) in
      try Self.judge(result, by: rules, at: moment, session).result
    }
  }

  private static func judge(
    _ result: AuditResult, by rules: [Rule], at moment: Instant, _ session: any HistorySession
  ) throws(Complaint) -> (result: AuditResult, comparison: Comparison, acceptance: Acceptance) {
    let comparison = Comparison(
      result, by: rules, against: try standing(of: result.site, session), at: moment)
    let acceptance = Acceptance(
      try suppressions(of: result.site, session), of: comparison.sights, at: moment)
    var judged = result
    judged.standings = comparison.standings(acceptance.inForce)
    judged.cleared = comparison.cleared
    judged.remarks += acceptance.remarks
    return (judged, comparison, acceptance)
  }

  private static func insert(
    _ comparison: Comparison, _ audit: Value, _ site: String, _ session: any HistorySession
  ) throws(Complaint) {
    for sight in comparison.sights {
      let finding = sight.finding
      let fingerprint: Value = .text(finding.fingerprint.hex)
      let status: Value = .text(finding.status.word)
      if let last = sight.continues {
        // As it was: its sentence may tell of another time.
        try session.rows(
          """
          UPDATE sight SET last_audit = ?, times = times + 1, status = ?, message = ?
          WHERE audit = ? AND fingerprint = ?
          """, [audit, status, .text(finding.message), .integer(last), fingerprint])
      } else {
        try session.rows(
          "INSERT INTO sight VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)",
          [
            audit, fingerprint, .text(finding.rule), Value(finding.node), .text(finding.severity.rawValue),
            status, .text(finding.message), audit,
          ])
      }
      try session.rows(
        """
        INSERT INTO standing VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (site, fingerprint) DO UPDATE SET
          sight = excluded.sight, evidence = excluded.evidence, sources = excluded.sources
        """,
        [
          .text(site), fingerprint, audit, sight.continues.map { .integer($0) } ?? audit,
          .text(sight.evidence.hex), .text(sight.sources.joined(separator: "\n")),
        ])
    }
    for cleared in comparison.cleared {
      let fingerprint: Value = .text(cleared.finding.hex)
      try session.rows("INSERT INTO clearing VALUES (?, ?)", [audit, fingerprint])
      try session.rows("DELETE FROM standing WHERE site = ? AND fingerprint = ?", [.text(site), fingerprint])
    }
  }

  private static func insert(
    _ baselines: [String: Int64], _ audit: Value, after before: Value, _ session: any HistorySession
  ) throws(Complaint) {
    let last = try session.rows(
      "SELECT node, memory_kib, audit FROM baseline WHERE last_audit = ?", [before])
    let known = Dictionary(
      last.map { ($0.text(0), (memory: $0.integer(1), audit: $0.integer(2))) }, uniquingKeysWith: { $1 })
    for (node, memory) in baselines.sorted(by: { $0.key < $1.key }) {
      if let run = known[node], run.memory == memory {
        try session.rows(
          "UPDATE baseline SET last_audit = ? WHERE audit = ? AND node = ?",
          [audit, .integer(run.audit), .text(node)])
      } else {
        try session.rows(
          "INSERT INTO baseline VALUES (?, ?, ?, ?)", [audit, .text(node), .integer(memory), audit])
      }
    }
  }

  /// What is open at a site, by its fingerprint.
  static func standing(
    of site: String, _ session: any HistorySession
  ) throws(Complaint) -> [Fingerprint: Comparison.Earlier] {
    let rows = try session.rows(
      """
      SELECT t.fingerprint, s.rule, s.node, s.message, a.at_ms, t.evidence, t.sources, t.sight
      FROM standing t JOIN sight s ON s.audit = t.sight AND s.fingerprint = t.fingerprint
      JOIN audit a ON a.id = t.since_audit WHERE t.site = ?
      """, [.text(site)])
    var standing: [Fingerprint: Comparison.Earlier] = [:]
    for row in rows {
      guard let fingerprint = Fingerprint(hex: row.text(0)) else { continue }
      standing[fingerprint] = Comparison.Earlier(
        rule: row.text(1), node: row[2], message: row.text(3), since: row.moment(4),
        evidence: row[5].flatMap { Fingerprint(hex: $0) },
        sources: row[6].map { $0.split(separator: "\n").map(String.init) }, sight: row.integer(7))
    }
    return standing
  }

  // MARK: The memory of the nightly run

  /// Changes what the reader of a site's nightly mails knows, and gives what the change gave. Nobody else changes it meanwhile.
  public func remember<Outcome: Sendable>(
    of site: String, _ change: @escaping @Sendable (String?) -> (memory: String, outcome: Outcome)
  ) async throws(Complaint) -> Outcome {
    try await store.transact(isReading: false) { session throws(Complaint) in
      let known = try session.rows("SELECT content FROM memory WHERE site = ?", [.text(site)]).first?.text(0)
      let (memory, outcome) = change(known)
      try session.rows(
        "INSERT INTO memory VALUES (?, ?) ON CONFLICT (site) DO UPDATE SET content = excluded.content",
        [.text(site), .text(memory)])
      return outcome
    }
  }
}
