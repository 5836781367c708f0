import Commands
import Foundation
import History
import Model
import Testing

@testable import PostgreSQL

/// The real server, started by `Tests/servers/postgres.sh` when the first test asks for it.
struct Server {
  let socket: String
  let port: Int

  static let shared = Task { try await start() }

  private static func start() async throws -> Server {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let script = root.appending(path: "servers/postgres.sh").path
    let outcome = await Command([script, "start"], deadline: .seconds(180)).run(clock: ObserverClock())
    var told: [String: String] = [:]
    for line in String(decoding: outcome.stdout, as: UTF8.self).split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { told[parts[0]] = parts[1] }
    }
    let said = String(decoding: outcome.stderr, as: UTF8.self)
    return Server(
      socket: try #require(told["SOCKET"], "\(said)"), port: try #require(told["PORT"].flatMap { Int($0) }))
  }

  func session(_ database: String) throws -> Connection {
    let address = Address(database: database, host: socket, port: port, user: "owner")
    return try Connection(address, connectTimeout: .seconds(30), alarm: Alarm())
  }

  /// A new database, by its name.
  func database() throws -> String {
    let name = "h\(UInt64.random(in: 0 ... .max))"
    try session("postgres").execute("CREATE DATABASE \(name)")
    return name
  }

  func url(_ database: String, as user: String = "owner") -> String {
    "postgresql://\(user)@/\(database)?host=\(socket)&port=\(port)"
  }
}

/// The databases that a history may be in. Each keeps the same promises.
enum Kind: CaseIterable, Sendable {
  case sqlite, postgresql

  /// A history of its own for one test, with nothing in it.
  func place() async throws -> Place {
    switch self {
    case .sqlite: Place(.file(FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path))
    case .postgresql:
      try await Place(.postgresql(Server.shared.value.url(Server.shared.value.database())))
    }
  }
}

/// A place that goes with the test that uses it.
final class Place: Sendable {
  let place: History.Place

  init(_ place: History.Place) { self.place = place }

  deinit {
    if case .file(let path) = place { try? FileManager.default.removeItem(atPath: path) }
  }

  func history() throws -> History {
    try History(place, connectTimeout: .seconds(60), deadline: .seconds(120))
  }
}
