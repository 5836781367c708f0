public import Model
import SQLite

/// What audits found, night after night: an SQLite file that each of them writes one more run into.
public actor History {
  /// The version of its tables; a newer one is refused.
  public static let format: Int64 = 1

  private let database: Database
  private let path: String

  /// Opens the file, or makes it.
  ///
  /// - Throws: `Complaint` where it can't be opened, or is of a newer version.
  public init(path: String) throws(Complaint) {
    self.path = path
    do throws(SQLiteError) {
      database = try Database(path: path, readOnly: false, busyTimeout: 5000)
      try database.adopt(format: Self.format, tables: Self.tables)
    } catch { throw Self.complaint(path, error) }
  }

  private static func complaint(_ path: String, _ error: SQLiteError) -> Complaint {
    Complaint(
      file: path, problem: "the history can't be used: \(error.message)",
      remedy: "see that it is a history of trueup's, that it is yours, and that its disk has room")
  }

  private static let tables = """
    CREATE TABLE IF NOT EXISTS audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, at_ms INTEGER NOT NULL, exit_status INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS sight (
      audit INTEGER NOT NULL, fingerprint TEXT NOT NULL, rule TEXT NOT NULL, node TEXT, severity TEXT NOT NULL,
      status TEXT NOT NULL, message TEXT NOT NULL, PRIMARY KEY (audit, fingerprint));
    CREATE TABLE IF NOT EXISTS unjudged (audit INTEGER NOT NULL, rule TEXT NOT NULL, PRIMARY KEY (audit, rule));
    CREATE TABLE IF NOT EXISTS baseline (
      audit INTEGER NOT NULL, node TEXT NOT NULL, memory_kib INTEGER NOT NULL, PRIMARY KEY (audit, node));
    """

  // MARK: Writing

  /// One audit: its findings, what could not be judged, and what each dom0 would have with no lease (KiB). All of it, or none.
  public func record(_ result: AuditResult, at moment: Instant, baselines: [String: Int64]) throws(Complaint)
  {
    do throws(SQLiteError) {
      try database.execute("BEGIN IMMEDIATE")
      do throws(SQLiteError) {
        try insert(result, moment, baselines)
        try database.execute("COMMIT")
      } catch {
        try? database.execute("ROLLBACK")
        throw error
      }
    } catch { throw Self.complaint(path, error) }
  }

  private func insert(
    _ result: AuditResult, _ moment: Instant, _ baselines: [String: Int64]
  ) throws(SQLiteError) {
    try run(
      "INSERT INTO audit (site, at_ms, exit_status) VALUES (?, ?, ?)",
      [.text(result.site), Value(moment), .integer(Int64(result.exitStatus.rawValue))])
    let audit: Value = .integer(database.lastInsertRowid)
    for finding in result.allFindings where finding.isDetermined {
      try run(
        "INSERT OR IGNORE INTO sight VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
          audit, .text(finding.fingerprint.hex), .text(finding.rule), Value(finding.node),
          .text(finding.severity.rawValue), .text(finding.status.word), .text(finding.message),
        ])
    }
    let unsure = result.allFindings.filter { !$0.isDetermined }.map(\.rule)
    for rule in Set(result.rules.filter { !$0.wasJudged }.map(\.rule) + unsure) {
      try run("INSERT OR IGNORE INTO unjudged VALUES (?, ?)", [audit, .text(rule)])
    }
    for (node, memory) in baselines {
      try run("INSERT OR IGNORE INTO baseline VALUES (?, ?, ?)", [audit, .text(node), .integer(memory)])
    }
  }

  private func run(_ sql: String, _ values: [Value]) throws(SQLiteError) {
    let statement = try database.prepare(sql)
    try statement.bind(values)
    try statement.run()
  }

  // MARK: Reading

  /// One divergence over the nights.
  public struct Course: Hashable, Sendable {
    public let fingerprint: String
    public let rule: String
    public let node: String?
    /// As it was worded last.
    public internal(set) var message: String
    public let first: Instant
    public internal(set) var last: Instant
    /// Audits that saw it.
    public internal(set) var sights = 1
    /// How often it came back after an audit that could have seen it had not.
    public internal(set) var returns = 0
    /// When an audit first did not see it any more; nil while it is there.
    public internal(set) var gone: Instant?
  }

  /// What dom0 of a node would have with no lease, as long as it was that.
  public struct Plateau: Hashable, Sendable {
    public let node: String
    public let memoryKib: Int64
    public let first: Instant
    public internal(set) var last: Instant
  }

  private struct Audit {
    let id: Int64
    let at: Instant
  }

  private func audits(of site: String?) throws(SQLiteError) -> [Audit] {
    let statement = try database.prepare(
      "SELECT id, at_ms FROM audit WHERE ?1 IS NULL OR site = ?1 ORDER BY at_ms, id")
    try statement.bind([Value(site)])
    var audits: [Audit] = []
    while try statement.step() {
      audits.append(
        Audit(id: statement.columnInteger(0), at: Instant(milliseconds: statement.columnInteger(1))))
    }
    return audits
  }

  /// How many audits there are.
  public func count(of site: String? = nil) throws(Complaint) -> Int {
    do { return try audits(of: site).count } catch { throw Self.complaint(path, error) }
  }

  /// Every divergence that was ever seen, those that are there first, the oldest first.
  public func courses(of site: String? = nil) throws(Complaint) -> [Course] {
    do {
      var courses: [String: Course] = [:]
      for audit in try audits(of: site) { try take(audit, into: &courses) }
      return courses.values.sorted {
        ($0.gone == nil ? 0 : 1, $0.first, $0.fingerprint) < (
          $1.gone == nil ? 0 : 1, $1.first, $1.fingerprint
        )
      }
    } catch { throw Self.complaint(path, error) }
  }

  private func take(_ audit: Audit, into courses: inout [String: Course]) throws(SQLiteError) {
    let sights = try database.prepare(
      "SELECT fingerprint, rule, node, message FROM sight WHERE audit = ? ORDER BY fingerprint")
    try sights.bind([.integer(audit.id)])
    var seen: Set<String> = []
    while try sights.step() {
      let fingerprint = sights.columnText(0) ?? ""
      seen.insert(fingerprint)
      if var course = courses[fingerprint] {
        if course.gone != nil { course.returns += 1 }
        course.sights += 1
        (course.last, course.gone, course.message) = (audit.at, nil, sights.columnText(3) ?? "")
        courses[fingerprint] = course
      } else {
        courses[fingerprint] = Course(
          fingerprint: fingerprint, rule: sights.columnText(1) ?? "", node: sights.columnText(2),
          message: sights.columnText(3) ?? "", first: audit.at, last: audit.at)
      }
    }
    // Whoever could not look has not seen that it is gone.
    let blind = try database.prepare("SELECT rule FROM unjudged WHERE audit = ?")
    try blind.bind([.integer(audit.id)])
    var unjudged: Set<String> = []
    while try blind.step() { unjudged.insert(blind.columnText(0) ?? "") }
    for (fingerprint, course) in courses where !seen.contains(fingerprint) && course.gone == nil {
      if !unjudged.contains(course.rule) { courses[fingerprint]?.gone = audit.at }
    }
  }

  /// What dom0 of each node would have with no lease, in the order of nodes and nights.
  public func plateaus(of site: String? = nil) throws(Complaint) -> [Plateau] {
    do {
      let statement = try database.prepare(
        """
        SELECT b.node, b.memory_kib, a.at_ms FROM baseline b JOIN audit a ON a.id = b.audit
        WHERE ?1 IS NULL OR a.site = ?1 ORDER BY b.node, a.at_ms, a.id
        """)
      try statement.bind([Value(site)])
      var plateaus: [Plateau] = []
      while try statement.step() {
        let (node, memory) = (statement.columnText(0) ?? "", statement.columnInteger(1))
        let at = Instant(milliseconds: statement.columnInteger(2))
        if let last = plateaus.last, last.node == node, last.memoryKib == memory {
          plateaus[plateaus.count - 1].last = at
        } else {
          plateaus.append(Plateau(node: node, memoryKib: memory, first: at, last: at))
        }
      }
      return plateaus
    } catch { throw Self.complaint(path, error) }
  }
}
