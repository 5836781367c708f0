import Model
import Testing
import World

@Suite("Values of the database")
struct ConversionTests {
  /// One row of a table, by its columns and the SQL of its values.
  private func row(_ table: String, _ values: KeyValuePairs<String, String>) -> Outcome {
    let names = values.map(\.key).joined(separator: ", ")
    let literals = values.map(\.value).joined(separator: ", ")
    return Outcome(.dbMain, "BEGIN;\nINSERT INTO \(table) (\(names)) VALUES (\(literals));\nCOMMIT;\n")
  }

  @Test(
    "every state number up to 2.10.1 has its name",
    arguments: [
      ("-256", "DestroySucceeded", 0), ("-128", "DestroyFailed", 0), ("-1", "ScheduledOnly", 0),
      ("0", "Unstaged", 0), ("8", "Started", 0), ("28", "Destroying", 0), ("29", "Corrupted", 1),
      ("30", "Corrupted(Unstaged)", 1), ("38", "Corrupted(Started)", 1), ("58", "Corrupted(Destroying)", 1),
    ])
  func states(number: String, name: String, corrupted: Int) {
    let outcome = row("resources", ["id": "1", "state": number])
    #expect(
      outcome.lines("db_machine") == ["id=1 is_corrupted=\(corrupted) state=\(number) state_name='\(name)'"])
  }

  @Test(
    "a state that no release has is unknown, and so is all that follows from it",
    arguments: ["59", "-3", "'x'", "8.5"])
  func unknownState(number: String) {
    let outcome = row("resources", ["id": "1", "state": number])
    #expect(outcome.lines("db_machine") == ["id=1"])
    #expect(outcome.rows[0].defects.map(\.column) == ["state", "state_name", "is_corrupted"])
    #expect(outcome.isComplete)
  }

  @Test("zero is no moment", arguments: [("0", "id=1"), ("1220000000000", "id=1 term_ms=1220000000000")])
  func moments(number: String, line: String) {
    #expect(row("resources", ["id": "1", "term_time": number]).lines("db_machine") == [line])
  }

  @Test("a flag is 0 or 1", arguments: ["2", "-1", "NULL ", "'yes'", "X'01'", "CAST(1 AS INT)"])
  func flags(literal: String) {
    let outcome = row("resources", ["id": "1", "ops_enabled": literal])
    #expect(outcome.lines("db_machine") == ["id=1"])
    #expect(outcome.rows[0].defects.map(\.column) == (literal == "NULL " ? [] : ["is_ops_enabled"]))
  }

  @Test(
    "memory is told in MB, whole or as a whole floating point",
    arguments: [
      ("64", 65536), ("64.0", 65536), ("6.4E1", 65536), ("'64'", 65536),
    ])
  func memory(literal: String, kib: Int) {
    let outcome = row("vm_deployment", ["vmid": "1", "ind_physmem": literal])
    #expect(outcome.lines("db_deployment") == ["machine=1 memory_kib=\(kib)"])
  }

  @Test(
    "memory that is no whole number or does not fit is a defect",
    arguments: [
      "64.5", "'lots'", "9223372036854775807", "1e300", "NaN", "''", "- 1",
    ])
  func badMemory(literal: String) {
    let outcome = row("vm_deployment", ["vmid": "1", "ind_physmem": literal])
    #expect(outcome.lines("db_deployment") == ["machine=1"])
    #expect(outcome.rows[0].defects.map(\.column) == ["memory_kib"])
    #expect(outcome.isComplete)
  }

  @Test(
    "numbers that do not fit are defects and not other numbers",
    arguments: [
      "9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "1e3", "0x10", "1_000",
    ])
  func overflow(literal: String) {
    let outcome = row("vm_deployment", ["vmid": "1", "min_duration": literal])
    #expect(outcome.lines("db_deployment") == ["machine=1"])
    #expect(outcome.rows[0].defects.map(\.column) == ["duration_s"])
  }

  @Test(
    "a job's handle gives its number and its server",
    arguments: [
      ("41.gridsn", "job='41.gridsn' job_number='41' job_server='gridsn'"),
      ("41", "job='41' job_number='41'"),
      (
        "41[3].Grid-SN.example.org", "job='41[3].Grid-SN.example.org' job_number='41[3]' job_server='grid-sn'"
      ),
      ("41-3.gridsn", "job='41-3.gridsn' job_number='41-3' job_server='gridsn'"),
      ("41[].gridsn", "job='41[].gridsn' job_number='41[]' job_server='gridsn'"),
    ])
  func jobs(handle: String, fields: String) {
    let outcome = row("pilot_slots", ["id": "'s'", "vmid": "1", "lrmhandle": "'\(handle)'"])
    #expect(outcome.lines("db_slot") == ["id='s' \(fields) machine=1"])
    #expect(outcome.rows.flatMap(\.defects) == [])
  }

  @Test(
    "a handle with something else in it keeps its text and loses its number",
    arguments: [
      "qsub: warning\n41.gridsn", "", "gridsn", "41.", "41 .gridsn", "41.gridsn\n", "41[x].gridsn",
    ])
  func noJob(handle: String) {
    let outcome = row("pilot_slots", ["id": "'s'", "vmid": "1", "lrmhandle": "'\(handle)'"])
    #expect(outcome.rows.first?["job"] == .text(handle))
    #expect(outcome.rows.first?["job_number"] == nil)
    #expect(outcome.rows.flatMap(\.defects).map(\.column) == ["job_number", "job_server"])
  }

  @Test("a machine without an interface has none")
  func noInterface() {
    let outcome = row("vms", ["id": "1", "network": "'NONE'"])
    #expect(outcome.lines("db_vm") == ["machine=1 network='NONE'"])
    #expect(outcome.lines("db_nic") == [])
    #expect(outcome.rows.flatMap(\.defects) == [])
  }

  @Test("what is not told of an interface is NULL")
  func untoldInterface() {
    let outcome = row(
      "vms", ["id": "1", "network": "'eth0;p;ANY;Bridged;Advisory;null;null;null;null;null;null'"])
    #expect(outcome.lines("db_nic") == ["association='p' machine=1 method='Advisory' position=0"])
  }

  @Test(
    "an interface that is not understood makes the whole list unknown",
    arguments: [
      "", "eth0;p", "eth0;p;AA:BB;B;M;null;null;null;null;null;null",
      "eth0;p;ANY;B;M;1.2.3;null;null;null;null;null", "eth0;p;ANY;B;M;1.2.3.256;null;null;null;null;null",
      "eth0;p;ANY;B;M;1.2.3.4;n;n;n;n;n;;;;eth1",
    ])
  func brokenInterface(network: String) {
    let outcome = row("vms", ["id": "1", "network": "'\(network)'"])
    #expect(outcome.lines("db_vm") == ["machine=1"])
    #expect(outcome.lines("db_nic") == [])
    #expect(outcome.rows.flatMap(\.defects).map(\.column) == ["network"])
  }

  @Test("control bytes and broken UTF-8 are defects", arguments: ["\u{1B}[2J", "a\u{7F}"])
  func controlBytes(name: String) {
    let outcome = row("resources", ["id": "1", "name": "'\(name)'"])
    #expect(outcome.lines("db_machine") == ["id=1"])
    #expect(outcome.rows.flatMap(\.defects).map(\.column) == ["name"])
  }

  @Test(
    "a row whose key is not understood is left out, and the source is partial",
    arguments: ["NULL", "'x'", "1.5"])
  func lostKey(key: String) {
    let outcome = row("resources", ["id": key, "name": "'n'"])
    #expect(outcome.rows.isEmpty)
    #expect(outcome.problems.count == 1)
    #expect(outcome.problems.first?.hasPrefix("a row of resources is left out: id is") == true)
  }

  @Test(
    "strings are what their quotes say",
    arguments: [
      ("'it''s'", "it's"), ("''''", "'"), ("E'a\\tb\\'c''d\\\\'", "a\tb'c'd\\"), ("E'\\x41\\102'", "AB"),
      ("'a\\n'", "a\\n"),
      ("'a;b--c/*d'", "a;b--c/*d"), ("'ü'", "ü"), ("''", ""),
    ])
  func strings(literal: String, text: String) {
    let outcome = row("resources", ["id": "1", "name": literal, "groupsize": "2"])
    #expect(outcome.rows.first?["name"] == .text(text))
    #expect(outcome.rows.first?["group_size"] == .integer(2))
  }

  @Test("what sqlite3 writes for a text with a newline is an expression, and no value")
  func expression() {
    let outcome = row("resources", ["id": "1", "name": "replace('a\\nb','\\n',char(10))", "groupsize": "2"])
    #expect(outcome.lines("db_machine") == ["group_size=2 id=1"])
    #expect(outcome.rows.flatMap(\.defects).map(\.column) == ["name"])
  }
}
