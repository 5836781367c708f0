import Model
import Testing
import World

@Suite("SQL text")
struct ScriptTests {
  @Test("a script written by hand, in the layout of TP1.3.1")
  func handWritten() throws {
    let outcome = try Fixture.named("main-tp1.3.1.script.sql").read()
    #expect(outcome.problems == [])
    #expect(
      outcome.lines("db_machine").map { String($0.prefix(60)) } == [
        "group_size=1 id=7 is_corrupted=0 is_ops_enabled=1 name='firs",
        "group_size=1 id=8 is_corrupted=0 is_ops_enabled=0 name='seco",
      ])
    #expect(
      outcome.lines("db_vm") == [
        "machine=7 network='eth0;public;ANY;Bridged;AllocateAndConfigure;192.168.0.2;null;null;null;"
          + "null;null;null;null;null;null' node=node:GSN-WN1",
        "machine=8 network='NONE'",
      ])
    #expect(outcome.reading.unreadable.map(\.column) == ["is_active", "preemptable_kib"])
    #expect(
      outcome.reading.remarks.map(\.message) == [
        "no BEGIN and COMMIT: taken to be whole because its last statement is"
      ])
  }

  @Test("a table that is not there is not empty: nothing can be read of it")
  func missingTable() {
    let outcome = Outcome("BEGIN; CREATE TABLE vms (id INT, network TEXT); COMMIT;")
    let missing = outcome.reading.unreadable
    #expect(missing.contains { $0.table == "db_slot" && $0.column == nil })
    #expect(!missing.contains { $0.table == "db_vm" && $0.column == nil })
    #expect(missing.contains { $0.table == "db_vm" && $0.column == "node" })
    #expect(outcome.isComplete)
  }

  @Test("a missing column of interfaces is a missing table of interfaces")
  func missingNetwork() {
    let missing = Outcome("BEGIN; CREATE TABLE vms (id INT, node TEXT); COMMIT;").reading.unreadable
    #expect(missing.contains { $0.table == "db_vm" && $0.column == "network" })
    #expect(missing.contains { $0.table == "db_nic" && $0.column == nil })
  }

  @Test("a missing key makes the whole table unreadable")
  func missingKey() {
    let missing = Outcome("BEGIN; CREATE TABLE pilot_slots (vmid INT); COMMIT;").reading.unreadable
    #expect(
      missing.contains {
        $0.table == "db_slot" && $0.column == nil && $0.reason == "the database has no column pilot_slots.id"
      })
  }

  @Test("a column that no release has makes the table unreadable")
  func unknownColumn() {
    let outcome = Outcome("BEGIN; CREATE TABLE resources (id INT, mood INT); COMMIT;")
    #expect(
      outcome.reading.unreadable.contains {
        $0.table == "db_machine" && $0.column == nil
          && $0.reason == "table resources has the unknown column mood: written by a newer service?"
      })
  }

  @Test("an unknown table is a remark, a known one without meaning for us is not")
  func unknownTable() {
    let outcome = Outcome(
      "BEGIN; CREATE TABLE mine (a INT); CREATE TABLE counter (id INT); CREATE TABLE vms (id INT); COMMIT;")
    #expect(outcome.reading.remarks.map(\.message) == ["table mine is unknown and left alone"])
  }

  @Test("without CREATE TABLE the order of TP2.2 holds, when the number of values fits")
  func assumedOrder() {
    let outcome = Outcome(
      "INSERT INTO pilot_groups VALUES ('a', 1); INSERT INTO vm_deployment VALUES (1, 8, 2, 60, 64, 1);")
    #expect(outcome.lines("db_slot_group") == ["id='a' machine=1"])
    #expect(outcome.problems == ["a row of vm_deployment has 6 values, expected 5"])
    #expect(
      outcome.reading.remarks.first?.message
        == "no CREATE TABLE pilot_groups: its columns are taken to be those of TP2.2")
  }

  @Test("a row with the wrong number of values is left out, its neighbours are not")
  func wrongWidth() {
    let outcome = Outcome(
      "BEGIN; INSERT INTO pilot_groups VALUES ('a', 1), ('b'), ('c', 3, 4), ('d', 4); COMMIT;")
    #expect(outcome.lines("db_slot_group") == ["id='a' machine=1", "id='d' machine=4"])
    #expect(outcome.problems.count == 2)
  }

  @Test(
    "names may have a schema, quotes and any case",
    arguments: [
      "pilot_groups", "PILOT_GROUPS", "\"PILOT_GROUPS\"", "NIMBUS.pilot_groups", "\"APP\".\"pilot_groups\"",
      "[pilot_groups]", "`pilot_groups`", "public . pilot_groups",
    ])
  func names(name: String) {
    let outcome = Outcome("begin; insert into \(name)(\"VMID\" , groupid) values(1,'a'),(2 , 'b') ; commit;")
    #expect(outcome.lines("db_slot_group") == ["id='a' machine=1", "id='b' machine=2"])
    #expect(outcome.isComplete)
  }

  @Test("the same table in two schemas is not one table")
  func twoSchemas() {
    let outcome = Outcome(
      """
      BEGIN; CREATE TABLE app.pilot_groups (groupid TEXT, vmid INT);
      CREATE TABLE nimbus.pilot_groups (groupid TEXT, vmid INT); COMMIT;
      """)
    #expect(outcome.problems == ["table pilot_groups is there twice (in app and nimbus)"])
  }

  @Test(
    "what a dump has around its rows takes nothing away",
    arguments: [
      "ALTER TABLE ONLY pilot_groups ADD CONSTRAINT x PRIMARY KEY (vmid);",
      "ALTER TABLE pilot_groups OWNER TO me;",
      "CREATE INDEX i ON pilot_groups (vmid);", "DROP TABLE IF EXISTS vms;", "ANALYZE;",
      "CREATE TRIGGER t AFTER INSERT ON vms BEGIN UPDATE pilot_groups SET vmid = 1; DELETE FROM vms; END;",
      "CREATE FUNCTION f() RETURNS int AS $a$ BEGIN; DELETE FROM pilot_groups; $x$ ; END $a$ LANGUAGE sql;",
      "SELECT pg_catalog.setval('x;y', 1, true);", "\\connect site", "DELETE FROM sqlite_sequence;", ";;",
      "/* INSERT INTO pilot_groups VALUES ('x', 9); */ -- ;",
    ])
  func around(statement: String) {
    let outcome = Outcome("BEGIN;\nINSERT INTO pilot_groups VALUES ('a', 1);\n\(statement)\nCOMMIT;\n")
    #expect(outcome.problems == [])
    #expect(outcome.rows.count == 1)
  }

  @Test(
    "a statement that would change the rows makes the source partial",
    arguments: [
      "UPDATE pilot_groups SET vmid = 2;", "DELETE FROM ONLY pilot_groups;", "TRUNCATE TABLE pilot_groups;",
      "ALTER TABLE pilot_groups ADD COLUMN x INT;", "DROP TABLE pilot_groups;", "ROLLBACK;",
      "INSERT INTO pilot_groups SELECT * FROM x;", "REPLACE INTO pilot_groups VALUES ('a', 2);",
      "\\copy pilot_groups from x",
      "COPY pilot_groups FROM 'x.copy';",
    ])
  func changes(statement: String) {
    let outcome = Outcome("BEGIN;\nINSERT INTO pilot_groups VALUES ('a', 1);\n\(statement)\nCOMMIT;\n")
    #expect(outcome.problems.count == 1)
    #expect(outcome.rows.count == 1)
  }

  @Test(
    "a transaction without its end, or a statement without its semicolon, was cut",
    arguments: [
      "BEGIN; INSERT INTO pilot_groups VALUES ('a', 1);",
      "BEGIN; INSERT INTO pilot_groups VALUES ('a', 1); COMMIT",
      "INSERT INTO pilot_groups VALUES ('a', 1)",
      "INSERT INTO pilot_groups VALUES ('a', 1); INSERT INTO x VALUES ('",
      "INSERT INTO pilot_groups VALUES ('a', 1); /*", "INSERT INTO pilot_groups VALUES ('a', 1); -- more",
    ])
  func unframed(text: String) {
    let outcome = Outcome(text)
    #expect(!outcome.isComplete)
    #expect(outcome.rows.count == 1)
  }

  @Test("a schema without its data is not an empty database")
  func schemaOnly() {
    let outcome = Outcome("CREATE TABLE vms (id INT);")
    #expect(outcome.problems == ["not one INSERT or COPY: a schema without its data"])
  }

  @Test(
    "lines of COPY: NULL, escapes, a wrong number of values, and carriage returns", arguments: ["\n", "\r\n"])
  func copy(newline: String) {
    let outcome = Outcome(
      [
        "-- PostgreSQL database dump", "COPY public.resources (id, name, groupsize) FROM stdin;",
        "1\ta\\tb\\\\\t2",
        "2\t\\N\t\\N", "3\tx", "4\tit''s\t4", "\\.", "-- PostgreSQL database dump complete", "",
      ].joined(separator: newline))
    #expect(
      outcome.lines("db_machine") == [
        "group_size=2 id=1 name='a\tb\\'", "id=2", "group_size=4 id=4 name='it''s'",
      ])
    #expect(outcome.problems == ["a row of resources has 2 values, expected 3"])
  }

  @Test(
    "text that is none of the forms is refused",
    arguments: ["", "hello", "<html>", "{}", "\u{0}\u{1}", "SQLite format 3\0"])
  func refused(text: String) {
    #expect(Outcome(text).problems.first?.hasPrefix("failed: ") == true)
  }

  @Test("SQL without one of the service's tables is refused")
  func otherDatabase() {
    #expect(
      Outcome("BEGIN; CREATE TABLE users (id INT); COMMIT;").problems.first?.hasPrefix("failed: ") == true)
  }
}
