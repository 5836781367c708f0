import Foundation
import Model
import Persistence
import SQLite
import Testing
import World

@Suite("The deeds on the service's records")
struct DeedsTests {
  private static let rows = """
    INSERT INTO resources VALUES(7,'it''s; --',28,28,1220004200000,0,'/CN=O''Brien',1220000000000,1,NULL,NULL,1,1,0,NULL);
    INSERT INTO vms VALUES(7,'it''s; --','gsn-wn1',0,0,'\(MachineEndTests.nic(2))',NULL,'Xen','3','public',NULL);
    INSERT INTO vms VALUES(9,'b','gsn-wn1.example.org',0,0,'\(MachineEndTests.nic(4))',NULL,'Xen','3','public',NULL);
    INSERT INTO vm_deployment VALUES(7,8,2,3600,64),(9,8,2,3600,128);
    INSERT INTO vm_partitions VALUES(7,'file://a','sda1',1,1,0,0,0,NULL),(7,'file://b','sda2',1,0,0,0,0,NULL);
    INSERT INTO association_entries VALUES('public','192.168.0.2',NULL,'pub02',NULL,NULL,NULL,1);
    INSERT INTO association_entries VALUES('public','192.168.0.3',NULL,'pub03',NULL,NULL,NULL,1);
    INSERT INTO association_entries VALUES('public','192.168.0.4',NULL,'pub04',NULL,NULL,NULL,0);
    INSERT INTO default_scheduler_current_tasks VALUES(7,1220003600000,0);
    INSERT INTO pilot_slots VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000007',7,0,1,'41.gridsn',3602,0,0,'gsn-wn1');
    INSERT INTO pilot_slots VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000012',12,1,0,'45.gridsn',62,1,0,NULL);
    INSERT INTO pilot_slots VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000012',13,0,0,'45.gridsn',62,1,1,'gsn-wn2');
    INSERT INTO resourcepool_entries VALUES('pool1','GSN-WN1.example.org','*',1024,512);
    INSERT INTO default_scheduler_workspid VALUES(5);
    INSERT INTO pilot_notification_position VALUES(48210);
    """

  private static let ledger = """
    CREATE TABLE deployments (uuid CHAR(36) NOT NULL PRIMARY KEY, workspaceid INT NOT NULL, creator_dn VARCHAR(512) NOT
      NULL, creation_time FLOAT NOT NULL, requested_duration INT NOT NULL, active SMALLINT NOT NULL, elapsed_minutes FLOAT);
    INSERT INTO deployments VALUES('5b0c9b1e-7a52-4e0c-9d3a-00000000000a',7,'/CN=O''Brien',1220000000000.0,60,1,NULL);
    INSERT INTO deployments VALUES('5b0c9b1e-7a52-4e0c-9d3a-00000000000b',8,'/CN=O''Brien',1220000000000.0,60,1,NULL);
    """

  static func acts() throws -> [Act] {
    let slot = Value.text("5b0c9b1e-7a52-4e0c-9d3a-000000000012")
    return [
      try act(.endMachine, ["machine": .integer(7)]),
      try act(.endSlot, ["slot": slot, "machine": .integer(12), "job": .text("45.gridsn")]),
      try act(.freeAddress, ["association": .text("public"), "address": .text("192.168.0.3")]),
      try act(.markAddress, ["association": .text("public"), "address": .text("192.168.0.4")]),
      try act(.recountNode, ["node": .text("gsn-wn1"), "available_kib": .integer(832 * 1024)]),
      try act(.alignCounter, ["machine": .integer(13)]),
      try act(.resetCursor, ["file": .text("pilotnotifications.txt")]),
      try act(
        .closeAccount,
        ["uuid": .text("5b0c9b1e-7a52-4e0c-9d3a-00000000000a"), "machine": .integer(7)]),
    ]
  }

  static func records(for act: Act) throws -> Records {
    act.verb == .closeAccount ? try Records(ledger, .dbAccounting) : try Records.ofTP22(rows)
  }

  static var service: Reach.Service {
    var service = Reach.Service()
    service.notifications = ["/var/nimbus/msg-sinks/*.txt"]
    return service
  }

