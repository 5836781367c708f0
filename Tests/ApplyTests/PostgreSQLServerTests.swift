import Apply
import Collect
import Commands
import Foundation
import Model
import Testing
import World

@testable import PostgreSQL

@Suite("A transaction in PostgreSQL")
struct PostgreSQLServerTests {
  private static let nothing = "; nothing was changed"

  @Test("is made on what the collector saw, and what it changed puts itself back to the last bit")
  func thereAndBack() async throws {
    let database = try await PostgresDatabase.ofService(
      """
      ALTER TABLE resources ADD COLUMN charge_ratio DOUBLE PRECISION;
      UPDATE resources SET charge_ratio = 0.1::float8 + 0.2::float8;
      ALTER TABLE vm_partitions ADD COLUMN far REAL;
      UPDATE vm_partitions SET far = '-Infinity' WHERE imagemount = 'sda1';
      UPDATE vm_partitions SET far = 0.1 WHERE imagemount = 'sda2';
      ALTER TABLE pilot_slots ADD COLUMN "Site ""Note" TEXT DEFAULT E'a\\\\b\\tc', ADD COLUMN at TIMESTAMPTZ DEFAULT now();
      """)
    var reach = Reach()
    reach.database = database.reach()
    let sources = ServiceSources(reach: reach, site: Site(), clock: ObserverClock())
    let seen = try Seen(await sources.answers([.dbMain]).map(\.observation))
    let site = try database.site()
    let before = try database.rows()
    let (outcome, kept) = await site.make(try seen.transaction(.endMachine, ["machine": .integer(7)]))
    #expect(outcome == .done)
    let between = try database.rows()
    #expect(between.count == before.count - 9)
    let back = try #require(FormerRows.inverse(of: kept).first)
    let (undone, keptAgain) = await site.make(back)
    #expect(undone == .done)
    #expect(try database.rows() == before)
    #expect(await site.make(back).outcome.reason.hasPrefix("statement 1 of "))
    for transaction in FormerRows.inverse(of: keptAgain) {
      #expect(await site.make(transaction).outcome == .done)
    }
    #expect(try database.rows() == between)
  }

  @Test("of the ledger is one of its own")
  func ledger() async throws {
    let database = try await PostgresDatabase(Rows.ledger)
    let before = try database.rows()
    let site = try database.site()
    let (outcome, kept) = await site.make(try Seen.close())
    #expect(outcome == .done)
    #expect(try database.rows() != before)
    #expect(await site.make(try #require(FormerRows.inverse(of: kept).first)).outcome == .done)
    #expect(try database.rows() == before)
  }

  @Test(
    "changes nothing when it is refused",
    arguments: [
      (
        "UPDATE pilot_slots SET terminal = 0 WHERE vmid = 7",
        "statement 1 of 9 sets used in association_entries, expected 1 row and found 0"
      ),
      (
        "INSERT INTO vm_deployment SELECT * FROM vm_deployment WHERE vmid = 7",
        "statement 7 of 9 deletes from vm_deployment, expected 1 row and found 2"
      ),
      (
        "DROP TABLE default_scheduler_pending_ensemb",
        "the database has no table default_scheduler_pending_ensemb"
      ),
      ("ALTER TABLE vms RENAME COLUMN network TO nets", "the database has no column vms.network"),
      (
        "CREATE RULE more AS ON DELETE TO vms DO ALSO DELETE FROM resources",
        "the table public.vms has the rule more, and what it would do is not known"
      ),
      (
        """
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER more BEFORE DELETE ON vms FOR EACH ROW EXECUTE FUNCTION f()
        """, "the table public.vms has the trigger more, and what it would do is not known"
      ),
      (
        "CREATE TABLE note (id INT REFERENCES resources ON DELETE CASCADE)",
        "the table public.note follows by the key note_id_fkey, and what it would do is not known"
      ),
    ])
  func refused(change: String, reason: String) async throws {
    let database = try await PostgresDatabase.ofService(change)
    let before = try database.rows()
    let (outcome, kept) = await (try database.site()).make(try Seen.end())
    #expect(outcome.reason == reason + Self.nothing)
    #expect(kept == [])
    #expect(try database.rows() == before)
  }

