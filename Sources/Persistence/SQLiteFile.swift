internal import Model
internal import SQLite
internal import World

/// Reads a database out of the bytes of an SQLite file: a mirror that a site keeps of the service's tables.
enum SQLiteFile {
  private static let magic = Array("SQLite format 3\0".utf8)
  /// Larger files are read without SQLite's own check of every page.
  private static let checkLimit = 100 << 20
  private static let form = "SQLite file"

  static func isRecognised(_ bytes: [UInt8]) -> Bool { bytes.starts(with: magic) }

  static func read(
    _ bytes: [UInt8], tables: [TableMap], into sink: inout some RowSink
  ) -> Reading {
    if let problem = headerProblem(bytes) { return Reading(form: form, coverage: .failed(problem)) }
    var loader = TableLoader(tables)
    do throws(SQLiteError) {
      try load(bytes, tables, into: &loader, &sink)
    } catch {
      loader.add(Problem("SQLite says: \(error.message)"))
      if loader.rowCount == 0 { return Reading(form: form, coverage: .failed(loader.problems[0])) }
    }
    if bytes[18] == 2 || bytes[19] == 2 {
      loader.add(
        Problem("the file is in WAL mode: its last changes may be in the -wal file beside it", offset: 18))
    }
    return loader.reading(form: form)
  }

  /// The file's own account of its length. https://www.sqlite.org/fileformat2.html section 1.3
  private static func headerProblem(_ bytes: [UInt8]) -> Problem? {
    guard bytes.count >= 100 else { return Problem("\(bytes.count) bytes, expected a header of 100") }
    func number(_ offset: Int, _ count: Int) -> Int {
      bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
    }
    let pageSize = number(16, 2) == 1 ? 65_536 : number(16, 2)
    guard pageSize >= 512, pageSize & (pageSize - 1) == 0 else {
      return Problem("a page size of \(pageSize)", offset: 16)
    }
    // The count is good only when the last writer knew of it.
    let pages = number(24, 4) == number(92, 4) ? number(28, 4) : 0
    if bytes.count % pageSize != 0 || bytes.count / pageSize < pages {
      return Problem("\(bytes.count) bytes, expected \(pages) pages of \(pageSize): the file is cut")
    }
    return nil
  }

  private static func load(
    _ bytes: [UInt8], _ tables: [TableMap], into loader: inout TableLoader, _ sink: inout some RowSink
  ) throws(SQLiteError) {
    let database = try Database(deserializing: withoutWAL(bytes))
    // A schema from outside may hold queries without end.
    database.limitSteps(max(10_000_000, bytes.count &* 20))
    if bytes.count > checkLimit {
      loader.remark(Problem("larger than \(checkLimit) bytes: not every page was checked"))
    } else {
      try check(database, &loader)
    }
    for name in try tableNames(database) {
      let known = tables.first { $0.name == name.lowercased() }
      let columns = known == nil ? [] : try columnNames(database, of: name)
      loader.declare(name.lowercased(), schema: "", columns: columns.map { $0.lowercased() }, at: nil)
      if let known { try rows(of: name, columns, as: known, database, &loader, &sink) }
    }
  }

  /// A database in memory can't be in WAL mode; what the file itself holds is read all the same.
  private static func withoutWAL(_ bytes: [UInt8]) -> [UInt8] {
    var copy = bytes
    if copy[18] == 2 { copy[18] = 1 }
    if copy[19] == 2 { copy[19] = 1 }
    return copy
  }

  private static func check(_ database: Database, _ loader: inout TableLoader) throws(SQLiteError) {
    let check = try database.prepare("PRAGMA quick_check(5)")
    while try check.step() {
      let finding = check.columnText(0) ?? ""
      if finding != "ok" {
        loader.add(Problem("SQLite's check: \(Text.printable(finding.utf8.prefix(200)))"))
      }
    }
  }

  /// Real tables only: a view or a virtual table is a program.
  private static func tableNames(_ database: Database) throws(SQLiteError) -> [String] {
    let query = try database.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid LIMIT 10000")
    var names: [String] = []
    while try query.step() {
      if let name = query.columnText(0) { names.append(name) }
    }
    return names
  }

  private static func columnNames(_ database: Database, of table: String) throws(SQLiteError) -> [String] {
    let query = try database.prepare("SELECT name FROM pragma_table_info(?)")
    try query.bind(.text(table), at: 1)
    var names: [String] = []
    while try query.step() {
      if let name = query.columnText(0) { names.append(name) }
    }
    return names
  }

  /// Asks for the columns that are read and for no other: users' secrets stay where they are.
  private static func rows(
    of table: String, _ columns: [String], as map: TableMap, _ database: Database,
    _ loader: inout TableLoader, _ sink: inout some RowSink
  ) throws(SQLiteError) {
    let asked = map.read.map { column in columns.first { $0.lowercased() == column.name } }
    let list = asked.map { $0.map(quoted) ?? "NULL" }.joined(separator: ", ")
    let query = try database.prepare("SELECT \(list) FROM \(quoted(table))")
    var record = SQLiteRecord()
    while try query.step() {
      record.take(query, asked.map { $0 != nil })
      // The pages of a record are SQLite's affair: there is no range of bytes to point at.
      loader.insert(record.cells, as: map, from: record.bytes, at: 0..<0, into: &sink)
    }
  }

  private static func quoted(_ name: String) -> String {
    "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }
}
