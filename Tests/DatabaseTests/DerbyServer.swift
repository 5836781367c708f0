import Commands
import Foundation
import Model
import Persistence
import SQLite
import Testing
import World

/// Derby's network server of `Tests/servers/derby.sh`, which `make test` stops at its end.
struct DerbyServer: Sendable {
  /// `derby.system.home`; the databases lie in `nimbus` below it.
  let home: String
  /// A folder with the same databases, which no process has open.
  let stopped: String
  let port: Int
  let passwordFile: String
  let password = "guest-secret"

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Starts it when it does not run yet.
  static let shared = Task { try await DerbyServer() }

  private init() async throws {
    let script = Self.root.appending(path: "Tests/servers/derby.sh").path
    let outcome = await Command([script, "start"], deadline: .seconds(180)).run(clock: ObserverClock())
    let told = String(decoding: outcome.stderr, as: UTF8.self)
    try #require(outcome.ending == .exit(0), "\(script) could not start a server: \(told)")
    let text = String(decoding: outcome.stdout, as: UTF8.self)
    let values = Dictionary(
      uniqueKeysWithValues: text.split(separator: "\n").map { line in
        let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
        return (parts[0], parts.count > 1 ? parts[1] : "")
      })
    home = try #require(values["HOME"])
    stopped = try #require(values["STOPPED"])
    port = try #require(values["PORT"].flatMap { Int($0) })
    passwordFile = try #require(values["PASSWORD"])
  }

  func reach() -> Reach {
    var reach = Reach()
    reach.database.engine = .derbyServer
    reach.database.port = port
    reach.database.user = "guest"
    reach.database.passwordFile = passwordFile
    return reach
  }

  /// The rows that it was filled with, read from SQLite's own text of them.
  static func expected(_ kind: ObservationKind) throws -> [String] {
    let name = kind == .dbMain ? "main" : "accounting"
    let dump = root.appending(path: "Fixtures/parsers/persistence/\(name)-tp2.2.sqlite-dump.sql")
    let text = try String(contentsOf: dump, encoding: .utf8)
    let sent = kind == .dbMain ? text.replacing("Test O", with: "Tést O") : text
    return lines(RawObservation(kind: kind, stdout: Array(sent.utf8))).lines
  }
}

/// The rows that the door makes of an observation, in an order of their own, and what it says of the source.
func lines(_ observation: RawObservation) -> (lines: [String], reading: Reading?) {
  var list = RowList()
  let reading = Persistence.read(observation, into: &list)
  let lines = list.rows.map { row in
    let fields = row.fields.filter { $0.value != .null }.map { "\($0.column)=\($0.value)" }
    return "\(row.table) \(fields.sorted()) \(row.defects)"
  }
  return (lines.sorted(), reading)
}

/// A folder for one test.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    path = "\(NSTemporaryDirectory())trueup-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Each file below a folder with its bytes and the time of its last change: what must not change where one only looks.
func contents(of folder: String) throws -> [String: String] {
  var found: [String: String] = [:]
  for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
    let path = folder + "/" + name
    let facts = try FileManager.default.attributesOfItem(atPath: path)
    let data = FileManager.default.contents(atPath: path)
    found[name] =
      "\(facts[.modificationDate] ?? "") \(facts[.size] ?? "") \(data?.base64EncodedString() ?? "folder")"
  }
  return found
}