  @Test("is refused where a writer came between, and not tried again")
  func concurrentUpdate() async throws {
    let database = try await PostgresDatabase.ofService()
    let other = try database.session()
    try other.execute("BEGIN; UPDATE association_entries SET hostname = 'x' WHERE ipaddress = '192.168.0.2'")
    let transaction = try Seen.end()
    let site = try database.site()
    async let made = site.make(transaction)
    _ = try await database.worker("wait_event_type = 'Lock'")
    try other.execute("COMMIT")
    let before = try database.rows()
    let reason = await made.outcome.reason
    #expect(reason.contains("another session changed the same at the same time"))
    #expect(reason.hasSuffix(Self.nothing))
    #expect(try database.rows() == before)
    #expect(await site.make(transaction).outcome == .done)
  }

  @Test("is refused where another transaction rests on what it changes, and it on what that changes")
  func serialization() async throws {
    let database = try await PostgresDatabase.ofService()
    let outcome = await (try database.site()).perform(.transaction(try Seen.end())) { _ in
      let other = try database.session()
      // It saw the address as used, and gives it to the other machine, of which we saw that it has it not.
      try other.execute(
        """
        BEGIN ISOLATION LEVEL SERIALIZABLE;
        SELECT * FROM association_entries;
        UPDATE vms SET network = replace(network, '192.168.0.3', '192.168.0.2') WHERE id = 8;
        COMMIT
        """)
    }
    #expect(outcome.reason.contains("another session changed the same at the same time"))
    #expect(outcome.reason.hasSuffix(Self.nothing))
    #expect(try database.rows().contains { $0.hasPrefix("resources 7") })
  }

  @Test("waits for a lock as long as it may")
  func locked() async throws {
    let database = try await PostgresDatabase.ofService()
    let other = try database.session()
    try other.execute("BEGIN; UPDATE pilot_slots SET terminal = terminal")
    let before = try database.rows()
    let site = try database.site { $0.connectTimeout = .seconds(2) }
    let reason = await site.make(try Seen.end()).outcome.reason
    #expect(reason.contains("another session has the rows locked"))
    #expect(reason.hasSuffix(Self.nothing))
    #expect(try database.rows() == before)
  }

  @Test("changes nothing when the connection is lost before its end")
  func lost() async throws {
    let database = try await PostgresDatabase.ofService()
    let before = try database.rows()
    let transaction = try Seen.end()
    let site = try database.site()
    // While it waits for a row.
    let other = try database.session()
    try other.execute("BEGIN; UPDATE pilot_slots SET terminal = terminal")
    async let made = site.make(transaction)
    let worker = try await database.worker("wait_event_type = 'Lock'")
    try other.execute("SELECT pg_terminate_backend(\(worker)); ROLLBACK")
    let (outcome, kept) = await made
    #expect(outcome.reason.hasSuffix(Self.nothing), "\(outcome)")
    #expect(kept == [])
    // While its rows are kept.
    let later = await site.perform(.transaction(transaction)) { _ in
      try database.session().execute(
        "SELECT pg_terminate_backend(\(try await database.worker("state = 'idle in transaction'")))")
    }
    #expect(later.reason.hasSuffix(Self.nothing), "\(later)")
    #expect(try database.rows() == before)
  }

  @Test("says that it does not know when the connection is lost in its COMMIT")
  func lostInCommit() async throws {
    // A key that is proved at the end waits there for the row that another session holds.
    let database = try await PostgresDatabase.ofService(
      """
      CREATE TABLE held (id INT PRIMARY KEY);
      INSERT INTO held VALUES (5), (13);
      ALTER TABLE default_scheduler_workspid ADD FOREIGN KEY (id) REFERENCES held DEFERRABLE INITIALLY DEFERRED;
      """)
    let other = try database.session()
    try other.execute("BEGIN; SELECT * FROM held WHERE id = 13 FOR UPDATE")
    let transaction = try Seen(Rows.sqlite()).transaction(.alignCounter, ["machine": .integer(13)])
    let site = try database.site()
    async let made = site.make(transaction)
    let worker = try await database.worker("query LIKE '%COMMIT%' AND wait_event_type = 'Lock'")
    try other.execute("SELECT pg_terminate_backend(\(worker)); ROLLBACK")
    let outcome = await made.outcome
    #expect(outcome.reason.hasSuffix("; whether it was changed is not known, and the next look tells"))
  }

