import Model
public import SQLite
import World

/// A service's database as its source has it: an SQLite file, or the `.dump` of the sqlite3 shell.
extension Database {
  /// Opens a copy in memory. A script from outside may not reach for other files.
  static func captured(_ bytes: [UInt8]) throws(Refusal) -> Database {
    if isFile(bytes) {
      return try Refusal.telling { () throws(SQLiteError) in
        try Database(deserializing: withoutLog(bytes), readOnly: false)
      }
    }
    guard let script = String(validating: bytes, as: UTF8.self), script.hasPrefix("PRAGMA foreign_keys=OFF;")
    else {
      throw Refusal("not simulated: a database that is neither an SQLite file nor its dump")
    }
    return try Refusal.telling { () throws(SQLiteError) in
      let database = try Database()
      database.authorize { access in
        if case .other(let code) = access { code != attach && code != detach } else { true }
      }
      try database.execute(script)
      database.authorize(nil)
      return database
    }
  }

  static func isFile(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("SQLite format 3\0".utf8)) }

  /// A database in memory can't be in WAL mode.
  private static func withoutLog(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for place in [18, 19] where bytes.count > place && bytes[place] == 2 { bytes[place] = 1 }
    return bytes
  }

  /// In the form that it was captured in.
  func printed(like bytes: [UInt8]) throws(SQLiteError) -> [UInt8] {
    Self.isFile(bytes) ? try serialize() : Array(try dump().utf8)
  }

  /// As the sqlite3 shell writes it: tables in the order they were made, rows in theirs, then what else there is.
  public func dump() throws(SQLiteError) -> String {
    var lines = ["PRAGMA foreign_keys=OFF;", "BEGIN TRANSACTION;"]
    for table in try rows(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND sql <> '' ORDER BY rowid")
    {
      lines.append(table[1] + ";")
      let cells = try columns(of: table[0]).map { column in
        let name = Self.quoted(column)
        return "CASE typeof(\(name)) WHEN 'real' THEN printf('%!.20g', \(name)) ELSE quote(\(name)) END"
      }
      for row in try rows("SELECT \(cells.joined(separator: ", ")) FROM \(Self.quoted(table[0]))") {
        lines.append("INSERT INTO \(Self.shown(table[0])) VALUES(\(row.joined(separator: ",")));")
      }
    }
    for other in try rows("SELECT sql FROM sqlite_schema WHERE type <> 'table' AND sql <> '' ORDER BY rowid")
    {
      lines.append(other[0] + ";")
    }
    return (lines + ["COMMIT;"]).joined(separator: "\n") + "\n"
  }

  private static func shown(_ name: String) -> String {
    name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? name : Self.quoted(name)
  }

  /// All rows of a query, each cell as text.
  func rows(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> [[String]] {
    let statement = try prepare(sql)
    try statement.bind(values)
    var rows: [[String]] = []
    while try statement.step() {
      rows.append(statement.columnNames.indices.map { statement.columnText($0) ?? "" })
    }
    return rows
  }

  func run(_ sql: String, _ values: [Value]) throws(SQLiteError) {
    let statement = try prepare(sql)
    try statement.bind(values)
    try statement.run()
  }
}

/// SQLITE_ATTACH and SQLITE_DETACH, https://www.sqlite.org/c3ref/c_alter_table.html
private let attach: Int32 = 24
private let detach: Int32 = 25
