import Model
import SQLite
import Testing

@Suite("The door to SQLite")
struct DatabaseTests {
  @Test("values come back as they were bound, a node's name as text")
  func roundTrip() throws {
    let database = try Database()
    try database.execute("CREATE TABLE t (a, b, c, d, e, f)")
    let insert = try database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, :last)")
    #expect(insert.parameterNames == [nil, nil, nil, nil, nil, ":last"])
    try insert.bind([.null, .integer(.min), .real(0.5), .text("a\0ü"), .node("gsn-wn1"), .text("")])
    try insert.run()
    #expect(database.lastInsertRowid == 1)
    let select = try database.prepare("SELECT *, x'00fF' AS g FROM t")
    #expect(select.columnNames == ["a", "b", "c", "d", "e", "f", "g"])
    #expect(try select.step())
    #expect(
      (0..<7).map(select.column) == [
        .null, .integer(.min), .real(0.5), .text("a\0ü"), .text("gsn-wn1"), .text(""), .text("x'00ff'"),
      ])
    #expect(try !select.step())
  }

  @Test("a bound name is found by its sigil, and an unknown one is an error")
  func names() throws {
    let statement = try Database().prepare("SELECT :now + :now, @x")
    try statement.bind(.integer(21), to: ":now")
    try statement.bind(.text("y"), to: "@x")
    #expect(try statement.step())
    #expect(statement.column(0) == .integer(42))
    #expect(throws: SQLiteError.self) { try statement.bind(.null, to: ":then") }
    #expect(throws: SQLiteError.self) { try statement.bind(.null, at: 3) }
  }

  @Test("an error names the statement, and none of its bound values")
  func errorsHideValues() throws {
    let database = try Database()
    try database.execute("CREATE TABLE t (a UNIQUE)")
    let insert = try database.prepare("INSERT INTO t VALUES (:secret)")
    try insert.bind(.text("hunter2"), to: ":secret")
    try insert.run()
    let error = #expect(throws: SQLiteError.self) { try insert.run() }
    #expect(error?.description == "UNIQUE constraint failed: t.a, in: INSERT INTO t VALUES (:secret)")
  }

  @Test(
    "none, two statements or a NUL are refused", arguments: ["", " -- x", "SELECT 1; SELECT 2", "SELECT 1\0"])
  func oneStatement(sql: String) throws {
    let database = try Database()
    #expect(throws: SQLiteError.self) { try database.prepare(sql) }
  }

  @Test("blanks and comments may follow a statement")
  func trailing() throws {
    let statement = try Database().prepare("SELECT 'ü;' ; -- the end\n /* really */ ")
    #expect(try statement.step())
    #expect(statement.columnText(0) == "ü;")
  }

  @Test("a misspelt column in double quotes is an error and not a string")
  func doubleQuotes() throws {
    let database = try Database()
    #expect(throws: SQLiteError.self) { try database.prepare("SELECT \"no such\"") }
  }

  @Test("a statement that runs over its budget is interrupted, and the next budget starts anew")
  func budget() throws {
    let database = try Database()
    let endless = """
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n
      """
    database.limitSteps(100_000)
    let error = #expect(throws: SQLiteError.self) { try database.prepare(endless).run() }
    #expect(error?.isInterrupted == true)
    database.limitSteps(100_000)
    try database.prepare("SELECT 1").run()
    database.limitSteps(nil)
    try database.prepare(endless + " LIMIT 0").run()
  }

  @Test("the authorizer hears of each table, column, view and function, and can refuse")
  func authorizer() throws {
    let database = try Database()
    try database.execute("CREATE TABLE t (a, b); CREATE VIEW v AS SELECT a FROM t WHERE b = 1")
    var seen: Set<Access> = []
    database.authorize { access in
      seen.insert(access)
      if case .other = access { return false }
      return true
    }
    _ = try database.prepare("SELECT upper(a) FROM v")
    #expect(
      seen.isSuperset(of: [
        .select, .function("upper"), .read(table: "t", column: "a", inside: "v"),
        .read(table: "t", column: "b", inside: "v"), .read(table: "v", column: "a", inside: nil),
      ]))
    let refused = ["DELETE FROM t", "ATTACH 'x' AS y", "PRAGMA query_only = 0", "CREATE TABLE u (a)"]
    for sql in refused {
      let error = #expect(throws: SQLiteError.self) { try database.prepare(sql) }
      #expect(error?.isDenied == true)
    }
    database.authorize(nil)
    try database.prepare("DELETE FROM t").run()
  }

  @Test("counting rows tells of the table without a column")
  func countingReads() throws {
    let database = try Database()
    try database.execute("CREATE TABLE t (a)")
    var seen: Set<Access> = []
    database.authorize { seen.insert($0).inserted || true }
    _ = try database.prepare("SELECT count(*) FROM t")
    #expect(seen.contains(.read(table: "t", column: "", inside: nil)))
  }

  @Test("while it may only be queried, nothing changes it")
  func queryOnly() throws {
    let database = try Database()
    try database.execute("CREATE TABLE t (a)")
    try database.setQueryOnly(true)
    #expect(throws: SQLiteError.self) { try database.execute("INSERT INTO t VALUES (1)") }
    try database.setQueryOnly(false)
    try database.execute("INSERT INTO t VALUES (1)")
  }

  @Test("a database lives on in its bytes, read-only or not")
  func deserialized() throws {
    let database = try Database()
    try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES ('x')")
    let bytes = try database.serialize()
    let copy = try Database(deserializing: bytes)
    let select = try copy.prepare("SELECT a FROM t")
    #expect(try select.step())
    #expect(select.columnBytes(0) == [120])
    #expect(throws: SQLiteError.self) { try copy.execute("INSERT INTO t VALUES (1)") }
    try Database(deserializing: bytes, readOnly: false).execute("INSERT INTO t VALUES (zeroblob(100000))")
  }

  @Test("bytes that are no database fail when they are used", arguments: [[], [1, 2, 3]] as [[UInt8]])
  func notADatabase(bytes: [UInt8]) throws {
    let database = try Database(deserializing: bytes + Array(repeating: 7, count: 4096))
    #expect(throws: SQLiteError.self) { try database.prepare("SELECT * FROM sqlite_schema").run() }
  }

  @Test("a file that is not there is not made by reading")
  func missingFile() {
    #expect(throws: SQLiteError.self) { try Database(path: "/nowhere/at/all.sqlite") }
  }

  @Test("a statement outlives the last other hold on its database")
  func statementKeepsDatabase() throws {
    func statement() throws -> Statement {
      let database = try Database()
      try database.execute("CREATE TABLE t AS SELECT 7 AS a")
      return try database.prepare("SELECT a FROM t")
    }
    let select = try statement()
    #expect(try select.step())
    #expect(select.column(0) == .integer(7))
  }

  @Test("a kept statement comes back empty, is asked for leave again, and runs where its twin is in use")
  func keptStatements() throws {
    let database = try Database()
    database.keepStatements()
    try database.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)")
    let sql = "SELECT a, :x FROM t ORDER BY a"
    do {
      let first = try database.prepare(sql)
      try first.bind(.text("left behind"), to: ":x")
      #expect(try first.step())
      let twin = try database.prepare(sql)
      #expect(try twin.step())
      #expect(twin.column(1) == .null)
    }
    let again = try database.prepare(sql)
    #expect(again.columnNames == ["a", ":x"])
    #expect(try again.step())
    #expect(again.column(0) == .integer(1))
    #expect(again.column(1) == .null)

    var seen: [Access] = []
    database.authorize { access in
      seen.append(access)
      return true
    }
    #expect(try database.prepare(sql).step())
    #expect(seen.contains(.read(table: "t", column: "a", inside: nil)))
    database.authorize { access in if case .read = access { false } else { true } }
    let error = #expect(throws: SQLiteError.self) { try database.prepare(sql) }
    #expect(error?.isDenied == true)
    database.authorize(nil)
    #expect(try database.prepare(sql).step())
  }

  @Test("while a database is read only, no kept statement writes")
  func keptWriter() throws {
    let database = try Database()
    database.keepStatements()
    try database.execute("CREATE TABLE t (a)")
    let sql = "INSERT INTO t VALUES (1)"
    try database.prepare(sql).run()
    try database.setQueryOnly(true)
    #expect(throws: SQLiteError.self) { try database.prepare(sql) }
    #expect(throws: SQLiteError.self) { try database.prepare("DELETE FROM t") }
    #expect(throws: SQLiteError.self) { try database.execute("DROP TABLE t") }
    #expect(try database.prepare("SELECT 1 FROM t").step())
    try database.setQueryOnly(false)
    try database.prepare(sql).run()
  }
}
