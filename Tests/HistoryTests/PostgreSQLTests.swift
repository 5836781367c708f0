import Foundation
import History
import Model
import Testing

@testable import PostgreSQL

@Suite("A history in PostgreSQL")
struct PostgreSQLTests {
  @Test("takes no password in its address, and repeats none")
  func passwords() {
    for url in ["postgresql://eva:sesame@db/h", "postgresql://db/h?password=sesame"] {
      let refused = #expect(throws: Complaint.self) { try History(.postgresql(url)) }
      #expect(refused?.described.contains("sesame") == false)
      #expect(refused?.described.contains("pgpass") == true)
    }
  }

  @Test("says what it lacks: a server, a history, leave to make one, the lock")
  func refusals() async throws {
    let server = try await Server.shared.value
    func words(_ url: String, connectTimeout: Duration = .seconds(60), reading: Bool = false) async throws
      -> String
    {
      let history = try History(.postgresql(url), connectTimeout: connectTimeout, deadline: .seconds(60))
      do {
        if reading { _ = try await history.nights() } else { try await history.begin() }
        return ""
      } catch { return error.described }
    }
    #expect(try await words("postgresql://owner@/nobody?host=/no/such/folder").contains("/no/such/folder"))
    let name = try server.database()
    #expect(try await words(server.url(name), reading: true).contains("there is no history"))
    try server.session(name).execute("REVOKE CREATE ON DATABASE \(name) FROM PUBLIC")
    let denied = try await words(server.url(name, as: "reader"))
    #expect(denied.contains("GRANT"), "\(denied)")
    #expect(try await words(server.url(name)) == "")
    // Somebody else writes, for longer than anyone waits.
    let other = try server.session(name)
    let lock = Fingerprint(of: "trueup history").bits & 0x7FFF_FFFF_FFFF_FFFF
    try other.execute("BEGIN; SELECT pg_advisory_xact_lock(\(lock))")
    let locked = try await words(server.url(name), connectTimeout: .seconds(1))
    #expect(locked.contains("another audit"), "\(locked)")
    #expect(
      try await words(server.url(name), connectTimeout: .seconds(1), reading: true) == "",
      "readers do not wait")
    try other.execute("COMMIT; UPDATE trueup.format SET version = 99")
    #expect(try await words(server.url(name)).contains("format 99"))
  }

  @Test("is read by a role that may only read")
  func reader() async throws {
    let server = try await Server.shared.value
    let name = try server.database()
    let history = try History(.postgresql(server.url(name)), connectTimeout: .seconds(60))
    try await history.record(Site(missing: ["wn1": 65536]), at: start)
    try server.session(name).execute(
      "GRANT USAGE ON SCHEMA trueup TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA trueup TO reader")
    let reading = try History(.postgresql(server.url(name, as: "reader")), connectTimeout: .seconds(60))
    #expect(try await reading.nights().map(\.count) == [1])
    await #expect(throws: Complaint.self) { try await reading.record(Site(), at: minutes(5)) }
  }

  @Test("takes its password from a file, and tells nobody what it is")
  func passwordFile() async throws {
    let server = try await Server.shared.value
    let name = try server.database()
    try server.session(name).execute("GRANT CREATE ON DATABASE \(name) TO reader")
    func begin(_ password: String) async throws -> String {
      let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      defer { try? FileManager.default.removeItem(at: file) }
      let isMade = FileManager.default.createFile(
        atPath: file.path, contents: Data("*:*:*:reader:\(password)\n".utf8),
        attributes: [.posixPermissions: 0o600])
      #expect(isMade)
      let url = "postgresql://reader@127.0.0.1:\(server.port)/\(name)?passfile=\(file.path)"
      do {
        try await History(.postgresql(url), connectTimeout: .seconds(60)).begin()
        return ""
      } catch { return error.described }
    }
    #expect(try await begin("sesame") == "")
    let wrong = try await begin("open-barley")
    #expect(wrong.contains("password authentication failed") && !wrong.contains("open-barley"), "\(wrong)")
  }
}
