import Model
import SQLite

/// A history in a file of SQLite's.
struct SQLiteHistory: HistoryStore {
  let path: String

  /// How long another audit's transaction is waited for, in milliseconds.
  private static let busyTimeout: Int32 = 5000

  /// Whether the file is there as this version writes it, so that it can be read without writing to it. What is no history is
  /// not made one by who reads.
  private func isCurrent() throws(SQLiteError) -> Bool {
    guard let database = try? Database(path: path, busyTimeout: Self.busyTimeout) else { return false }
    let format = try database.format()
    if format == 0 { throw SQLiteError(code: 1, message: "it is no history of trueup's") }
    return format == HistoryTables.format
  }

  func transact<Outcome: Sendable>(
    isReading: Bool, _ work: @escaping @Sendable (any HistorySession) throws(Complaint) -> Outcome
  ) async throws(Complaint) -> Outcome {
    let session: Session
    do throws(SQLiteError) {
      let isReadOnly = isReading ? try isCurrent() : false
      let database = try Database(path: path, readOnly: isReadOnly, busyTimeout: Self.busyTimeout)
      if !isReadOnly {
        try database.adopt(
          format: HistoryTables.format,
          tables: HistoryTables.statements(id: "INTEGER PRIMARY KEY AUTOINCREMENT")
        ) { _ in HistoryTables.fromFormat1 }
      }
      try database.execute(isReading ? "BEGIN" : "BEGIN IMMEDIATE")
      session = Session(database: database, path: path)
    } catch { throw Self.complaint(path, error) }
    // What is thrown closes the database, and the transaction is gone.
    let outcome = try work(session)
    do throws(SQLiteError) { try session.database.execute("COMMIT") } catch {
      throw Self.complaint(path, error)
    }
    return outcome
  }

  private static func complaint(_ path: String, _ error: SQLiteError) -> Complaint {
    Complaint(
      file: path, problem: "the history can't be used: \(error.message)",
      remedy: error.isBusy
        ? "another audit has been writing to it for \(busyTimeout / 1000) s: see what holds it (fuser \(path))"
        : "see that it is a history of trueup's, that it is yours, and that its disk has room")
  }

  private struct Session: HistorySession {
    let database: Database
    let path: String

    @discardableResult
    func rows(_ sql: String, _ values: [Value]) throws(Complaint) -> [[String?]] {
      do throws(SQLiteError) {
        let statement = try database.prepare(sql)
        try statement.bind(values)
        var rows: [[String?]] = []
        while try statement.step() {
          rows.append(statement.columnNames.indices.map { statement.columnText($0) })
        }
        return rows
      } catch { throw SQLiteHistory.complaint(path, error) }
    }
  }
}
