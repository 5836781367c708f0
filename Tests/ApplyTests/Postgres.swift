import Apply
import Commands
import Foundation
import Model
import Testing
import World

@testable import PostgreSQL

/// The server of `Tests/servers/postgres.sh`, started when the first test asks for it.
struct Postgres {
  let socket: String
  let port: Int

  static let shared = Task { try await start() }

  private static func start() async throws -> Postgres {
    let script = root.appending(path: "Tests/servers/postgres.sh").path
    let outcome = await Command([script, "start"], deadline: .seconds(180)).run(clock: ObserverClock())
    var told: [String: String] = [:]
    for line in String(decoding: outcome.stdout, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { told[parts[0]] = parts[1] }
    }
    let said = String(decoding: outcome.stderr, as: UTF8.self)
    return Postgres(
      socket: try #require(told["SOCKET"], "\(said)"), port: try #require(told["PORT"].flatMap { Int($0) }))
  }
}

/// A database of its own for one test, with the service's tables and rows.
struct PostgresDatabase {
  let server: Postgres
  let name: String

  init(_ statements: String...) async throws {
    server = try await Postgres.shared.value
    name = "a\(UInt64.random(in: 0 ... .max))"
    try session("postgres").execute("CREATE DATABASE \(name)")
    let owner = try session()
    for statement in statements { try owner.execute(statement) }
    try owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
  }

  static func ofService(_ more: String = "SELECT 1") async throws -> PostgresDatabase {
    let schema = try Rows.schema().replacing("BLOB", with: "BYTEA")
    return try await PostgresDatabase(schema, Rows.main(blob: "'\\x00ff27'"), more)
  }

  /// A session of its owner's.
  func session(_ database: String? = nil) throws -> Connection {
    let address = Address(
      database: database ?? name, host: server.socket, port: server.port, user: "owner")
    return try Connection(address, connectTimeout: .seconds(60), alarm: Alarm())
  }

  func reach(_ change: (inout Reach.Database) -> Void = { _ in }) -> Reach.Database {
    var reach = Reach.Database()
    reach.engine = .postgresql
    (reach.main, reach.accounting) = (name, name)
    (reach.host, reach.port, reach.user) = (server.socket, server.port, "owner")
    (reach.connectTimeout, reach.deadline) = (.seconds(60), .seconds(120))
    change(&reach)
    return reach
  }

  func site(_ change: (inout Reach.Database) -> Void = { _ in }) throws -> LiveSite {
    try LiveSite { $0.database = reach(change) }
  }

  /// Every row of every table as the server copies it out, in an order of their own.
  func rows() throws -> [String] {
    let session = try session()
    let tables = try session.execute(
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1")
    var rows: [String] = []
    for table in tables.map({ $0[0] }) {
      var bytes: [UInt8] = []
      try session.copy("SELECT * FROM \(table)", to: &bytes, byteLimit: 1 << 20)
      rows += String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { "\(table) \($0)" }
    }
    return rows.sorted()
  }

  /// Has PostgreSQL's own `psql` run a script.
  func run(_ script: String) async throws {
    let scratch = try Scratch()
    let file = "\(scratch.path)/script.sql"
    try script.write(toFile: file, atomically: true, encoding: .utf8)
    let psql = [
      "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", server.socket, "-p", String(server.port), "-U",
      "owner", "-d",
      name, "-f", file,
    ]
    let outcome = await Command(psql, deadline: .seconds(120)).run(clock: ObserverClock())
    try #require(outcome.ending == .exit(0), "\(String(decoding: outcome.stderr, as: UTF8.self))")
  }

  /// The server's process of the session that changes, once a condition on its activity holds.
  func worker(_ condition: String) async throws -> String {
    let session = try session()
    for _ in 0..<3000 {
      let found = try session.execute(
        """
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'trueup'
          AND pid <> pg_backend_pid() AND \(condition)
        """)
      if let process = found.first?.first { return process }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw Missing(what: "session where \(condition)")
  }
}
