import Model
import SQLite
import World

/// A write transaction of an SQLite file: nobody else writes it from now on.
struct SQLiteSession: ChangeSession {
  static let dialect = SQLDialect.sqlite
  private let database: Database
  private let path: String

  init(_ path: String, busyTimeout: Int32) throws(ChangeRefusal) {
    self.path = path
    do throws(SQLiteError) {
      database = try Database(existing: path, busyTimeout: busyTimeout)
      // What COMMIT has said is done is on the disk.
      try database.execute("PRAGMA synchronous = FULL")
      try database.execute("BEGIN IMMEDIATE")
    } catch { throw Self.refusal(error, at: path) }
  }

  func tables(_ keys: Set<String>, changed: Set<String>) throws(ChangeRefusal) -> [FoundTable] {
    let found = try asking { () throws(SQLiteError) -> [FoundTable] in
      // Real tables only: a view or a virtual table is a program.
      let tables = try texts(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid")
      let named = tables.filter { keys.contains($0.lowercased()) }
      return try named.map { name throws(SQLiteError) in
        FoundTable(
          key: name.lowercased(), name: Self.quoted(name),
          columns: try texts("SELECT name FROM pragma_table_info(?)", name).map {
            FoundTable.Column(key: $0.lowercased(), name: Self.quoted($0))
          })
      }
    }
    for table in found where changed.contains(table.key) { try refuseTriggers(of: table) }
    return found
  }

  private func refuseTriggers(of table: FoundTable) throws(ChangeRefusal) {
    let triggers = try asking { () throws(SQLiteError) in
      try texts(
        "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND lower(tbl_name) = ? ORDER BY name",
        table.key)
    }
    if let trigger = triggers.first {
      let name = Text.printable(trigger.utf8)
      throw ChangeRefusal("the table \(table.key) has the trigger \(name), and what it would do is not known")
    }
  }

  func rows(
    of table: FoundTable, _ query: (_ columns: String) -> String
  ) throws(ChangeRefusal) -> [[Transaction.Cell]] {
    let query = query(table.columns.map(\.name).joined(separator: ", "))
    return try asking { () throws(SQLiteError) in
      let statement = try database.prepare(query)
      var rows: [[Transaction.Cell]] = []
      while try statement.step() {
        rows.append(
          table.columns.enumerated().map { index, column in
            Transaction.Cell(column.key, statement.literal(index))
          })
      }
      return rows
    }
  }

  func run(_ statement: String) throws(ChangeRefusal) -> Int {
    try asking { () throws(SQLiteError) in
      try database.prepare(statement).run()
      let count = try database.prepare("SELECT changes()")
      return try count.step() ? Int(count.columnInteger(0)) : 0
    }
  }

  func commit() throws(ChangeRefusal) {
    do throws(SQLiteError) {
      try database.execute("COMMIT")
    } catch {
      var refusal = Self.refusal(error, at: path)
      // A reader that holds it up is no harm; of a disk that fails nobody knows how far it came.
      refusal.mayBeDone = !error.isBusy
      throw refusal
    }
  }

  private func texts(_ query: String, _ parameter: String? = nil) throws(SQLiteError) -> [String] {
    let statement = try database.prepare(query)
    if let parameter { try statement.bind(.text(parameter), at: 1) }
    var texts: [String] = []
    while try statement.step() { texts.append(statement.columnText(0) ?? "") }
    return texts
  }

  private func asking<Result>(
    _ body: () throws(SQLiteError) -> Result
  ) throws(ChangeRefusal) -> Result {
    do throws(SQLiteError) { return try body() } catch { throw Self.refusal(error, at: path) }
  }

  private static func refusal(_ error: SQLiteError, at path: String) -> ChangeRefusal {
    ChangeRefusal(
      error.isBusy
        ? "\(path): another program has it locked"
        : "\(path): SQLite says: \(Text.printable(error.message.utf8))")
  }

  private static func quoted(_ name: String) -> String {
    "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}
