import Foundation
import Testing

/// A database of the service's that a test may look into while the program works on it, by the engine's own client.
struct LiveDatabase {
  enum Engine: String, CaseIterable, CustomTestStringConvertible {
    case sqlite, postgresql

    var testDescription: String { rawValue }
  }

  private enum Place {
    case file(URL)
    case server(socket: String, port: String, name: String)
  }

  private let place: Place

  /// An SQLite file that is there already.
  init(file: URL) { place = .file(file) }

  /// A new one, made by a script.
  init(_ engine: Engine, in folder: URL, _ script: String) async throws {
    switch engine {
    case .sqlite:
      let file = folder.appending(path: "main.sqlite")
      place = .file(file)
      try await Self.output(["sqlite3", file.path, ".read \(try Self.file(script, in: folder))"])
    case .postgresql:
      let told = try await Self.output([
        Program.root.appending(path: "Tests/servers/postgres.sh").path, "start",
      ])
      func value(_ name: String) throws -> String {
        try #require(told.first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1)).description
      }
      let (socket, port) = (try value("SOCKET"), try value("PORT"))
      let name = "r\(UInt64.random(in: 0 ... .max))"
      place = .server(socket: socket, port: port, name: name)
      try await Self.output(Self.psql(socket, port, "postgres", "CREATE DATABASE \(name)"))
      let file = try Self.file(
        script.replacing("PRAGMA foreign_keys=OFF;", with: "").replacing(" BLOB", with: " BYTEA"), in: folder)
      try await Self.output(Self.psql(socket, port, name) + ["-f", file])
    }
  }

  /// The `[database]` of a site.toml.
  var settings: String {
    switch place {
    case .file(let file):
      """
      engine = "sqlite"
      main = "\(file.path)"
      """
    case .server(let socket, let port, let name):
      """
      engine = "postgresql"
      main = "\(name)"
      host = "\(socket)"
      port = \(port)
      user = "owner"
      """
    }
  }

  /// The lines that statements give.
  @discardableResult
  func query(_ statements: String) async throws -> [String] {
    switch place {
    case .file(let file): try await Self.output(["sqlite3", "-cmd", ".timeout 5000", file.path, statements])
    case .server(let socket, let port, let name):
      try await Self.output(Self.psql(socket, port, name, statements))
    }
  }

  /// Every row, in an order of their own.
  func rows() async throws -> [String] {
    switch place {
    case .file: return try await query(".dump").sorted()
    case .server(let socket, let port, let name):
      let tables = try await query(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
      var rows: [String] = []
      for table in tables {
        rows += try await Self.output(Self.psql(socket, port, name, "COPY \(table) TO STDOUT"))
          .map { "\(table) \($0)" }
      }
      return rows.sorted()
    }
  }

  private static func psql(_ socket: String, _ port: String, _ name: String, _ statements: String) -> [String]
  {
    psql(socket, port, name) + ["-c", statements]
  }

  private static func psql(_ socket: String, _ port: String, _ name: String) -> [String] {
    ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-h", socket, "-p", port, "-U", "owner", "-d", name]
  }

  /// A script may be longer than a command line.
  private static func file(_ script: String, in folder: URL) throws -> String {
    let file = folder.appending(path: "script.sql")
    try script.write(to: file, atomically: true, encoding: .utf8)
    return file.path
  }

  /// What a command prints, by lines, into a file: a pipe's end would be inherited by whatever another test starts, and never
  /// be closed.
  @discardableResult
  private static func output(_ command: [String]) async throws -> [String] {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "output")
    _ = FileManager.default.createFile(atPath: file.path, contents: nil)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = try FileHandle(forWritingTo: file)
    let status = try await process.ended()
    try #require(status == 0, "\(command.prefix(12))")
    return String(decoding: try Data(contentsOf: file), as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
