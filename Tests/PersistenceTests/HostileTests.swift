import Model
import Persistence
import SQLite
import Testing
import World

@Suite("Bytes from anywhere")
struct HostileTests {
  @Test("mutants of each fixture end in a reading", arguments: Fixture.all)
  func mutants(fixture: Fixture) {
    var random = SplitMix(seed: 42)
    // As many as take about as long for each file.
    let count = max(40, 600_000 / fixture.bytes.count)
    for _ in 0..<count {
      let mutant = mutated(fixture.bytes, by: &random)
      let outcome = Outcome(fixture.kind, mutant)
      #expect(!outcome.reading.form.isEmpty)
      #expect(outcome.rows.allSatisfy { $0.bytes.upperBound <= mutant.count })
    }
  }

  @Test("mutants of an SQLite file end in a reading")
  func sqliteMutants() throws {
    let file = try Fixture.named("main-2.5.sqlite-dump.sql").asSQLiteFile()
    var random = SplitMix(seed: 7)
    for _ in 0..<50 {
      let mutant = Array(file.prefix(16)) + mutated(Array(file.dropFirst(16)), by: &random)
      #expect(Outcome(.dbMain, mutant).reading.form == "SQLite file")
    }
  }

  @Test(
    "large and deep texts end in problems, not in memory",
    arguments: [
      "BEGIN; CREATE TABLE resources (" + String(repeating: "a INT,", count: 200_000) + "b INT); COMMIT;",
      "BEGIN; CREATE TABLE resources " + String(repeating: "(", count: 500_000),
      "BEGIN; INSERT INTO resources VALUES (" + String(repeating: "1,", count: 500_000) + "1); COMMIT;",
      "BEGIN; INSERT INTO resources VALUES " + String(repeating: "(1),", count: 200_000) + "(1); COMMIT;",
      "BEGIN; INSERT INTO resources VALUES (" + String(repeating: "(", count: 500_000),
      "BEGIN; INSERT INTO pilot_groups VALUES ('" + String(repeating: "''", count: 1_000_000)
        + "', 1); COMMIT;",
      "BEGIN; " + String(repeating: "/*", count: 500_000),
      "BEGIN; " + String(repeating: "$a$b", count: 200_000),
      "BEGIN; " + String(repeating: "INSERT INTO pilot_groups VALUES ", count: 50_000),
      String(repeating: "ij> ", count: 300_000),
      "ij> select * from vms;\n" + String(repeating: "a|", count: 300_000) + "\n--\n",
    ])
  func bombs(text: String) {
    let outcome = Outcome(text)
    #expect(!outcome.isComplete)
    #expect(outcome.problems.count <= 110)
    #expect(outcome.reading.remarks.count <= 40)
  }

  @Test("a million tables that nobody knows are a few remarks")
  func manyTables() {
    let tables = (0..<50_000).map { "CREATE TABLE t\($0) (a INT);" }.joined()
    let outcome = Outcome("BEGIN;" + tables + "CREATE TABLE vms (id INT); COMMIT;")
    #expect(outcome.isComplete)
    #expect(outcome.reading.remarks.count == 20)
  }

  @Test(
    "a line of many megabytes is not looked into",
    arguments: [ObservationKind.dbReservations, .dbEvents, .serviceSettings])
  func longLine(kind: ObservationKind) {
    let outcome = Outcome(kind, "dn=\"" + String(repeating: "x", count: 3_000_000) + "\n")
    #expect(!outcome.isComplete)
    #expect(outcome.rows.isEmpty)
  }

  @Test("a setting that goes on for many lines is read once")
  func continuedSetting() {
    let outcome = Outcome(
      .serviceSettings, "a=" + String(repeating: "bbbbbbbbbbbbbbbbbbbbb\\\n", count: 60_000) + "c\n")
    #expect(outcome.problems.count == 1)
    #expect(outcome.rows.count == 1)
  }

  @Test("a view in place of a table is not asked")
  func view() throws {
    let database = try Database()
    try database.execute(
      """
      CREATE TABLE vms (id INT);
      CREATE VIEW pilot_groups AS WITH RECURSIVE n(vmid) AS (SELECT 1 UNION ALL SELECT vmid + 1 FROM n)
      SELECT 'a' AS groupid, vmid FROM n
      """)
    let outcome = Outcome(.dbMain, try database.serialize())
    #expect(outcome.rows.isEmpty)
    #expect(outcome.reading.unreadable.contains { $0.table == "db_slot_group" && $0.column == nil })
  }

  @Test("a file in WAL mode may lack its last changes")
  func wal() throws {
    var file = try Fixture.named("main-tp2.2.sqlite-dump.sql").asSQLiteFile()
    file[18] = 2
    file[19] = 2
    let outcome = Outcome(.dbMain, file)
    #expect(outcome.problems.count == 1)
    #expect(outcome.problems.first?.contains("-wal") == true)
    #expect(outcome.lines("db_slot").count == 3)
  }

  @Test("a page that is overwritten does not go unnoticed")
  func brokenPage() throws {
    var file = try Fixture.named("main-tp2.2.sqlite-dump.sql").asSQLiteFile()
    for index in 8192..<8292 { file[index] = 0xFF }
    #expect(!Outcome(.dbMain, file).isComplete)
  }

  @Test("the command's failure takes away what the bytes allow")
  func failedCommand() throws {
    let fixture = try Fixture.named("main-tp2.2.sqlite-dump.sql")
    var rows = RowList()
    let observation = RawObservation(kind: .dbMain, ending: .exit(1), stdout: fixture.bytes)
    let reading = Persistence.read(observation, into: &rows)
    #expect(reading?.coverage == .partial([Problem("ended with exit status 1")]))
    #expect(Persistence.read(RawObservation(kind: .xenList, stdout: []), into: &rows) == nil)
  }

  private func mutated(_ bytes: [UInt8], by random: inout SplitMix) -> [UInt8] {
    var mutant = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !mutant.isEmpty {
      let place = Int.random(in: 0..<mutant.count, using: &random)
      let length = min(Int.random(in: 1...40, using: &random), mutant.count - place)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: mutant[place] = UInt8.random(in: 0...255, using: &random)
      case 1: mutant.removeSubrange(place..<place + length)
      case 2: mutant.insert(contentsOf: mutant[place..<place + length], at: place)
      case 3: mutant[place] = Array("'\"(),;\\|-\n\0$*/E".utf8).randomElement(using: &random) ?? 0
      default: mutant.removeSubrange(place...)
      }
    }
    return mutant
  }
}

/// A small generator with a seed, so that every run sees the same mutants.
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
