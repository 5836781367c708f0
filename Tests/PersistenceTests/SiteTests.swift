import Model
import Testing
import World

@Suite("One site's database in every form")
struct SiteTests {
  static let forms = [
    "main-tp2.2.sqlite-dump.sql", "main-tp2.2.ij-script.txt", "main-2.5.sqlite-dump.sql",
    "main-2.10.pg_dump-copy.sql", "main-2.10.pg_dump-inserts.sql", "main-2.10.pg_dump-data-only.sql",
  ]

  @Test("the fixtures are there")
  func fixturesAreThere() {
    #expect(Fixture.all.count >= 20)
  }

  @Test("every form of the site says the same", arguments: forms)
  func sameSite(name: String) throws {
    let outcome = try Fixture.named(name).read()
    #expect(outcome.problems == [])
    let nodes = outcome.lines("db_node")
    #expect(outcome.sortedLines.filter { !$0.hasPrefix("db_node ") } == Self.site.sorted())
    #expect(nodes.count == (name.contains("tp2.2") ? 0 : 1))
  }

  @Test("an SQLite file says what its dump says", arguments: ["main-tp2.2", "main-2.5"])
  func sqliteFile(name: String) throws {
    let dump = try Fixture.named(name + ".sqlite-dump.sql")
    let file = Outcome(.dbMain, try dump.asSQLiteFile())
    #expect(file.reading.form == "SQLite file")
    #expect(file.problems == [])
    #expect(file.sortedLines == dump.read().sortedLines)
    #expect(file.reading.unreadable == dump.read().reading.unreadable)
  }

  @Test("a column that came later is told to be missing, and nothing else is", arguments: forms)
  func missingColumns(name: String) throws {
    let missing = try Fixture.named(name).read().reading.unreadable.map { "\($0.table).\($0.column ?? "*")" }
    #expect(missing == (name.contains("2.10") ? [] : ["db_node.is_active", "db_node.preemptable_kib"]))
  }

