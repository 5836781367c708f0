import Commands
import Glibc
import Model
import Persistence
import Testing
import World

@testable import Collect
@testable import PostgreSQL

@Suite("A database in PostgreSQL that cannot be read", .timeLimit(.minutes(10)))
struct FailureTests {
  @Test("wants a password, and that is wrong or missing", arguments: ["open says me", nil])
  func password(_ password: String?) async throws {
    let database = try await TestDatabase.ofService()
    let file = try password.map { try PasswordFile($0) }
    let observation = try await database.main {
      $0.main =
        "host=127.0.0.1 port=\(database.server.port) dbname=\(database.name) user=reader "
        + "passfile=\(file?.path ?? "/nowhere")"
    }
    #expect(observation.stdout.isEmpty)
    #expect(
      observation.failure.contains(
        password == nil
          ? "no password supplied: put the password into ~/.pgpass (mode 0600)"
          : "password authentication failed for user \"reader\""))
    #expect(!observation.failure.contains("says"))
  }

  @Test("has its password in the configuration, which nobody repeats")
  func configuredPassword() async throws {
    for string in [
      "host=db password=hunter2", "postgresql://me:hunter2@db/nimbus", "host=db sslpassword=hunter2",
    ] {
      var reach = Reach.Database()
      reach.main = string
      let observation = try #require(
        await PostgreSQLDatabase(reach).read(clock: ObserverClock()).first
      ).observation
      #expect(observation.failure.contains("password in it, where others can read it"))
      #expect(!"\(observation)".contains("hunter2"))
    }
  }

  @Test("has a server that accepts and never answers")
  func silentPort() async throws {
    let port = try SilentPort()
    var reach = Reach.Database()
    (reach.main, reach.host, reach.port) = ("nimbus", "127.0.0.1", port.number)
    reach.connectTimeout = .seconds(1)
    let observation = try #require(
      await PostgreSQLDatabase(reach).read(clock: ObserverClock()).first
    ).observation
    #expect(observation.failure.contains("timeout expired"))
  }

  @Test("has no server at all")
  func nobodyListens() async throws {
    var reach = Reach.Database()
    (reach.main, reach.host, reach.port) = ("nimbus", "127.0.0.1", 1)
    let observation = try #require(
      await PostgreSQLDatabase(reach).read(clock: ObserverClock()).first
    ).observation
    #expect(observation.failure.contains("Connection refused"))
  }

  @Test("is given up at once when the audit is cancelled, even while libpq connects")
  func cancelledConnecting() async throws {
    let port = try SilentPort()
    var reach = Reach.Database()
    (reach.main, reach.host, reach.port) = ("nimbus", "127.0.0.1", port.number)
    // Whoever waits for this fails by the suite's limit.
    (reach.connectTimeout, reach.deadline) = (.seconds(3600), .seconds(3600))
    let reading = Task { [reach] in await PostgreSQLDatabase(reach).read(clock: ObserverClock()) }
    try await Task.sleep(for: .milliseconds(50))
    reading.cancel()
    let observation = try #require(await reading.value.first).observation
    #expect(observation.failure == "cancelled")
  }

  @Test("has a table that another session has locked")
  func locked() async throws {
    let database = try await TestDatabase.ofService(oneGroup.statement)
    let other = try database.session()
    try other.execute("BEGIN; LOCK TABLE vms IN ACCESS EXCLUSIVE MODE")
    let observation = try await database.main { $0.connectTimeout = .milliseconds(200) }
    #expect(observation.failure.contains("canceling statement due to lock timeout: another session"))
    // What came before is kept, and is not taken for all.
    let parsed = try Parsed(observation)
    #expect(parsed.rows == [oneGroup.row])
    #expect(parsed.reading.coverage != .complete)
  }

  @Test("hangs, and costs its deadline")
  func hangs() async throws {
    let database = try await TestDatabase.ofService()
    let other = try database.session()
    try other.execute("BEGIN; LOCK TABLE vms IN ACCESS EXCLUSIVE MODE")
    let observation = try await database.main { $0.deadline = .seconds(1) }
    #expect(observation.failure == "timed out after 1 s")
    #expect(observation.text.contains("COPY public.pilot_slots"))
  }

  @Test("is given up at once when the audit is cancelled")
  func cancelled() async throws {
    let database = try await TestDatabase.ofService()
    let other = try database.session()
    try other.execute("BEGIN; LOCK TABLE vms IN ACCESS EXCLUSIVE MODE")
    let reading = Task { try await database.main() }
    _ = try await other.readerBeforeLock()
    reading.cancel()
    #expect(try await reading.value.failure == "cancelled")
  }

  @Test("goes away in the middle")
  func gone() async throws {
    let database = try await TestDatabase.ofService(oneGroup.statement)
    let other = try database.session()
    try other.execute("BEGIN; LOCK TABLE vms IN ACCESS EXCLUSIVE MODE")
    async let reading = database.main()
    let reader = try await other.readerBeforeLock()
    try other.execute("SELECT pg_terminate_backend(\(reader))")
    let observation = try await reading
    #expect(observation.failure.contains("terminating connection due to administrator command"))
    let parsed = try Parsed(observation)
    #expect(parsed.rows == [oneGroup.row])
    #expect(parsed.reading.coverage != .complete)
  }

  @Test("hides rows from the role, which is no empty table")
  func hidden() async throws {
    let database = try await TestDatabase.ofService("ALTER TABLE vms ENABLE ROW LEVEL SECURITY")
    let observation = try await database.main()
    #expect(observation.failure.contains("row-level security policy for table \"vms\""))
    #expect(try Parsed(observation).reading.coverage != .complete)
  }

  @Test("is not granted, or has nothing of the service's")
  func notGranted() async throws {
    let database = try await TestDatabase.ofService()
    try database.session().execute("REVOKE ALL ON vms FROM reader")
    #expect(
      try await database.main().failure
        == "permission denied for table vms: GRANT SELECT on the service's tables to this role")
    let empty = try await TestDatabase("CREATE TABLE mine (id INT)")
    #expect(
      try await empty.main().failure
        == "none of the service's tables is in the schemas on the search path (public): is it the right database?"
    )
  }

  @Test("has more than is taken")
  func flood() async throws {
    let database = try await TestDatabase.ofService(
      "INSERT INTO pilot_groups SELECT 'a', generate_series(1, 30000)")
    let answers = await PostgreSQLDatabase(database.reach, byteLimit: 1 << 20).read(clock: ObserverClock())
    let observation = try #require(answers.first).observation
    #expect(observation.failure == "more than 1 MiB came")
    #expect((1_000_000...1 << 20).contains(observation.stdout.count))
  }

  @Test("has no client library, or one that is too old")
  func library() {
    let missing = #expect(throws: PostgreSQLError.self) { try Library(named: "libpq.so.0") }
    #expect(missing?.message.contains("libpq.so.0: cannot open shared object file") == true)
    #expect(missing?.message.hasSuffix("install PostgreSQL's client library (Debian: libpq5)") == true)
    let other = #expect(throws: PostgreSQLError.self) { try Library(named: "libc.so.6") }
    #expect(other?.message == "libc.so.6 has no PQconninfoParse: install a newer libpq")
  }
}

/// A port of this machine that accepts and never says a word.
final class SilentPort {
  let number: Int
  private let socket: CInt

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = socket
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        bind(descriptor, general, length) | listen(descriptor, 8) | getsockname(descriptor, general, &length)
      }
    }
    number = Int(UInt16(bigEndian: address.sin_port))
    try #require(status == 0)
  }

  deinit { close(socket) }
}
