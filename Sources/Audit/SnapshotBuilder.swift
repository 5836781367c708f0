public import Model
public import RuleBook
import SQLite

/// Fills a snapshot: rows of the parsers go in, node names become one, and each source's coverage is kept beside them.
///
/// The first error of the database is kept and thrown by `finish()`: a sink has nobody to throw to.
public final class SnapshotBuilder {
  public let schema: Schema
  let database: Database
  var names: NodeNames
  var board: SourceBoard
  private let site: Site
  private let trial: Trial
  private var current = 0
  private var insertions: [UnsafeRawPointer: [Insertion]] = [:]
  private let defects: Statement
  /// A test takes every source for whole, to show what it is for to know that it is not.
  public var believesAll = false
  /// It was a snapshot's before, and has its indexes and views. They come last to a new one, which is filled faster so.
  private let hasIndexes: Bool
  private var failure: SQLiteError?

  /// A prepared INSERT for one table and one list of columns, told apart by where their literals lie in memory.
  private struct Insertion {
    let columns: [UnsafePointer<UInt8>]
    let statement: Statement
  }

  /// - Parameter trial: what a preflight is for; an audit does not ask.
  public init(schema: Schema, site: Site, trial: Trial = Trial()) throws(AuditError) {
    self.schema = schema
    self.site = site
    self.trial = trial
    names = NodeNames(site.nodes)
    board = SourceBoard(
      site: site, sources: Dictionary(uniqueKeysWithValues: schema.tables.map { ($0.name, $0.sources) }))
    do {
      let used = IdleDatabases.shared.take(schema)
      hasIndexes = used != nil
      database = if let used { used } else { try Self.newDatabase(schema) }
      try database.execute("BEGIN")
      defects = try database.prepare("INSERT INTO defect VALUES (?, ?, ?, ?, ?)")
    } catch { throw AuditError(error) }
  }

  private static func newDatabase(_ schema: Schema) throws(SQLiteError) -> Database {
    let database = try Database()
    database.keepStatements()
    for pragma in ["journal_mode = OFF", "synchronous = OFF", "secure_delete = OFF", "cache_spill = OFF"] {
      try database.execute("PRAGMA \(pragma)")
    }
    for creation in schema.creations { try database.execute(creation) }
    return database
  }

  /// The one name of a node.
  public func canonical(_ spelling: String) -> String { names.canonical(spelling) }

  /// From here on rows belong to this observation.
  public func begin(_ observation: Int) { current = observation }

  public func insert(_ row: Row) {
    guard failure == nil else { return }
    do {
      let statement = try insertion(for: row)
      try statement.bind(.integer(Int64(current)), at: 1)
      try statement.bind(.integer(Int64(row.bytes.lowerBound)), at: 2)
      try statement.bind(.integer(Int64(row.bytes.count)), at: 3)
      try statement.bind(.integer(row.isAmbiguous ? 1 : 0), at: 4)
      for (index, field) in row.fields.enumerated() {
        if case .node(let spelling) = field.value {
          try statement.bind(.text(names.canonical(spelling)), at: index + 5)
        } else {
          try statement.bind(field.value, at: index + 5)
        }
      }
      try statement.run()
      if !row.defects.isEmpty { try insert(row.defects, of: row.table.description) }
    } catch { failure = error }
  }

  private func insert(_ found: [Defect], of table: String) throws(SQLiteError) {
    let row = database.lastInsertRowid
    for defect in found {
      try defects.bind([
        .integer(Int64(current)), .text(table), .integer(row), .text(defect.column), .text(defect.problem),
      ])
      try defects.run()
    }
  }

