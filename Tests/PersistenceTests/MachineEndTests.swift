import Foundation
import Model
import Persistence
import SQLite
import Testing
import World

@Suite("The end of a machine's rows")
struct MachineEndTests {
  /// Every main database of the recorded sites and of the parsers' fixtures that is SQL of sqlite3's.
  static let dumps: [String] = {
    let fixtures = Fixture.folder.deletingLastPathComponent().deletingLastPathComponent().standardized
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: fixtures.path)) ?? []
    return names.filter {
      $0.hasSuffix("/main.sql") || $0.contains("/main-") && $0.hasSuffix("sqlite-dump.sql")
    }
    .sorted().map { fixtures.appending(path: $0).path }
  }()

  /// Nil for a dump that no SQLite takes.
  private static func records(_ path: String) throws -> Records? {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    return try? Records(text)
  }

  private static func machines(_ records: Records) throws -> [Int64] {
    let query = try records.database.prepare("SELECT id FROM resources UNION SELECT id FROM vms ORDER BY 1")
    var machines: [Int64] = []
    while try query.step() { machines.append(query.columnInteger(0)) }
    return machines
  }

  private static func end(_ machine: Int64) throws -> Act {
    try act(.endMachine, ["machine": .integer(machine)])
  }

  @Test("finds the recorded sites") func found() { #expect(Self.dumps.count > 100) }

  @Test("takes exactly them and marks its addresses free, on each recorded site", arguments: dumps)
  func exact(path: String) throws {
    guard let records = try Self.records(path) else { return }
    let before = try records.rows()
    for machine in try Self.machines(records).prefix(4) {
      let copy = try records.copy()
      let transaction: Transaction
      do { transaction = try copy.transaction(Self.end(machine)) } catch is DeedRefusal {
        // On these two sites a state is none of any release.
        #expect(path.contains("/unknown-state/") || path.contains("/poison-row/"))
        continue
      }
      #expect(try copy.perform(transaction), "machine \(machine)")
      let (gone, new) = difference(before, try copy.rows())
      let keys = [
        "resources id", "vms id", "vm_deployment vmid", "vm_partitions vmid", "vm_customization vmid",
        "file_copy vmid", "default_scheduler_current_tasks id",
      ].map { "\($0)=\(machine) " }
      let its = before.filter { row in
        keys.contains(where: row.hasPrefix)
          || (row.hasPrefix("pilot_slots ") && row.contains(" vmid=\(machine) "))
          || (row.hasPrefix("default_scheduler_pending_ensemb ") && row.contains(" id=\(machine) "))
      }
      let addresses = gone.filter { $0.hasPrefix("association_entries ") }
      #expect(gone.filter { !$0.hasPrefix("association_entries ") } == its, "machine \(machine)")
      #expect(new == addresses.map { $0.replacing("used=1", with: "used=0") })
      for address in addresses {
        let ip = try #require(address.split(separator: " ").first { $0.hasPrefix("ipaddress=") })
        let mark = ";\(ip.dropFirst("ipaddress='".count).dropLast());"
        let holders = before.filter { $0.hasPrefix("vms ") && $0.contains(mark) }
        #expect(holders.count == 1 && holders[0].hasPrefix("vms id=\(machine) "))
      }
    }
  }

  @Test(
    "changes nothing when any value that it was seen by has changed",
    arguments: dumps.filter { path in
      [
        "storm-after/capture/1", "block-sibling/capture/1", "main-tp2.2", "main-2.5",
        "destroy-stuck/capture/1",
      ]
      .contains { path.contains($0) }
    })
  func guarded(path: String) throws {
    let records = try #require(try Self.records(path))
    for machine in try Self.machines(records).suffix(2) {
      let transaction = try records.transaction(Self.end(machine))
      for change in transaction.changes where !change.mayLackTable {
        for cell in change.condition.cells {
          try Self.expectNothing(of: transaction, on: records, having: change, cell)
        }
      }
    }
  }

  private static func expectNothing(
    of transaction: Transaction, on records: Records, having change: Transaction.Change,
    _ cell: Transaction.Cell
  ) throws {
    let moved = try records.copy()
    let rows = change.condition.cells.map {
      $0.literal == "NULL" ? "\($0.column) IS NULL" : "\($0.column) = \($0.literal)"
    }
    let new = cell.literal == "NULL" || cell.literal.hasPrefix("'") ? "'moved'" : "\(cell.literal) + 1000"
    try moved.database.execute(
      "UPDATE \(change.table) SET \(cell.column) = \(new) WHERE \(rows.joined(separator: " AND "))")
    let before = try moved.rows()
    #expect(before != (try records.rows()))
    #expect(try !moved.perform(transaction), "\(change.table).\(cell.column)")
    #expect(try moved.rows() == before, "\(change.table).\(cell.column)")
    // Statement by statement, too. An address that is free already is as it should be, and the rows may go.
    if cell.column == "used" { return }
    try moved.run(transaction)
    #expect(try moved.rows() == before, "\(change.table).\(cell.column), as a script")
  }

  private static let block = """
    INSERT INTO resources VALUES(7,'a',0,8,0,0,'o',0,1,NULL,'g',2,0,0,NULL);
    INSERT INTO resources VALUES(8,'a',0,8,0,0,'o',0,1,NULL,'g',2,1,1,NULL);
    INSERT INTO vms VALUES(7,'a',NULL,0,0,'\(nic(2))',NULL,'Xen','3','public',NULL);
    INSERT INTO vms VALUES(8,'a',NULL,0,0,'\(nic(3))',NULL,'Xen','3','public',NULL);
    INSERT INTO vm_deployment VALUES(7,8,2,60,64),(8,8,2,60,64);
    INSERT INTO vm_partitions VALUES(7,'f','sda1',1,1,0,0,0,NULL),(7,'f','sda2',1,0,0,0,0,NULL),(8,'f','sda1',1,1,0,0,0,NULL);
    INSERT INTO vm_customization VALUES(7,'x','/y',0),(7,'z','/y',0),(8,'x','/y',0);
    INSERT INTO pilot_slots VALUES('s',7,1,0,'45.gridsn',62,1,0,NULL),('s',8,1,0,'45.gridsn',62,1,0,NULL);
    INSERT INTO pilot_groups VALUES('s',7),('s',8);
    INSERT INTO groupresources VALUES('g','o');
    INSERT INTO default_scheduler_workspid VALUES(8);
    INSERT INTO association_entries VALUES('public','192.168.0.2',NULL,'pub02',NULL,NULL,NULL,1);
    INSERT INTO association_entries VALUES('public','192.168.0.3',NULL,'pub03',NULL,NULL,NULL,1);
    """

  static func nic(_ last: Int) -> String {
    "eth0;public;A2:AA:BB:00:00:0\(last);Bridged;AllocateAndConfigure;192.168.0.\(last);192.168.0.1;192.168.0.255;"
      + "255.255.255.0;192.168.0.1;pub0\(last);null;null;null;null"
  }

  @Test("leaves a sibling's rows, what names groups, and the counter")
  func siblings() throws {
    let records = try Records.ofTP22(Self.block)
    let before = try records.rows()
    #expect(try records.perform(try records.transaction(Self.end(7))))
    let (gone, new) = difference(before, try records.rows())
    #expect(
      Set(gone.map { $0.prefix { $0 != " " } }) == [
        "resources", "vms", "vm_deployment", "vm_partitions", "vm_customization", "pilot_slots",
        "association_entries",
      ])
    #expect(gone.count == 9 && new.count == 1)
    #expect(gone.allSatisfy { !$0.contains("id=8 ") })
  }

  @Test("frees no address that another machine has too")
  func heldTwice() throws {
    let records = try Records.ofTP22(Self.block)
    try records.database.execute("UPDATE vms SET network = '\(Self.nic(2))' WHERE id = 8")
    let transaction = try records.transaction(Self.end(7))
    #expect(!transaction.changes.contains { $0.table == "association_entries" })
    #expect(try records.perform(transaction))
    // Another machine that got it afterwards keeps it, too.
    let later = try Records.ofTP22(Self.block)
    let planned = try later.transaction(Self.end(7))
    try later.database.execute("UPDATE vms SET network = '\(Self.nic(2))' WHERE id = 8")
    let before = try later.rows()
    #expect(try !later.perform(planned))
    try later.run(planned)
    #expect(try later.rows() == before)
  }

  @Test("takes what is left of a machine whose record is gone")
  func torn() throws {
    let records = try Records.ofTP22(Self.block)
    try records.database.execute("DELETE FROM resources WHERE id = 7; DELETE FROM pilot_slots WHERE vmid = 7")
    let planned = try records.transaction(Self.end(7))
    let back = try records.copy()
    try back.database.execute("INSERT INTO resources VALUES(7,'b',0,8,0,0,'o',0,1,NULL,NULL,1,0,0,NULL)")
    let before = try back.rows()
    #expect(try !back.perform(planned))
    try back.run(planned)
    #expect(try back.rows() == before)
    #expect(try records.perform(planned))
    #expect(try records.rows().allSatisfy { !$0.hasPrefix("vms id=7 ") })
  }

  @Test("needs to know: a table that was not asked, a state or a list of interfaces that is not understood")
  func unknown() throws {
    let records = try Records.ofTP22(Self.block)
    var tables = try records.facts(for: Self.end(7)).tables
    tables["db_slot"] = nil
    #expect(throws: DeedRefusal.self) {
      try Persistence.deeds(for: Self.end(7), on: Persistence.Facts(tables))
    }
    try records.database.execute("UPDATE resources SET state = 999")
    #expect(throws: DeedRefusal.self) { try records.transaction(Self.end(7)) }
    #expect(throws: DeedRefusal.self) { try records.transaction(Self.end(99)) }
    let odd = try Records.ofTP22(Self.block)
    try odd.database.execute("UPDATE vms SET network = 'eth0;public'")
    #expect(try !odd.perform(try odd.transaction(Self.end(7))))
  }
}
