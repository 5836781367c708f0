import Apply
import Collect
import Commands
import Foundation
import Model
import Persistence
import SQLite
import Testing
import World

let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// The service's tables with rows that no quoting may break, in the writing of each database.
enum Rows {
  static let owner = "/CN=O'Brien'; DROP TABLE vms; --\n/* $change$ */ \\"
  static let node = "wn1'; --"

  /// `blob` is the literal of the bytes 00 ff 27.
  static func main(blob: String) -> String {
    func text(_ text: String) -> String { SQLLiteral.text(text) ?? "NULL" }
    func nic(_ last: Int) -> String {
      "'eth0;public;A2:AA:BB:00:00:0\(last);Bridged;AllocateAndConfigure;192.168.0.\(last);192.168.0.1;192.168.0.255;"
        + "255.255.255.0;192.168.0.1;pub0\(last);null;null;null;null'"
    }
    return """
      INSERT INTO resources VALUES(7,\(text("it's")),28,28,1220004200000,0,\(text(owner)),1220000000000,1,NULL,NULL,1,1,0,\(blob));
      INSERT INTO resources VALUES(8,'b',8,8,1220004200000,1,\(text(owner)),1220000000000,1,NULL,NULL,1,1,0,NULL);
      INSERT INTO vms VALUES(7,\(text("it's")),\(text(node)),0,0,\(nic(2)),NULL,'Xen','3','public','');
      INSERT INTO vms VALUES(8,'b','wn2',0,0,\(nic(3)),NULL,'Xen','3','public',NULL);
      INSERT INTO vm_deployment VALUES(7,8,2,3600,64);
      INSERT INTO vm_deployment VALUES(8,8,2,3600,64);
      INSERT INTO vm_partitions VALUES(7,\(text("file://a;b'\n--")),'sda1',1,1,0,0,0,NULL);
      INSERT INTO vm_partitions VALUES(7,\(text("file://a;b'\n--")),'sda2',1,1,0,0,0,NULL);
      INSERT INTO vm_partitions VALUES(8,'file://b','sda1',1,1,0,0,0,NULL);
      INSERT INTO vm_customization VALUES(7,'x','/y',0);
      INSERT INTO vm_customization VALUES(7,'x','/y',0);
      INSERT INTO association_entries VALUES('public','192.168.0.2',NULL,'pub02',NULL,NULL,NULL,1);
      INSERT INTO association_entries VALUES('public','192.168.0.3',NULL,'pub03',NULL,NULL,NULL,1);
      INSERT INTO association_entries VALUES('public','192.168.0.5',NULL,'pub05',NULL,NULL,NULL,1);
      INSERT INTO default_scheduler_current_tasks VALUES(7,1220003600000,0);
      INSERT INTO default_scheduler_current_tasks VALUES(8,1220003600000,0);
      INSERT INTO default_scheduler_workspid VALUES(5);
      INSERT INTO pilot_slots VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000007',7,0,1,'41.gridsn',3602,0,0,\(text(node)));
      INSERT INTO pilot_slots VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000008',8,0,0,'42.gridsn',3602,0,0,'wn2');
      INSERT INTO pilot_groups VALUES('5b0c9b1e-7a52-4e0c-9d3a-000000000010',7);

      """
  }

  static let ledger = """
    CREATE TABLE deployments (uuid CHAR(36) NOT NULL PRIMARY KEY, workspaceid INT NOT NULL, creator_dn VARCHAR(512) NOT
      NULL, creation_time FLOAT NOT NULL, requested_duration INT NOT NULL, active SMALLINT NOT NULL, elapsed_minutes FLOAT,
      odd REAL);
    INSERT INTO deployments VALUES('5b0c9b1e-7a52-4e0c-9d3a-00000000000a',7,'o',1220000000000,60,1,NULL,0.1);
    INSERT INTO deployments VALUES('5b0c9b1e-7a52-4e0c-9d3a-00000000000b',8,'o',1220000000000,60,0,12.300000000000001,1e30);

    """

  static func schema() throws -> String {
    try String(contentsOf: root.appending(path: "Fixtures/tp2.2.sql"), encoding: .utf8)
  }

  /// In SQLite's writing.
  static func sqlite() throws -> String { try schema() + main(blob: "x'00ff27'") }
}

/// What a look told of the service's records, and the deeds on it.
struct Seen {
  private let snapshot: Database

  init(_ observations: [RawObservation]) throws {
    snapshot = try Database()
    try snapshot.execute(
      try String(contentsOf: root.appending(path: "Rules/schema.sql"), encoding: .utf8))
    var list = RowList()
    for observation in observations { _ = Persistence.read(observation, into: &list) }
    for row in list.rows {
      let columns = row.fields.map(\.column.description)
      let insert = try snapshot.prepare(
        "INSERT INTO \(row.table) (\(columns.joined(separator: ", "))) "
          + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))")
      try insert.bind(row.fields.map(\.value))
      try insert.run()
    }
  }

  /// The same rows in SQLite, whatever they will be changed in.
  init(_ statements: String, _ kind: ObservationKind = .dbMain) throws {
    let database = try Database()
    try database.execute(statements)
    try self.init([RawObservation(kind: kind, stdout: try database.serialize())])
  }

  func transaction(_ verb: Verb, _ arguments: [String: Value]) throws -> Transaction {
    let act = try #require(Act(verb, arguments))
    var tables: [String: [[String: Value]]] = [:]
    for question in Persistence.questions(about: act) {
      let query = try snapshot.prepare(question.query)
      for (name, value) in question.parameters { try query.bind(value, to: name) }
      tables[question.table] = []
      while try query.step() {
        let row = query.columnNames.enumerated().map { ($1, query.column($0)) }
        tables[question.table]?.append(Dictionary(uniqueKeysWithValues: row))
      }
    }
    let deeds = try Persistence.deeds(for: act, on: Persistence.Facts(tables))
    guard case .transaction(let transaction)? = deeds.first else { throw Missing(what: "a transaction") }
    return transaction
  }

  static func end(_ machine: Int64 = 7) throws -> Transaction {
    try Seen(Rows.sqlite()).transaction(.endMachine, ["machine": .integer(machine)])
  }

  static func close() throws -> Transaction {
    try Seen(Rows.ledger, .dbAccounting).transaction(
      .closeAccount, ["uuid": .text("5b0c9b1e-7a52-4e0c-9d3a-00000000000a"), "machine": .integer(7)])
  }
}

struct Missing: Error, CustomStringConvertible {
  let what: String
  var description: String { "there is no \(what)" }
}

/// What a transaction handed over to be kept.
actor Kept {
  private(set) var rows: [FormerRows] = []
  func take(_ more: [FormerRows]) { rows += more }
}

extension LiveSite {
  /// A site of these ways.
  init(_ change: (inout Reach) -> Void) throws {
    var reach = Reach()
    reach.torque.accounting = ""
    change(&reach)
    self.init(try Collector(site: Site(), reach: reach, clock: ObserverClock()) { _ in })
  }

  /// Does it, and gives what was kept.
  func make(_ transaction: Transaction) async -> (outcome: Deed.Outcome, kept: [FormerRows]) {
    let kept = Kept()
    let outcome = await perform(.transaction(transaction)) { await kept.take($0) }
    return (outcome, await kept.rows)
  }
}

extension Deed.Outcome {
  /// Why it failed; empty if it did not.
  var reason: String { if case .failed(let reason) = self { reason } else { "" } }
}

/// A folder for one test.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    path = "\(NSTemporaryDirectory())trueup-apply-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