  private func insertion(for row: Row) throws(SQLiteError) -> Statement {
    let table = UnsafeRawPointer(row.table.utf8Start)
    let known = insertions[table] ?? []
    for insertion in known where insertion.columns.count == row.fields.count {
      if zip(insertion.columns, row.fields).allSatisfy({ $0 == $1.column.utf8Start }) {
        return insertion.statement
      }
    }
    let columns =
      ["observation", "at_byte", "byte_count", "ambiguous"] + row.fields.map(\.column.description)
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    let statement = try database.prepare(
      "INSERT INTO \(row.table) (\(columns.joined(separator: ", "))) VALUES (\(places))")
    insertions[table, default: []].append(
      Insertion(columns: row.fields.map(\.column.utf8Start), statement: statement))
    return statement
  }

  /// The observation has been read. Its rows stay only if it speaks for its source.
  public func end(_ record: ObservationRecord, precedence: Int, unreadable: [Unreadable]) {
    var record = record
    if believesAll { record.coverage = .complete }
    let dropped = board.take(record, precedence: precedence, unreadable: unreadable)
    guard failure == nil else { return }
    do {
      for (observation, kind) in dropped {
        for table in schema.tables where table.sources.contains(kind) {
          try database.execute("DELETE FROM \(table.name) WHERE observation = \(observation)")
        }
        try database.execute("DELETE FROM defect WHERE observation = \(observation)")
      }
    } catch { failure = error }
  }

  /// The snapshot, whole: nodes, site, indexes and views.
  public func finish(now: Instant) throws(AuditError) -> Snapshot {
    if let failure { throw AuditError(failure) }
    do {
      try fillNodes()
      try doubtJobList()
      try countJobList()
      try fillObservations()
      if !hasIndexes { for index in schema.indexes { try database.execute(index) } }
      let mode = try SiteFacts.fill(site, trial, now: now, into: database)
      if !hasIndexes { for view in schema.views { try database.execute(view) } }
      try database.execute("COMMIT")
      if let collision = names.collisions.first { throw AuditError.collision(collision) }
      return try Snapshot(
        schema: schema, database: database, board: board, mode: mode, now: now)
    } catch let error as SQLiteError {
      throw AuditError(error)
    } catch let error as AuditError {
      throw error
    } catch {
      throw AuditError(SQLiteError(code: 1, message: "\(error)"))
    }
  }

  private func fillNodes() throws(SQLiteError) {
    let insert = try database.prepare(
      """
      INSERT INTO node (name, configured, dom0_baseline_kib) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET configured = max(configured, excluded.configured),
        dom0_baseline_kib = coalesce(excluded.dom0_baseline_kib, dom0_baseline_kib)
      """)
    for node in site.nodes {
      try insert.bind([.text(names.canonical(node.name)), .integer(1), Value(node.dom0)])
      try insert.run()
    }
    if site.nodes.isEmpty {
      try database.execute(
        "INSERT OR IGNORE INTO node (name) SELECT node FROM lrms_node WHERE node IS NOT NULL")
      if case .unseen(let reason) = board.state(.torqueNodes, node: nil) {
        board.nodesUnknown = "which nodes the site has is not known: \(reason)"
      }
    }
    try fillUsedNodes()
    for node in board.observedNodes.sorted() {
      try insert.bind([.text(node), .integer(0), .null])
      try insert.run()
    }
    let alias = try database.prepare("INSERT OR IGNORE INTO node_alias VALUES (?, ?)")
    for (spelling, name) in names.known.sorted(by: { $0.key < $1.key }) {
      try alias.bind([.text(spelling), .text(name)])
      try alias.run()
    }
    board.nodes = try database.strings("SELECT name FROM node ORDER BY name")
  }

  /// Nodes that leases and machines are on: to leave one out of the configuration is not to say that nothing is there.
  private func fillUsedNodes() throws(SQLiteError) {
    for used in [
      "SELECT node FROM db_vm", "SELECT node FROM db_slot", "SELECT node FROM db_node",
      "SELECT node FROM lrms_allocation WHERE job IN "
        + "(SELECT id FROM lrms_job WHERE in_pilot_logs = 1 AND state IN ('R', 'E'))",
    ] {
      try database.execute(
        "INSERT OR IGNORE INTO node (name) SELECT node FROM (\(used)) WHERE node IS NOT NULL AND node <> ''")
    }
  }

