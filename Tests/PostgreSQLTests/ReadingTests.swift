import Capture
import Commands
import Foundation
import Model
import SQLite
import Testing
import World

@testable import Collect
@testable import PostgreSQL

@Suite("A database in PostgreSQL")
struct ReadingTests {
  /// What COPY must escape and what looks like its own marks, and NULL beside the empty text. Valid for SQLite too.
  private static let rows = #"""
    INSERT INTO resources VALUES (1, 'back\slash', 8, 8, 1220004200000, 1, '/CN=Zoë "O''Brien" 日本', 1220000000000, 1,
      NULL, NULL, 1, 1, 0, '\xdeadbeef');
    INSERT INTO resources VALUES (2, '\N', 8, 8, 0, 0, '', 0, 1, NULL, NULL, NULL, NULL, NULL, NULL);
    INSERT INTO resources VALUES (3, '\.', 38, 8, 0, 0, NULL, 0, 1, NULL, NULL, 2, 1, 0, NULL);
    INSERT INTO resources VALUES (4, 'tab	and
    newline\', 0, 8, 0, 0, '-- PostgreSQL database dump', 0, 1, NULL, NULL, 1, 1, 0, NULL);
    INSERT INTO vms VALUES (1, 'ttylinux', 'gsn-wn1', 0, 0,
      'eth0;public;A2:AA:BB:00:00:02;Bridged;AllocateAndConfigure;192.168.0.2;192.168.0.1;192.168.0.255;255.255.255.0;192.168.0.1;pub02;null;null;null;null',
      NULL, 'Xen', '3', 'public', 'the key is 4711');
    INSERT INTO pilot_slots VALUES ('5b0c9b1e-7a52-4e0c-9d3a-000000000001', 1, 0, 0, '41.gridsn', 3602, 0, 0, NULL);
    INSERT INTO deployments VALUES ('5b0c9b1e-7a52-4e0c-9d3a-000000000001', 1, '/CN=Zoë', 1219999980007.25, 60, 1, 0.1);
    INSERT INTO deployments VALUES ('5b0c9b1e-7a52-4e0c-9d3a-000000000002', 2, '', 1e300, 60, 0, NULL);
    """#

  @Test("has the same rows as the same data in SQLite, each of its two databases")
  func rows() async throws {
    let database = try await TestDatabase.ofService(Self.rows)
    var reach = database.reach
    reach.accounting = database.name
    let answers = await PostgreSQLDatabase(reach).read(clock: ObserverClock())
    let peer = try Database()
    try peer.execute(Server.schema() + Self.rows)
    #expect(answers.map(\.observation.kind) == [.dbMain, .dbAccounting])
    for answer in answers {
      let ours = try Parsed(answer.observation)
      let theirs = try Parsed(
        RawObservation(kind: answer.observation.kind, stdout: peer.serialize()))
      #expect(answer.observation.ending == .exit(0))
      #expect(ours.reading.coverage == .complete)
      #expect(ours.reading.unreadable == theirs.reading.unreadable)
      #expect(ours.rows == theirs.rows)
      #expect(!ours.rows.isEmpty)
    }
  }

  @Test("has the same rows as pg_dump prints")
  func dump() async throws {
    let database = try await TestDatabase.ofService(Self.rows)
    let outcome = await Command(
      [
        "pg_dump", "-h", database.server.socket, "-p", "\(database.server.port)", "-U", "owner",
        database.name,
      ],
      deadline: .seconds(60)
    ).run(clock: ObserverClock())
    #expect(outcome.ending == .exit(0), "pg_dump is missing? make deps")
    let theirs = try Parsed(RawObservation(kind: .dbMain, stdout: outcome.stdout))
    let ours = try Parsed(await database.main())
    #expect(ours.rows == theirs.rows)
    #expect(ours.reading == theirs.reading)
  }

  @Test(
    "is not asked for users' secrets, so that redaction finds none, and a role that may not see them suffices"
  )
  func secrets() async throws {
    let database = try await TestDatabase.ofService(Self.rows)
    try database.session().execute(
      "REVOKE ALL ON vms FROM reader; GRANT SELECT (id, node, network) ON vms TO reader")
    let observation = try await database.main()
    #expect(try Parsed(observation).reading.coverage == .complete)
    #expect(observation.text.contains("md_user_data character varying(30720)"))
    #expect(observation.text.contains("COPY public.vms (id, node, network, md_user_data)"))
    #expect(!observation.text.contains("4711"))
    #expect(Redaction.redact(.dbMain, observation.stdout).bytes == observation.stdout)
  }

  @Test("is seen at one moment, whatever is written meanwhile")
  func moment() async throws {
    let database = try await TestDatabase.ofService(oneGroup.statement)
    let writer = try database.session()
    // The reader stops between the tables that it has read and the last one, which is vms.
    try writer.execute("BEGIN; LOCK TABLE vm_partitions IN ACCESS EXCLUSIVE MODE")
    async let reading = database.main()
    _ = try await writer.readerBeforeLock()
    try writer.execute(
      """
      INSERT INTO vms (id, name, prop_required, unprop_required) VALUES (9, 'late', 0, 0);
      DELETE FROM pilot_groups; COMMIT
      """)
    let parsed = try Parsed(await reading)
    #expect(parsed.reading.coverage == .complete)
    #expect(parsed.rows == [oneGroup.row])
    #expect(try Parsed(await database.main()).rows == ["db_vm machine=integer(9)"])
  }

  @Test("cannot be written to, neither in the transaction nor after it")
  func readOnly() async throws {
    let database = try await TestDatabase.ofService()
    let session = try database.session()
    try session.execute(PostgreSQLDump.opening(database.reach))
    let written = "INSERT INTO public.counter VALUES (1, 1)"
    #expect(throws: PostgreSQLError.self) { try session.execute(written) }
    try session.execute("ROLLBACK")
    try session.execute(PostgreSQLDump.opening(database.reach) + "COMMIT")
    let error = #expect(throws: PostgreSQLError.self) { try session.execute(written) }
    #expect(error?.cause == .statement(sqlState: "25006"))
  }

  @Test("is asked by statements that only read")
  func statements() async throws {
    let database = try await TestDatabase.ofService()
    _ = try await database.main()
    let log = try String(contentsOfFile: database.server.log, encoding: .utf8)
    let said = log.split(separator: "\n").filter { $0.hasPrefix("reader|\(database.name)|") }
    let verbs = said.compactMap { $0.split(separator: "statement: ").dropFirst().first?.prefix { $0 != " " } }
    #expect(Set(verbs) == ["SET", "SELECT", "COPY"])
    #expect(said.allSatisfy { !$0.contains("COPY") || $0.hasSuffix(") TO STDOUT") })
  }

  @Test("may spell its tables in capitals, have more columns and lack tables")
  func spelling() async throws {
    let database = try await TestDatabase(
      #"CREATE TABLE "PILOT_GROUPS" ("VMID" INT, "a Mood" TEXT, "GROUPID" TEXT)"#,
      #"INSERT INTO "PILOT_GROUPS" VALUES (1, 'unasked', 'a')"#)
    let parsed = try Parsed(await database.main())
    #expect(parsed.reading.coverage == .complete)
    #expect(parsed.rows == ["db_slot_group id=text(\"a\") machine=integer(1)"])
    #expect(parsed.reading.unreadable.contains { $0.reason.contains("the unknown column a mood:") })
    #expect(parsed.reading.unreadable.contains { $0.reason == "the database has no table vms" })
  }

  @Test("has its tables in the configured schema, or in that of the search path which has most of them")
  func schemas() async throws {
    let database = try await TestDatabase(
      "CREATE SCHEMA \"APP\"; CREATE TABLE \"APP\".vms (id INT); INSERT INTO \"APP\".vms VALUES (2)",
      "CREATE SCHEMA reader; CREATE TABLE reader.resources (id INT)",
      "CREATE TABLE vms (id INT); INSERT INTO vms VALUES (1); CREATE TABLE resources (id INT)",
      "GRANT USAGE ON SCHEMA \"APP\", reader TO reader; GRANT SELECT ON \"APP\".vms TO reader")
    #expect(try Parsed(await database.main()).rows == ["db_vm machine=integer(1)"])
    #expect(try Parsed(await database.main { $0.schema = "app" }).rows == ["db_vm machine=integer(2)"])
    let failure = try await database.main { $0.schema = "nimbus" }.failure
    #expect(
      failure == "none of the service's tables is in the schema nimbus: "
        + "set database.schema, for they are in APP, public, reader")
  }

  @Test("is named in the observation, over TCP too")
  func named() async throws {
    let database = try await TestDatabase.ofService()
    let file = try PasswordFile("sesame")
    let string =
      "host=127.0.0.1 port=\(database.server.port) dbname=\(database.name) user=reader passfile=\(file.path)"
    let observation = try await database.main { $0.main = string }
    #expect(observation.ending == .exit(0))
    #expect(
      observation.command == [
        "postgresql", "host=127.0.0.1 port=\(database.server.port) dbname=\(database.name) user=reader",
      ])
  }
}
