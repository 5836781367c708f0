import Apply
import Commands
import Foundation
import Model
import SQLite
import Testing
import World

@Suite("A transaction in an SQLite file")
struct SQLiteFileTests {
  /// A file with the service's tables and rows.
  private static func file(in folder: String, _ statements: String? = nil) throws -> String {
    let path = "\(folder)/service.sqlite"
    let database = try Database(path: path, readOnly: false)
    try database.execute(try statements ?? Rows.sqlite())
    return path
  }

  private static func site(_ path: String, waiting: Duration = .seconds(5), mirror: Bool = false) throws
    -> LiveSite
  {
    try LiveSite { reach in
      reach.database.engine = .sqlite
      (reach.database.main, reach.database.accounting) = (path, path)
      reach.database.connectTimeout = waiting
      reach.database.mirror = mirror
    }
  }

  /// Every row of every table in SQLite's own writing, in an order of their own.
  private static func rows(_ path: String) throws -> [String] {
    let database = try Database(path: path)
    var rows: [String] = []
    let tables = try database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    while try tables.step() {
      let table = tables.columnText(0) ?? ""
      let columns = try database.prepare(
        "SELECT group_concat('quote(' || name || ')') FROM pragma_table_info('\(table)')")
      _ = try columns.step()
      let query = try database.prepare("SELECT \(columns.columnText(0) ?? "") FROM \(table)")
      while try query.step() {
        rows.append(table + (0..<query.columnNames.count).map { " \(query.columnText($0) ?? "")" }.joined())
      }
    }
    return rows.sorted()
  }

  @Test("is made, and what it changed puts itself back to the last bit")
  func thereAndBack() async throws {
    let scratch = try Scratch()
    let path = try Self.file(in: scratch.path)
    try Database(path: path, readOnly: false).execute(
      """
      ALTER TABLE resources ADD COLUMN charge_ratio DOUBLE;
      UPDATE resources SET charge_ratio = 0.1 + 0.2;
      ALTER TABLE resources ADD COLUMN odd;
      UPDATE resources SET odd = CAST(x'61ff0062' AS TEXT) WHERE id = 7;
      ALTER TABLE vm_partitions ADD COLUMN far REAL;
      UPDATE vm_partitions SET far = 9e999;
      """)
    let site = try Self.site(path)
    let before = try Self.rows(path)
    let (outcome, kept) = await site.make(try Seen.end())
    #expect(outcome == .done)
    let between = try Self.rows(path)
    #expect(between.count == before.count - 9)
    #expect(Set(kept.map(\.table)).count == 8)
    let inverse = FormerRows.inverse(of: kept)
    #expect(inverse.map(\.database) == [.dbMain])
    let back = try #require(inverse.first)
    let (undone, keptAgain) = await site.make(back)
    #expect(undone == .done)
    #expect(try Self.rows(path) == before)
    // Not a second time: the rows are there.
    let again = await site.make(back)
    #expect(again.outcome.reason.hasPrefix("statement 1 of "))
    #expect(try Self.rows(path) == before)
    // And forth again, as if it were the first time.
    for transaction in FormerRows.inverse(of: keptAgain) {
      #expect(await site.make(transaction).outcome == .done)
    }
    #expect(try Self.rows(path) == between)
  }

