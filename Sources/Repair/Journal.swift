public import Model
import SQLite

/// What was meant and what came of it, on disk: intent before each deed, outcome after it. Whatever instant a run is killed
/// at, the journal tells how far it may have come.
///
/// An SQLite file with `synchronous = FULL`: what it took is there after a power cut.
public actor Journal {
  /// The version of its tables; a newer one is refused.
  public static let format: Int64 = 1
  private let database: Database
  private let path: String

  /// Opens the journal of a state folder, or makes it.
  public init(path: String) throws(Complaint) {
    try self.init(path) { () throws(SQLiteError) in
      try Database(path: path, readOnly: false, busyTimeout: 5000)
    }
  }

  /// Of a simulation: nothing of it outlives the process.
  public init() throws(Complaint) { try self.init("memory") { () throws(SQLiteError) in try Database() } }

  private init(_ path: String, open: () throws(SQLiteError) -> Database) throws(Complaint) {
    self.path = path
    do throws(SQLiteError) {
      database = try open()
      try database.execute("PRAGMA synchronous = FULL")
      try database.adopt(format: Self.format, tables: Self.tables)
    } catch {
      throw Complaint(
        file: path, problem: "the journal can't be opened: \(error.message)",
        remedy: "nothing is repaired without it: see that the folder is yours and that its disk has room")
    }
  }

  private static let tables = """
    CREATE TABLE IF NOT EXISTS run (
      id INTEGER PRIMARY KEY AUTOINCREMENT, site TEXT NOT NULL, started_ms INTEGER NOT NULL, who TEXT NOT NULL,
      plan TEXT NOT NULL, digest TEXT NOT NULL, undoes INTEGER, finished_ms INTEGER, ending TEXT);
    CREATE TABLE IF NOT EXISTS entry (
      id INTEGER PRIMARY KEY AUTOINCREMENT, run INTEGER NOT NULL, step INTEGER NOT NULL, at_ms INTEGER NOT NULL,
      event TEXT NOT NULL, word TEXT NOT NULL, detail TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS entry_run ON entry (run, step);
    """

  // MARK: Writing

  /// A run begins: its number.
  public func begin(_ run: JournalRun.Opening) throws(Complaint) -> Int64 {
    try write(
      "INSERT INTO run (site, started_ms, who, plan, digest, undoes) VALUES (?, ?, ?, ?, ?, ?)",
      [
        .text(run.site), Value(run.started), .text(run.who), .text(run.plan), .text(run.digest),
        Value(run.undoes),
      ])
    return database.lastInsertRowid
  }

  /// Something that happened to a step. When this has returned it is on disk.
  public func record(_ event: JournalEntry.Event, step: Int, run: Int64, at moment: Instant) throws(Complaint)
  {
    let (name, word, detail) = event.stored
    try write(
      "INSERT INTO entry (run, step, at_ms, event, word, detail) VALUES (?, ?, ?, ?, ?, ?)",
      [.integer(run), .integer(Int64(step)), Value(moment), .text(name), .text(word), .text(detail)])
  }

  /// A run is over.
  public func finish(_ run: Int64, _ ending: String, at moment: Instant) throws(Complaint) {
    try write(
      "UPDATE run SET finished_ms = ?, ending = ? WHERE id = ?",
      [Value(moment), .text(ending), .integer(run)])
  }

  private func write(_ sql: String, _ values: [Value]) throws(Complaint) {
    do throws(SQLiteError) {
      let statement = try database.prepare(sql)
      try statement.bind(values)
      try statement.run()
    } catch { throw complaint(error) }
  }

  // MARK: Reading

  /// All runs, the newest first.
  public func runs() throws(Complaint) -> [JournalRun] {
    do throws(SQLiteError) {
      let statement = try database.prepare(
        "SELECT id, site, started_ms, who, plan, digest, undoes, finished_ms, ending FROM run ORDER BY id DESC"
      )
      var runs: [JournalRun] = []
      while try statement.step() {
        let isUndo = statement.storage(6) == .integer
        let isFinished = statement.storage(7) == .integer
        runs.append(
          JournalRun(
            number: statement.columnInteger(0),
            opening: JournalRun.Opening(
              site: statement.columnText(1) ?? "",
              started: Instant(milliseconds: statement.columnInteger(2)),
              who: statement.columnText(3) ?? "", plan: statement.columnText(4) ?? "",
              digest: statement.columnText(5) ?? "", undoes: isUndo ? statement.columnInteger(6) : nil),
            finished: isFinished ? Instant(milliseconds: statement.columnInteger(7)) : nil,
            ending: statement.columnText(8)))
      }
      return runs
    } catch { throw complaint(error) }
  }

  /// What happened in a run, in order.
  public func entries(of run: Int64) throws(Complaint) -> [JournalEntry] {
    do throws(SQLiteError) {
      let statement = try database.prepare(
        "SELECT step, at_ms, event, word, detail FROM entry WHERE run = ? ORDER BY id")
      try statement.bind([.integer(run)])
      var entries: [JournalEntry] = []
      while try statement.step() {
        guard
          let event = JournalEntry.Event(
            name: statement.columnText(2) ?? "", word: statement.columnText(3) ?? "",
            detail: statement.columnText(4) ?? "")
        else { continue }
        entries.append(
          JournalEntry(
            step: Int(statement.columnInteger(0)), moment: Instant(milliseconds: statement.columnInteger(1)),
            event: event))
      }
      return entries
    } catch { throw complaint(error) }
  }

  private func complaint(_ error: SQLiteError) -> Complaint {
    Complaint(
      file: path, problem: "the journal: \(error.message)",
      remedy: "nothing more is done until it can be written: see that its disk has room")
  }
}
