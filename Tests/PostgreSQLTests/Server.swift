import Collect
import Commands
import Foundation
import Model
import Persistence
import SQLite
import Testing
import World

@testable import PostgreSQL

/// The real server, started by `Tests/servers/postgres.sh` when the first test asks for it.
struct Server {
  let socket: String
  let port: Int
  let log: String

  static let shared = Task { try await start() }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func start() async throws -> Server {
    let script = root.appending(path: "Tests/servers/postgres.sh").path
    let outcome = await Command([script, "start"], deadline: .seconds(120)).run(clock: ObserverClock())
    var told: [String: String] = [:]
    for line in String(decoding: outcome.stdout, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { told[String(parts[0])] = String(parts[1]) }
    }
    guard let socket = told["SOCKET"], let port = told["PORT"].flatMap(Int.init), let log = told["LOG"] else {
      throw NotThere(description: "no server: \(String(decoding: outcome.stderr, as: UTF8.self))")
    }
    return Server(socket: socket, port: port, log: log)
  }

  struct NotThere: Error, CustomStringConvertible { let description: String }

  /// The tables of TP2.2, main and accounting, without a row.
  static func schema() throws -> String {
    try String(contentsOf: root.appending(path: "Fixtures/tp2.2.sql"), encoding: .utf8) + """
      CREATE TABLE deployments (uuid CHAR(36), workspaceid INT, creator_dn VARCHAR(512), creation_time DOUBLE
        PRECISION, requested_duration INT, active SMALLINT, elapsed_minutes DOUBLE PRECISION);
      """
  }
}

/// A database of its own for one test.
struct TestDatabase {
  let server: Server
  let name: String

  /// Runs the statements in a new database as its owner; `reader` may read what they made.
  init(_ statements: String...) async throws {
    server = try await Server.shared.value
    name = "t\(UInt64.random(in: 0 ... .max))"
    let first = Address(database: "postgres", host: server.socket, port: server.port, user: "owner")
    try Connection(first, connectTimeout: .seconds(30), alarm: Alarm()).execute("CREATE DATABASE \(name)")
    let owner = try session()
    for statement in statements where !statement.isEmpty { try owner.execute(statement) }
    try owner.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
  }

  /// With the tables of TP2.2.
  static func ofService(_ statements: String = "") async throws -> TestDatabase {
    try await TestDatabase(Server.schema().replacing("BLOB", with: "BYTEA"), statements)
  }

  /// A session of its owner's.
  func session() throws -> Connection {
    let address = Address(database: name, host: server.socket, port: server.port, user: "owner")
    return try Connection(address, connectTimeout: .seconds(30), alarm: Alarm())
  }

  /// How the reader gets to it: over the socket, where it is trusted.
  var reach: Reach.Database {
    var reach = Reach.Database()
    reach.engine = .postgresql
    reach.main = name
    (reach.host, reach.port, reach.user) = (server.socket, server.port, "reader")
    (reach.connectTimeout, reach.deadline) = (.seconds(60), .seconds(120))
    return reach
  }

  /// What the collector says of the main database.
  func main(_ change: (inout Reach.Database) -> Void = { _ in }) async throws -> RawObservation {
    var reach = reach
    change(&reach)
    let answers = await PostgreSQLDatabase(reach).read(clock: ObserverClock())
    return try #require(answers.first).observation
  }
}

extension Connection {
  /// Waits until a reader stands before a lock; gives its process id.
  func readerBeforeLock() async throws -> String {
    for _ in 0..<6000 {
      try execute("SELECT pg_stat_clear_snapshot()")
      let waiting = try execute(
        """
        SELECT pid FROM pg_stat_activity
        WHERE usename = 'reader' AND datname = current_database() AND wait_event_type = 'Lock'
        """)
      if let pid = waiting.first?.first { return pid }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw Server.NotThere(description: "nobody waits for the lock")
  }
}

/// What the parser makes of an observation: how whole it is, and its rows in an order of their own.
struct Parsed {
  let reading: Reading
  let rows: [String]

  init(_ observation: RawObservation) throws {
    var sink = RowList()
    reading = try #require(Persistence.read(observation, into: &sink))
    rows = sink.rows.map { row in
      let fields = row.fields.filter { $0.value != .null }.map { "\($0.column)=\($0.value)" }
      return "\(row.table) \(fields.sorted().joined(separator: " "))"
    }.sorted()
  }
}

extension RawObservation {
  /// Why it failed; empty if it did not.
  var failure: String { if case .failure(let reason) = ending { reason } else { "" } }

  var text: String { String(decoding: stdout, as: UTF8.self) }
}

/// One row of a table that is read early, and what becomes of it.
let oneGroup = (
  statement: "INSERT INTO pilot_groups VALUES ('5b0c9b1e-7a52-4e0c-9d3a-000000000001', 1)",
  row: "db_slot_group id=text(\"5b0c9b1e-7a52-4e0c-9d3a-000000000001\") machine=integer(1)"
)