  @Test("the node of a pool with whole megabytes in floating point")
  func poolNode() throws {
    let outcome = try Fixture.named("main-2.10.pg_dump-copy.sql").read()
    #expect(
      outcome.lines("db_node") == [
        "available_kib=2031616 is_active=1 maximum_kib=2097152 node=node:gsn-wn3 pool='pool1' told='gsn-wn3'"
      ])
  }

  @Test(
    "the ledger is the same in every form",
    arguments: [
      "accounting-tp2.2.sqlite-dump.sql", "accounting-2.5.sqlite-dump.sql",
      "accounting-2.10.pg_dump-copy.sql",
      "accounting-2.10.pg_dump-inserts.sql", "accounting-2.10.pg_dump-data-only.sql",
    ])
  func ledger(name: String) throws {
    let outcome = try Fixture.named(name).read()
    #expect(outcome.problems == [])
    #expect(outcome.reading.unreadable == [])
    let owner = "owner='/C=CA/O=Grid/CN=Test O\u{27}Brien'"
    let uuid = "uuid='5b0c9b1e-7a52-4e0c-9d3a-0000000000"
    #expect(
      outcome.lines("db_account") == [
        "created_ms=1219999980007 is_active=1 machine=7 \(owner) requested_min=60 \(uuid)07'",
        "created_ms=1219999980008 is_active=1 machine=8 \(owner) requested_min=60 \(uuid)08'",
        "created_ms=1219999980009 is_active=1 machine=9 \(owner) requested_min=60 \(uuid)09'",
        "created_ms=1219999980010 elapsed_min=12.5 is_active=0 machine=10 \(owner) requested_min=60 "
          + "\(uuid)10'",
      ])
  }

  @Test("each record points at its own bytes", arguments: forms)
  func provenance(name: String) throws {
    let fixture = try Fixture.named(name)
    let slots = fixture.read().rows.filter { $0.table.description == "db_slot" }
    #expect(slots.count == 3)
    for slot in slots {
      let record = String(decoding: fixture.bytes[slot.bytes], as: UTF8.self)
      guard case .text(let id) = slot["id"] else {
        Issue.record("a slot without an id")
        continue
      }
      #expect(record.contains(id))
      #expect(!record.dropLast().contains("\n"))
    }
  }

  @Test("a user's data are nowhere in the rows", arguments: Fixture.all)
  func userData(fixture: Fixture) {
    #expect(fixture.read().rows.allSatisfy { !$0.line.contains("nobody") && !$0.line.contains("hunter") })
  }

  /// What the administrator would say of the site, table by table.
  static let site: [String] = {
    let uuid = "'5b0c9b1e-7a52-4e0c-9d3a-0000000000"
    let owner = "owner='/C=CA/O=Grid/CN=Test O\u{27}Brien'"
    let target = "target_state=8 target_state_name='Started'"
    func text(_ last: Int) -> String {
      "eth0;public;A2:AA:BB:00:00:0\(last);Bridged;AllocateAndConfigure;192.168.0.\(last);192.168.0.1;"
        + "192.168.0.255;255.255.255.0;192.168.0.1;pub0\(last);null;null;null;null"
    }
    func nic(_ machine: Int, _ position: Int, _ last: Int) -> String {
      "db_nic address='192.168.0.\(last)' association='public' hostname='pub0\(last)' "
        + "mac='a2:aa:bb:00:00:0\(last)' machine=\(machine) method='AllocateAndConfigure' "
        + "position=\(position)"
    }
    let addresses = (2...6).map {
      "db_address address='192.168.0.\($0)' association='public' hostname='pub0\($0)' "
        + "is_used=\($0 < 6 ? 1 : 0) mac='a2:aa:bb:00:00:0\($0)'"
    }
    let each = [7, 8, 9].flatMap {
      [
        "db_deployment duration_s=3600 machine=\($0) memory_kib=65536 requested_shutdown=2",
        "db_partition image='file://ttylinux' machine=\($0)",
      ]
    }
    return addresses + each + [
      "db_machine group_size=1 id=7 is_corrupted=0 is_ops_enabled=1 name='ttylinux' \(owner) "
        + "started_ms=1220000000000 state=8 state_name='Started' \(target) term_ms=1220004200000",
      "db_machine group_size=1 id=8 is_corrupted=0 is_ops_enabled=0 name='ttylinux' \(owner) "
        + "state=0 state_name='Unstaged' \(target)",
      "db_machine group_size=1 id=9 is_corrupted=1 is_ops_enabled=0 name='ttylinux' \(owner) "
        + "started_ms=1220000000000 state=38 state_name='Corrupted(Started)' \(target) term_ms=1220009000000",
      "db_vm machine=7 network='\(text(2))' node=node:gsn-wn1",
      "db_vm machine=8 network='\(text(3))'",
      "db_vm machine=9 network='\(text(4));;\(text(5))' node=node:gsn-wn2",
      nic(7, 0, 2), nic(8, 0, 3), nic(9, 0, 4), nic(9, 1, 5),
      "db_slot duration_s=3602 id=\(uuid)07' is_part_of_group=0 is_pending=0 "
        + "is_pending_remove=0 is_terminal=0 "
        + "job='41.gridsn' job_number='41' job_server='gridsn' machine=7 node=node:gsn-wn1",
      "db_slot duration_s=3602 id=\(uuid)08' is_part_of_group=0 is_pending=1 "
        + "is_pending_remove=0 is_terminal=0 "
        + "job='42.gridsn.example.org' job_number='42' job_server='gridsn' machine=8",
      "db_slot duration_s=3602 id=\(uuid)09' is_part_of_group=0 is_pending=0 "
        + "is_pending_remove=0 is_terminal=1 "
        + "job='40.GridSN' job_number='40' job_server='gridsn' machine=9 node=node:gsn-wn2.example.org",
      "db_slot_group id=\(uuid)10' machine=3", "db_slot_group id=\(uuid)10' machine=4",
      "db_schedule is_done=0 machine=7 shutdown_ms=1220003600000",
      "db_schedule is_done=0 machine=9 shutdown_ms=1220008400000",
      "db_ensemble_pending duration_s=60 ensemble_id=\(uuid)11' machine=11 memory_kib=131072",
      "db_counter name='last_machine' value=11", "db_counter name='notification_position' value=0",
      "db_counter name='pilot_notification_position' value=1234",
    ]
  }()
}