  @Test("says that it does not know when its time is up in its COMMIT, and not before")
  func timedOut() async throws {
    let database = try await PostgresDatabase.ofService(
      """
      CREATE TABLE held (id INT PRIMARY KEY);
      INSERT INTO held VALUES (5), (13);
      ALTER TABLE default_scheduler_workspid ADD FOREIGN KEY (id) REFERENCES held DEFERRABLE INITIALLY DEFERRED;
      """)
    let site = try database.site { $0.deadline = .seconds(3) }
    let other = try database.session()
    try other.execute("BEGIN; SELECT * FROM held WHERE id = 13 FOR UPDATE")
    let transaction = try Seen(Rows.sqlite()).transaction(.alignCounter, ["machine": .integer(13)])
    #expect(
      await site.make(transaction).outcome.reason
        == "timed out after 3 s; whether it was changed is not known, and the next look tells")
    try other.execute("ROLLBACK")
    let fresh = try await PostgresDatabase.ofService()
    let before = try fresh.rows()
    let slow = try fresh.site { $0.deadline = .seconds(3) }
    let outcome = await slow.perform(.transaction(try Seen.end())) { _ in
      try await Task.sleep(for: .seconds(6))
    }
    #expect(outcome.reason == "timed out after 3 s; nothing was changed")
    #expect(try fresh.rows() == before)
  }

  @Test("changes nothing when the rows can't be kept, and when it is called off")
  func notKept() async throws {
    let database = try await PostgresDatabase.ofService()
    let before = try database.rows()
    let site = try database.site()
    let transaction = try Seen.end()
    let outcome = await site.perform(.transaction(transaction)) { _ in
      throw Missing(what: "room on the disk")
    }
    #expect(
      outcome.reason
        == "there is no room on the disk; nothing was changed")
    let task = Task {
      await site.perform(.transaction(transaction)) { _ in try? await Task.sleep(for: .seconds(600)) }
    }
    _ = try await database.worker("state = 'idle in transaction'")
    task.cancel()
    let cancelled = await task.value
    #expect(cancelled.reason.hasSuffix(Self.nothing), "\(cancelled)")
    #expect(try database.rows() == before)
  }

  @Test("is refused by a role that may only read, a server that is not there, and a mirror")
  func notAllowed() async throws {
    let database = try await PostgresDatabase.ofService()
    let before = try database.rows()
    let transaction = try Seen.end()
    let reader = await (try database.site { $0.user = "reader" }).make(transaction).outcome
    #expect(reader.reason.contains("this role may read the service's tables only; nothing was changed"))
    let nobody = await (try database.site { $0.port = 1 }).make(transaction).outcome
    #expect(nobody.reason.hasSuffix(Self.nothing))
    let mirror = await (try database.site { $0.mirror = true }).make(transaction).outcome
    #expect(mirror.reason.hasPrefix("database.mirror says that this is a copy"))
    let secret = await (try database.site { $0.main = "dbname=x password=sesame" }).make(transaction).outcome
    #expect(secret.reason.contains("~/.pgpass") && !secret.reason.contains("sesame"))
    #expect(try database.rows() == before)
  }

  @Test("is the same as a script, and harmless where the rows have moved")
  func script() async throws {
    let transaction = try Seen.end()
    let script = transaction.script(.postgresql, for: "a title\n; DROP TABLE vms", schema: "PUBLIC")
    let program = try await PostgresDatabase.ofService()
    #expect(await (try program.site()).make(transaction).outcome == .done)
    let person = try await PostgresDatabase.ofService()
    try await person.run(script)
    #expect(try person.rows() == (try program.rows()))
    let moved = try await PostgresDatabase.ofService("UPDATE resources SET target_state = 8")
    let before = try moved.rows()
    try await moved.run(script)
    #expect(try moved.rows() == before)
  }
}
