public import Model
import RuleBook
import SQLite

/// The three sources of truth as one small database, at one time. Nothing changes it any more.
public final class Snapshot {
  let schema: Schema
  private(set) var database: Database
  let board: SourceBoard
  /// Pilot or pool, configured or recognised.
  public let mode: SiteMode
  /// The only clock that a rule knows: when the last source was read.
  public let now: Instant
  /// Tables in which some value is a defect; most audits have none.
  let tablesWithDefects: Set<String>

  init(
    schema: Schema, database: Database, board: SourceBoard, mode: SiteMode, now: Instant
  ) throws(SQLiteError) {
    self.schema = schema
    self.database = database
    self.board = board
    self.mode = mode
    self.now = now
    tablesWithDefects = Set(try database.strings("SELECT DISTINCT table_name FROM defect"))
    try database.setQueryOnly(true)
  }

  deinit {
    // A statement that is still there holds it, and would come back to it while somebody else has it.
    guard board.nodes.count < Self.nodesWorthKeeping, isKnownUniquelyReferenced(&database) else { return }
    IdleDatabases.shared.put(database, schema)
  }

  /// The view that several rules read, and all of it each time.
  private static let keptView = "memory_ledger"
  /// On a site of fewer nodes, keeping it is more work than making it anew.
  private static let nodesWorthKeeping = 500

  /// Keeps what the view gives as a temporary table of its name, which statements find before the view, those too that are
  /// prepared already. The snapshot itself stays as it is. Where this fails, the rules read the view and say themselves why.
  func keepViews(stepLimit: Int) {
    guard board.nodes.count >= Self.nodesWorthKeeping else { return }
    database.limitSteps(stepLimit)
    defer { database.limitSteps(nil) }
    do {
      try database.setQueryOnly(false)
      try database.execute("PRAGMA temp_store = MEMORY")
      try database.execute("CREATE TEMP TABLE \(Self.keptView) AS SELECT * FROM main.\(Self.keptView)")
    } catch {}
    do { try database.setQueryOnly(true) } catch {}
  }

  /// A value that could not be understood.
  struct Defect {
    /// `table.column`
    let column: String
    /// Whose value it is, and what is wrong with it.
    let text: String
    let observation: Int
  }

  /// Values that could not be understood, in the order of the sources.
  func defects() throws(SQLiteError) -> [Defect] {
    let statement = try database.prepare(
      "SELECT table_name, column_name, row, problem, observation FROM defect ORDER BY observation, rowid")
    var found: [Defect] = []
    while try statement.step() {
      let table = statement.columnText(0) ?? ""
      let column = statement.columnText(1) ?? ""
      let key = schema.table(table)?.keyColumn ?? "rowid"
      let name =
        try database.strings(
          "SELECT \(key) FROM \(table) WHERE rowid = \(statement.columnInteger(2))"
        ).first ?? ""
      found.append(
        Defect(
          column: "\(table).\(column)",
          text: "\(column) of \(table) \(name) is not understood: \(statement.columnText(3) ?? "")",
          observation: Int(statement.columnInteger(4))))
    }
    return found
  }

  /// The nodes whose names a GLOB pattern fits, in the order of their names.
  public func nodes(like pattern: String) throws(AuditError) -> [String] {
    do {
      let statement = try database.prepare("SELECT name FROM node WHERE name GLOB ? ORDER BY name")
      try statement.bind([.text(pattern)])
      var names: [String] = []
      while try statement.step() { names.append(statement.columnText(0) ?? "") }
      return names
    } catch { throw AuditError(error) }
  }

  /// The trial that it was made for, with the memory of a slot that was reckoned with.
  public func trial() throws(AuditError) -> Trial {
    do {
      let statement = try database.prepare("SELECT nodes, slots, slot_memory_kib FROM trial")
      guard try statement.step() else { return Trial() }
      return Trial(
        nodes: statement.columnText(0) ?? "*", slots: Int(statement.columnInteger(1)),
        slotMemory: Kibibytes(statement.columnInteger(2)))
    } catch { throw AuditError(error) }
  }

  /// How much there is of each.
  public func counts() throws(AuditError) -> AuditResult.Counts {
    func count(_ query: String) throws(AuditError) -> Int {
      do { return Int(try database.strings("SELECT count(*) FROM \(query)").first ?? "") ?? 0 } catch {
        throw AuditError(error)
      }
    }
    var counts = AuditResult.Counts()
    counts.nodes = try count("node")
    counts.jobs = try count("lrms_job")
    counts.domains = try count("vmm_domain WHERE domid <> 0")
    counts.slots = try count("db_slot")
    counts.machines = try count("db_machine")
    counts.addresses = try count("db_address")
    return counts
  }

  /// The snapshot as the bytes of an SQLite file.
  public func serialized() throws(AuditError) -> [UInt8] {
    do { return try database.serialize() } catch { throw AuditError(error) }
  }
}
