import Model
import SQLite

/// An SQLite file, made anew with other texts: its indexes are in the order of the texts, and what deleted rows left is not
/// copied.
struct SQLiteCopy {
  private let original: Database
  /// Whether the last changes may be in a file beside it; the copy says the same.
  private let journalMode: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) throws(SQLiteError) {
    var bytes = bytes
    journalMode = bytes.dropFirst(18).prefix(2)
    // In memory there is no WAL.
    for place in [18, 19] where bytes.count > 19 && bytes[place] == 2 { bytes[place] = 1 }
    original = try Database(deserializing: bytes)
    // A schema from outside may hold queries without end.
    original.limitSteps(max(10_000_000, bytes.count &* 20))
  }

  /// The columns of each table, with the statement that made it.
  private struct Table {
    let name: String
    let sql: [UInt8]
    let columns: [String]
  }

  /// Every text of every table, with its column in small letters.
  func forEachText(_ visit: (_ text: [UInt8], _ column: String) -> Void) throws(SQLiteError) {
    for table in try tables() {
      let rows = try rows(of: table)
      while try rows.step() {
        for (index, column) in table.columns.enumerated() where rows.storage(index) == .text {
          visit(rows.columnBytes(index), column.lowercased())
        }
      }
    }
  }

  /// The file with every text exchanged, those of its schema too; the column is nil for these. Blobs become zeros.
  func bytes(exchanging exchange: (_ text: [UInt8], _ column: String?) -> [UInt8]) throws(SQLiteError)
    -> [UInt8]
  {
    let copy = try Database()
    copy.refuseAttaching()
    func exchanged(_ sql: [UInt8]) -> String { String(decoding: exchange(sql, nil), as: UTF8.self) }
    // Something is written, so that a database without tables is one too.
    try copy.execute("BEGIN; PRAGMA user_version = 1")
    for table in try tables() {
      // One statement: a schema made by hand could hold more.
      try copy.prepare(exchanged(table.sql)).run()
      let places = table.columns.map { _ in "?" }.joined(separator: ", ")
      let name = exchanged(Array(Self.quoted(table.name).utf8))
      let insert = try copy.prepare("INSERT INTO \(name) VALUES (\(places))")
      let rows = try rows(of: table)
      while try rows.step() {
        for (index, column) in table.columns.enumerated() {
          try insert.bind(cell(rows, index, column.lowercased(), exchange), at: index + 1)
        }
        try insert.run()
      }
    }
    for sql in try schema("type = 'index' AND sql IS NOT NULL") { try copy.prepare(exchanged(sql)).run() }
    try copy.execute("COMMIT")
    var bytes = try copy.serialize()
    bytes.replaceSubrange(18..<20, with: journalMode)
    return bytes
  }

  private func cell(
    _ rows: Statement, _ index: Int, _ column: String, _ exchange: ([UInt8], String?) -> [UInt8]
  ) -> Value {
    switch rows.storage(index) {
    case .text: .text(String(decoding: exchange(rows.columnBytes(index), column), as: UTF8.self))
    case .blob: .text(String(repeating: "0", count: rows.columnBytes(index).count))
    default: rows.column(index)
    }
  }

  /// Real tables only: a view or a virtual table is a program.
  private func tables() throws(SQLiteError) -> [Table] {
    let query = try original.prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
    )
    var tables: [Table] = []
    while try query.step() {
      let name = query.columnText(0) ?? ""
      let columns = try original.prepare("SELECT name FROM pragma_table_info(?)")
      try columns.bind(.text(name), at: 1)
      var names: [String] = []
      while try columns.step() { names.append(columns.columnText(0) ?? "") }
      tables.append(Table(name: name, sql: query.columnBytes(1), columns: names))
    }
    return tables
  }

  private func schema(_ condition: String) throws(SQLiteError) -> [[UInt8]] {
    let query = try original.prepare("SELECT sql FROM sqlite_schema WHERE \(condition) ORDER BY rowid")
    var sql: [[UInt8]] = []
    while try query.step() { sql.append(query.columnBytes(0)) }
    return sql
  }

  private func rows(of table: Table) throws(SQLiteError) -> Statement {
    let columns = table.columns.map(Self.quoted).joined(separator: ", ")
    return try original.prepare("SELECT \(columns) FROM \(Self.quoted(table.name))")
  }

  private static func quoted(_ name: String) -> String {
    "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}
