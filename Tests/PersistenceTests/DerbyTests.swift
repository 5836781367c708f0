import Model
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

  private func listing(_ header: String, _ rows: [String], selected: Int) -> Outcome {
    let lines =
      ["ij version 10.4", "ij> select * from pilot_groups;", header, "---------------"] + rows
      + ["", "\(selected) row\(selected == 1 ? "" : "s") selected", "ij> exit;", ""]
    return Outcome(.dbMain, lines.joined(separator: "\n"))
  }
}
