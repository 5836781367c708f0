import Model
import Persistence
import Testing
import World

@Suite("What Derby's ij lists")
struct DerbyTests {
  @Test("without its statements, a table is known by its columns; two that look alike are not told apart")
  func withoutStatements() throws {
    let outcome = try Fixture.named("main-tp2.2.ij-stdin.txt").read()
    #expect(outcome.problems == [])
    let expected = SiteTests.site.filter { !$0.contains("notification_position") }
    #expect(outcome.sortedLines == expected.sorted())
    #expect(
      outcome.reading.unreadable.filter { $0.column == nil }.map(\.reason) == [
        "the database has no table pilot_notification_position",
        "the database has no table notification_position",
      ])
  }

  @Test("an older layout says what it has, and what it has not")
  func olderLayout() throws {
    let outcome = try Fixture.named("main-tp1.3.1.ij-script.txt").read()
    #expect(outcome.problems == [])
    #expect(outcome.sortedLines == SiteTests.site.sorted())
  }

  @Test("a value cut to 128 characters is a defect, and its addresses are not told by halves")
  func narrow() throws {
    let outcome = try Fixture.named("main-tp2.2.ij-narrow.txt").read()
    #expect(outcome.problems == [])
    let defects = outcome.rows.flatMap(\.defects)
    #expect(defects.map(\.column) == ["network", "network", "network"])
    #expect(defects.allSatisfy { $0.problem.contains("cut to the width of its column") })
    #expect(outcome.lines("db_nic") == [])
    #expect(outcome.lines("db_vm").count == 3)
  }

  @Test("Ant's marks in front of each line change nothing")
  func ant() throws {
    let plain = try Fixture.named("main-tp2.2.ij-script.txt")
    let text = String(decoding: plain.bytes, as: UTF8.self)
    let marked = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      .map { "     [java] \($0)\n" }.joined()
    #expect(Outcome(.dbMain, marked).sortedLines == plain.read().sortedLines)
    #expect(Outcome(.dbMain, marked).isComplete)
  }

  @Test("letters beyond ASCII do not shift the columns")
  func wideLetters() {
    let outcome = listing("GROUPID   |VMID", ["ü€𝄞      |7   "], selected: 1)
    #expect(outcome.lines("db_slot_group") == ["id='ü€𝄞' machine=7"])
    #expect(outcome.isComplete)
  }

  @Test("a row that is not counted, or counted and not there, makes the source partial", arguments: [0, 2])
  func countedRows(selected: Int) {
    let outcome = listing("GROUPID   |VMID", ["a         |7   "], selected: selected)
    #expect(outcome.problems == ["\(selected) rows of pilot_groups selected, 1 found"])
    #expect(outcome.rows.count == 1)
  }

  @Test("a line whose bars stand elsewhere is no row")
  func shifted() {
    let outcome = listing("GROUPID   |VMID", ["a          |7  ", "b         |8   "], selected: 2)
    #expect(outcome.lines("db_slot_group") == ["id='b' machine=8"])
    #expect(outcome.problems.first == "no row of pilot_groups: its columns do not stand")
  }

  @Test("an error in place of a table leaves the table unseen")
  func missingTable() {
    let text = """
      ij version 10.4
      ij> select * from pilot_groups;
      ERROR 42X05: Table/View 'PILOT_GROUPS' does not exist.
      ij> select * from default_scheduler_workspid;
      ID
      -----------
      8

      1 row selected
      ij> exit;

      """
    let outcome = Outcome(.dbMain, text)
    #expect(outcome.lines("db_counter") == ["name='last_machine' value=8"])
    #expect(outcome.reading.remarks.map(\.message).contains { $0.contains("42X05") })
    #expect(outcome.reading.unreadable.contains { $0.table == "db_slot_group" && $0.column == nil })
  }

  @Test("any other error in place of a table hides what is there")
  func errorInPlace() {
    let text = """
      ij version 10.4
      ij> select * from pilot_groups;
      ERROR 40XL1: A lock could not be obtained within the time requested
      ij> select * from default_scheduler_workspid;
      ID
      -----------
      8

      1 row selected
      ij> exit;

      """
    let outcome = Outcome(.dbMain, text)
    #expect(outcome.lines("db_counter") == ["name='last_machine' value=8"])
    #expect(outcome.problems == ["ERROR 40XL1: A lock could not be obtained within the time requested"])
  }

  private func listing(_ header: String, _ rows: [String], selected: Int) -> Outcome {
    let lines =
      ["ij version 10.4", "ij> select * from pilot_groups;", header, "---------------"] + rows
      + ["", "\(selected) row\(selected == 1 ? "" : "s") selected", "ij> exit;", ""]
    return Outcome(.dbMain, lines.joined(separator: "\n"))
  }
}

@Suite("What Derby's ij is told")
struct DerbyScriptTests {
  private let script = DerbyScript(url: "jdbc:derby://localhost:1527/it's")

  /// What `ij` answers to the catalogue's question.
  private func catalogue(_ columns: String...) -> [UInt8] {
    let rows = columns.map { "column \($0)   " }.joined(separator: "\n")
    return Array("ij version 10.14\n1\n----\n\(rows)\n\n\(columns.count) rows selected\nij> exit;\n".utf8)
  }

  @Test("only what is read is asked for; of an unknown column only its name is")
  func columns() throws {
    let answer = catalogue(
      "NIMBUS.RESOURCES.ID", "NIMBUS.VMS.ID", "NIMBUS.VMS.NODE", "NIMBUS.VMS.MD_USER_DATA", "NIMBUS.VMS.a\"b",
      "SYSTOOLS.VMS.ID", "NIMBUS.OTHER.ID")
    let told = try script.tables(of: .dbMain, in: "", catalogue: answer)
    #expect(
      told == """
        maximumdisplaywidth 4096;
        connect 'jdbc:derby://localhost:1527/it''s';
        readonly on;
        SELECT BIGINT("ID") "ID" FROM "NIMBUS"."RESOURCES";
        SELECT CAST(NULL AS VARCHAR(3)) "a""b", BIGINT("ID") "ID", "NODE" FROM "NIMBUS"."VMS";
        exit;

        """)
  }

  @Test("the schema is the configured one, or the one that has most of the tables")
  func schemas() throws {
    let answer = catalogue("APP.RESOURCES.ID", "NIMBUS.RESOURCES.ID", "NIMBUS.VMS.ID")
    #expect(
      try script.tables(of: .dbMain, in: "app", catalogue: answer).contains("FROM \"APP\".\"RESOURCES\""))
    #expect(try !script.tables(of: .dbMain, in: "", catalogue: answer).contains("\"APP\""))
    #expect(refusal(.dbMain, in: "X", answer) == "none of the service's tables is in the schema X")
    #expect(refusal(.dbAccounting, in: "", answer) == "none of the service's tables is in any schema")
  }

  @Test("an error of Derby's is told in its own words")
  func error() {
    let answer = "ij version 10.14\nij> connect 'x';\nERROR 08001: Connection refused.\nij> exit;\n"
    #expect(refusal(.dbMain, in: "", Array(answer.utf8)) == "ERROR 08001: Connection refused.")
  }

  private func refusal(_ kind: ObservationKind, in schema: String, _ answer: [UInt8]) -> String? {
    let refusal = #expect(throws: DerbyRefusal.self) {
      try script.tables(of: kind, in: schema, catalogue: answer)
    }
    return refusal?.reason
  }
}