  @Test("of the ledger is one of its own")
  func ledger() async throws {
    let scratch = try Scratch()
    let path = try Self.file(in: scratch.path, Rows.ledger)
    let site = try Self.site(path)
    let before = try Self.rows(path)
    let (outcome, kept) = await site.make(try Seen.close())
    #expect(outcome == .done)
    #expect(try Self.rows(path) != before)
    let back = try #require(FormerRows.inverse(of: kept).first)
    #expect(back.database == .dbAccounting)
    // A row that is not as it was left is not touched.
    try Database(path: path, readOnly: false).execute(
      "UPDATE deployments SET elapsed_minutes = 1 WHERE workspaceid = 7")
    #expect(
      await site.make(back).outcome.reason
        == "statement 1 of 1 sets active, elapsed_minutes in deployments, expected 1 row and found 0; nothing was changed"
    )
    try Database(path: path, readOnly: false).execute(
      "UPDATE deployments SET elapsed_minutes = 0 WHERE workspaceid = 7")
    #expect(await site.make(back).outcome == .done)
    #expect(try Self.rows(path) == before)
  }

  @Test(
    "leaves the file as it is, byte for byte, when it is refused",
    arguments: [
      (
        "UPDATE resources SET target_state = 8 WHERE id = 7",
        "statement 1 of 9 sets used in association_entries, expected 1 row and found 0"
      ),
      (
        "DROP TABLE default_scheduler_pending_ensemb",
        "the database has no table default_scheduler_pending_ensemb"
      ),
      ("ALTER TABLE vms RENAME COLUMN network TO nets", "the database has no column vms.network"),
      ("DROP TABLE vms; CREATE VIEW vms AS SELECT 7 AS id, '' AS network", "the database has no table vms"),
      (
        "CREATE TRIGGER more AFTER DELETE ON vms BEGIN DELETE FROM resources; END",
        "the table vms has the trigger more, and what it would do is not known"
      ),
    ])
  func refused(change: String, reason: String) async throws {
    let scratch = try Scratch()
    let path = try Self.file(in: scratch.path)
    try Database(path: path, readOnly: false).execute(change)
    let bytes = FileManager.default.contents(atPath: path)
    let (outcome, kept) = await (try Self.site(path)).make(try Seen.end())
    #expect(outcome.reason == reason + "; nothing was changed")
    #expect(kept == [])
    #expect(FileManager.default.contents(atPath: path) == bytes)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["service.sqlite"])
  }

  @Test("is the same as a script of sqlite3's, and harmless where the rows have moved")
  func script() async throws {
    let transaction = try Seen.end()
    let script = transaction.script(.sqlite, for: "a title\n; DROP TABLE vms")
    let scratch = try Scratch()
    var results: [[String]] = []
    for (name, change) in [
      ("program", ""), ("person", ""), ("moved", "UPDATE resources SET target_state = 8"),
    ] {
      let folder = "\(scratch.path)/\(name)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let path = try Self.file(in: folder, try Rows.sqlite() + change)
      let before = try Self.rows(path)
      if name == "program" {
        #expect(await (try Self.site(path)).make(transaction).outcome == .done)
      } else {
        try script.write(toFile: "\(folder)/script.sql", atomically: true, encoding: .utf8)
        let shell = ["sh", "-c", #"exec sqlite3 "$1" <"$2""#, "sh", path, "\(folder)/script.sql"]
        let outcome = await Command(shell, deadline: .seconds(60)).run(clock: ObserverClock())
        let told = String(decoding: outcome.stdout, as: UTF8.self)
        #expect(told == (name == "moved" ? "0\n0\n0\n0\n0\n0\n0\n0\n0\n" : "1\n1\n1\n2\n2\n2\n1\n1\n1\n"))
        let said = String(decoding: outcome.stderr, as: UTF8.self)
        #expect(said.contains("no such table: file_copy"))
      }
      results.append(try Self.rows(path))
      if name == "moved" { #expect(results[2] == before) }
    }
    #expect(results[0] == results[1])
  }

  @Test("changes nothing when the rows can't be kept")
  func notKept() async throws {
    let scratch = try Scratch()
    let path = try Self.file(in: scratch.path)
    let bytes = FileManager.default.contents(atPath: path)
    let outcome = await (try Self.site(path)).perform(.transaction(try Seen.end())) { _ in
      throw Missing(what: "room on the disk")
    }
    #expect(
      outcome.reason
        == "there is no room on the disk; nothing was changed")
    #expect(FileManager.default.contents(atPath: path) == bytes)
  }

  @Test("waits for another program's lock, as long as it may")
  func busy() async throws {
    let scratch = try Scratch()
    let path = try Self.file(in: scratch.path)
    let before = try Self.rows(path)
    let transaction = try Seen.end()
    let locked = "\(path): another program has it locked; nothing was changed"
    do {
      let other = try Database(path: path, readOnly: false)
      try other.execute("BEGIN IMMEDIATE")
      let outcome = await (try Self.site(path, waiting: .milliseconds(50))).make(transaction).outcome
      #expect(outcome.reason == locked)
      try other.execute("ROLLBACK")
    }
    do {
      // A reader lets it begin, and not end.
      let reader = try Database(path: path)
      try reader.execute("BEGIN; SELECT count(*) FROM vms")
      let outcome = await (try Self.site(path, waiting: .milliseconds(50))).make(transaction).outcome
      #expect(outcome.reason == locked)
    }
    #expect(try Self.rows(path) == before)
    #expect(await (try Self.site(path)).make(transaction).outcome == .done)
  }

  @Test("lets nobody else write between its look at the rows and its end")
  func exclusive() async throws {
    let scratch = try Scratch()
    let path = try Self.file(in: scratch.path)
    let outcome = await (try Self.site(path)).perform(.transaction(try Seen.end())) { _ in
      let other = try Database(path: path, readOnly: false)
      #expect(throws: SQLiteError.self) { try other.execute("UPDATE pilot_slots SET terminal = 0") }
    }
    #expect(outcome == .done)
  }

  @Test("takes a file in WAL mode")
  func writeAheadLog() async throws {
    let scratch = try Scratch()
    let path = try Self.file(in: scratch.path)
    let writer = try Database(path: path, readOnly: false)
    let mode = try writer.prepare("PRAGMA journal_mode = WAL")
    _ = try mode.step()
    mode.reset()
    try writer.execute("UPDATE vm_deployment SET requested_state = 8")
    #expect(await (try Self.site(path)).make(try Seen.end()).outcome == .done)
  }

  @Test("is refused where there is nothing to change, and makes nothing there")
  func noFile() async throws {
    let scratch = try Scratch()
    let transaction = try Seen.end()
    for (name, bytes) in [("empty", [UInt8]()), ("text", Array("INSERT INTO vms".utf8))] {
      let path = "\(scratch.path)/\(name)"
      try Data(bytes).write(to: URL(filePath: path))
      #expect(
        await (try Self.site(path)).make(transaction).outcome.reason
          == "\(path) is no SQLite file; nothing was changed")
    }
    let missing = "\(scratch.path)/missing"
    #expect(
      await (try Self.site(missing)).make(transaction).outcome.reason
        == "\(missing): No such file or directory; nothing was changed")
    #expect(
      await (try Self.site(scratch.path)).make(transaction).outcome.reason
        == "\(scratch.path) is not a plain file; nothing was changed")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted() == ["empty", "text"])
    #expect(
      await (try Self.site("")).make(transaction).outcome.reason
        == "site.toml does not say where it is: set database.main; nothing was changed")
  }

  @Test("is refused by a file that may only be read")
  func readOnly() async throws {
    let scratch = try Scratch()
    let path = try Self.file(in: scratch.path)
    // A write version that is not known says so to everybody: https://www.sqlite.org/fileformat2.html section 1.3.3
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    try file.seek(toOffset: 18)
    try file.write(contentsOf: [3])
    try file.close()
    let bytes = FileManager.default.contents(atPath: path)
    let outcome = await (try Self.site(path)).make(try Seen.end()).outcome
    #expect(outcome.reason.contains("attempt to write a readonly database; nothing was changed"))
    #expect(FileManager.default.contents(atPath: path) == bytes)
  }

  @Test("is refused where the configuration calls the file a mirror")
  func mirror() async throws {
    let scratch = try Scratch()
    let path = try Self.file(in: scratch.path)
    let bytes = FileManager.default.contents(atPath: path)
    let outcome = await (try Self.site(path, mirror: true)).make(try Seen.end()).outcome
    #expect(outcome.reason.hasPrefix("database.mirror says that this is a copy"))
    #expect(FileManager.default.contents(atPath: path) == bytes)
  }

  @Test(
    "is refused where no program may change the database",
    arguments: [Reach.Engine.embedded, .derbyServer, .derbyCopy, .none])
  func otherEngines(engine: Reach.Engine) async throws {
    let site = try LiveSite { $0.database.engine = engine }
    let reason = await site.make(try Seen.end()).outcome.reason
    #expect(reason.contains(engine == .none ? "the site has no database" : "trueup repair --sql-out"))
  }
}