  /// The notification file is no record of the database.
  static func deeds(for act: Act, on records: Records) throws -> [Deed] {
    var tables = try records.facts(for: act).tables
    if act.verb == .resetCursor {
      tables["db_notification_sink"] = [
        ["file": .text("pilotnotifications.txt"), "size_bytes": .integer(120)]
      ]
    }
    return try Persistence.deeds(for: act, on: Persistence.Facts(tables), service)
  }

  static func transaction(_ act: Act, on records: Records) throws -> Transaction {
    let transactions = try deeds(for: act, on: records).compactMap {
      if case .transaction(let transaction) = $0 { transaction } else { nil }
    }
    return try #require(transactions.first)
  }

  private static let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "scripts")

  @Test("are the scripts on record", arguments: try acts(), SQLDialect.allCases)
  func golden(act: Act, dialect: SQLDialect) throws {
    let text = try Self.transaction(act, on: try Self.records(for: act)).script(
      dialect, for: act.line, schema: "NIMBUS")
    let file = Self.scripts.appending(path: "\(act.verb.rawValue).\(dialect.rawValue).sql")
    let committed = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    if committed != text, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(committed == text, "run make accept, and read the diff")
  }

  @Test(
    "change what they are about and nothing else",
    arguments: zip(
      try acts(),
      [
        ([], []),
        (["pilot_slots id='5b0c9b1e-7a52-4e0c-9d3a-000000000012' vmid=12"], []),
        (["association_entries association='public' ipaddress='192.168.0.3'"], ["used=0"]),
        (["association_entries association='public' ipaddress='192.168.0.4'"], ["used=1"]),
        (["resourcepool_entries resourcepool='pool1'"], ["available_memory=832"]),
        (["default_scheduler_workspid id=5"], ["default_scheduler_workspid id=13"]),
        (["pilot_notification_position position=48210"], ["position=0"]),
        (["deployments uuid='5b0c9b1e-7a52-4e0c-9d3a-00000000000a'"], ["active=0 elapsed_minutes=0"]),
      ] as [([String], [String])]))
  func exact(act: Act, change: ([String], [String])) throws {
    if act.verb == .endMachine { return }
    let records = try Self.records(for: act)
    let before = try records.rows()
    #expect(try records.perform(try Self.transaction(act, on: records)))
    let (gone, new) = difference(before, try records.rows())
    #expect(gone.count == change.0.count && zip(gone, change.0).allSatisfy { $0.hasPrefix($1) }, "\(gone)")
    #expect(new.count == change.1.count && zip(new, change.1).allSatisfy { $0.contains($1) }, "\(new)")
  }

  @Test("change nothing when any value has changed", arguments: try acts())
  func guarded(act: Act) throws {
    let records = try Self.records(for: act)
    let transaction = try Self.transaction(act, on: records)
    for change in transaction.changes where !change.mayLackTable {
      for cell in change.condition.cells where cell.literal != "NULL" {
        let moved = try records.copy()
        try moved.database.execute("UPDATE \(change.table) SET \(cell.column) = 'x' || \(cell.column)")
        let before = try moved.rows()
        #expect(try !moved.perform(transaction))
        #expect(try moved.rows() == before)
      }
    }
  }

  @Test(
    "change nothing when another row has come",
    arguments: [
      (1, "INSERT INTO resources VALUES(13,'a',8,8,0,1,'o',1,1,NULL,NULL,1,1,0,NULL)"),
      (2, "UPDATE vms SET network = '\(MachineEndTests.nic(3))' WHERE id = 9"),
      (3, "DELETE FROM vms WHERE id = 9"),
      (4, "UPDATE vm_deployment SET ind_physmem = 256 WHERE vmid = 9"),
      (4, "INSERT INTO vms VALUES(10,'b','GSN-WN1.example.org',0,0,'NONE',NULL,'Xen','3','',NULL)"),
      (5, "INSERT INTO pilot_slots VALUES('s',14,1,0,'46.gridsn',62,0,0,NULL)"),
      (5, "INSERT INTO resources VALUES(14,'a',8,8,0,1,'o',1,1,NULL,NULL,1,1,0,NULL)"),
    ])
  func others(place: Int, statement: String) throws {
    let act = try Self.acts()[place]
    let records = try Self.records(for: act)
    let transaction = try Self.transaction(act, on: records)
    try records.database.execute(statement)
    let before = try records.rows()
    #expect(try !records.perform(transaction))
    #expect(try records.rows() == before)
  }

  @Test("put the counter back where it is missing, once")
  func missingCounter() throws {
    let act = try act(.alignCounter, ["machine": .integer(13)])
    let records = try Self.records(for: act)
    try records.database.execute("DELETE FROM default_scheduler_workspid")
    let transaction = try records.transaction(act)
    #expect(try records.perform(transaction))
    #expect(try records.rows().contains("default_scheduler_workspid id=13"))
    #expect(try !records.perform(transaction))
  }

  @Test(
    "are refused where what was seen does not call for them",
    arguments: [
      (
        Verb.endSlot,
        [
          "slot": Value.text("5b0c9b1e-7a52-4e0c-9d3a-000000000007"), "machine": .integer(7),
          "job": .text("41.gridsn"),
        ]
      ),
      (
        .endSlot,
        [
          "slot": .text("5b0c9b1e-7a52-4e0c-9d3a-000000000012"), "machine": .integer(12),
          "job": .text("46.gridsn"),
        ]
      ),
      (.freeAddress, ["association": .text("public"), "address": .text("192.168.0.2")]),
      (.freeAddress, ["association": .text("public"), "address": .text("192.168.0.99")]),
      (.markAddress, ["association": .text("public"), "address": .text("192.168.0.3")]),
      (.markAddress, ["association": .text("public"), "address": .text("192.168.0.2")]),
      (.recountNode, ["node": .text("gsn-wn1"), "available_kib": .integer(1024)]),
      (.recountNode, ["node": .text("gsn-wn2"), "available_kib": .integer(1024)]),
      (.alignCounter, ["machine": .integer(5)]),
      (.closeAccount, ["uuid": .text("5b0c9b1e-7a52-4e0c-9d3a-00000000000a"), "machine": .integer(8)]),
      (.resetCursor, ["file": .text("other.txt")]),
    ] as [(Verb, [String: Value])])
  func refused(verb: Verb, arguments: [String: Value]) throws {
    let act = try act(verb, arguments)
    let records = try Self.records(for: act)
    #expect(throws: DeedRefusal.self) { try Self.deeds(for: act, on: records) }
  }

  @Test("of a machine's own destruction is the service's command")
  func destruction() throws {
    var service = Reach.Service()
    let act = try act(.destroyMachine, ["machine": .integer(7)])
    #expect(try Persistence.deeds(for: act, on: Persistence.Facts([:]), service) == [])
    service.destroy = ["nimbus-admin", "--shutdown", "--id", "{machine}", "--force"]
    #expect(
      try Persistence.deeds(for: act, on: Persistence.Facts([:]), service) == [
        .command(
          ["nimbus-admin", "--shutdown", "--id", "7", "--force"], at: .service, deadline: .seconds(120))
      ])
  }

  @Test("empty the one notification file that was seen, keep a copy, and come before the place in it")
  func notificationFile() throws {
    let folder = NSTemporaryDirectory() + "trueup-cursor \(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let file = "\(folder)/pilotnotifications.txt"
    let deeds = try Self.deeds(
      for: try act(.resetCursor, ["file": .text("pilotnotifications.txt")]),
      on: try Records.ofTP22(Self.rows))
    guard case .command(let command, at: .service, deadline: _)? = deeds.first, deeds.count == 2 else {
      Issue.record("\(deeds)")
      return
    }
    func run(_ bytes: Int) throws -> Int32 {
      try Data(repeating: 65, count: bytes).write(to: URL(filePath: file))
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = command.dropFirst().map { $0.replacing("/var/nimbus/msg-sinks", with: folder) }
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    func size(_ path: String) -> Int? { FileManager.default.contents(atPath: path)?.count }
    #expect(try run(119) == 75)
    #expect(size(file) == 119)
    #expect(try run(120) == 0)
    #expect(size(file) == 0)
    #expect(size("\(file).trueup") == 120)
    #expect(try run(120) == 0)
    #expect(size("\(file).trueup.~1~") == 120)
  }
}