  /// To an ordinary account the server lists its own jobs only, and says so nowhere: all others look deleted. Its node list
  /// names them all the same (TORQUE; `qstat` and `pbsnodes` as root and as a user). Elements of arrays are left out, since
  /// the job list sums them up, and so are jobs that came while the two were read. One odd job in a node's books is a ghost.
  private func doubtJobList() throws(SQLiteError) {
    let statement = try database.prepare(
      """
      WITH held AS (SELECT DISTINCT job, substr(job, 1, instr(job || '.', '.') - 1) AS number FROM lrms_node_job)
      SELECT count(*), coalesce(sum(number NOT IN (SELECT number FROM lrms_job WHERE number IS NOT NULL)), 0),
        min(CASE WHEN number NOT IN (SELECT number FROM lrms_job WHERE number IS NOT NULL) THEN job END)
      FROM held WHERE number NOT GLOB '*[^0-9]*'
      AND CAST(number AS INTEGER) <= coalesce((SELECT max(CAST(number AS INTEGER)) FROM lrms_job), 9223372036854775807)
      """)
    guard try statement.step() else { return }
    let (held, unlisted) = (statement.columnInteger(0), statement.columnInteger(1))
    guard unlisted > 0, 2 * unlisted >= held else { return }
    let job = statement.columnText(2) ?? ""
    board.doubt(
      .torqueJobs,
      because: Problem(
        "\(unlisted) of \(held) jobs that pbsnodes names are not in it, \(job) for one: "
          + "qstat shows an ordinary account its own jobs only"))
  }

  /// The server tells everybody how many jobs it has, and was asked before and after the list. A list that is shorter than
  /// both was not the whole one. What it counted in another round says nothing of this list. A summary line stands for all
  /// elements of an array, so with one nothing can be counted.
  private func countJobList() throws(SQLiteError) {
    guard let list = board.records.last(where: { $0.kind == .torqueJobs && !$0.isSuperseded }) else { return }
    let counts = board.records.filter { $0.kind == .torqueServer && $0.round == list.round }
    let statement = try database.prepare(
      """
      SELECT min(s.total_jobs), (SELECT count(*) FROM lrms_job) FROM lrms_server s
      WHERE s.observation IN (\(counts.map { String($0.id) }.joined(separator: ", ")))
      AND NOT EXISTS (SELECT 1 FROM lrms_job j WHERE j.number LIKE '%[]')
      HAVING min(s.total_jobs) > (SELECT count(*) FROM lrms_job)
      """)
    guard try statement.step() else { return }
    let (total, listed) = (statement.columnInteger(0), statement.columnInteger(1))
    board.doubt(
      .torqueJobs,
      because: Problem(
        "it has \(listed) jobs, and the server counts \(total): qstat shows an ordinary account its own jobs only; "
          + "run as an operator (qmgr -c 'set server operators += USER@HOST')"))
  }

  private func fillObservations() throws(SQLiteError) {
    let insert = try database.prepare("INSERT INTO observation VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    for record in board.records {
      let (word, reason) = record.isSuperseded ? ("superseded", nil) : record.coverage.worded
      try insert.bind([
        .integer(Int64(record.id)), .integer(Int64(record.round)), .text(record.kind.rawValue),
        Value(record.node), .text(record.command.joined(separator: " ")), Value(record.started),
        Value(record.finished), Value(record.exitStatus), .text(record.form), .text(word), Value(reason),
      ])
      try insert.run()
    }
  }
}

extension Database {
  /// The first column of each row, as text.
  func strings(_ query: String) throws(SQLiteError) -> [String] {
    let statement = try prepare(query)
    var strings: [String] = []
    while try statement.step() { strings.append(statement.columnText(0) ?? "") }
    return strings
  }
}
