import Foundation
import Model
import Persistence
import SQLite
import World

/// A file of `Fixtures/parsers/persistence`.
struct Fixture: CustomStringConvertible, Sendable {
  let name: String
  let kind: ObservationKind
  let bytes: [UInt8]

  var description: String { name }

  static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/parsers/persistence")

  /// Every file of the folder, but for what made them.
  static let all: [Fixture] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { name in
      guard let kind = kind(of: name), let data = try? Data(contentsOf: folder.appending(path: name)) else {
        return nil
      }
      return Fixture(name: name, kind: kind, bytes: Array(data))
    }
  }()

  static func named(_ name: String) throws -> Fixture {
    let data = try Data(contentsOf: folder.appending(path: name))
    return Fixture(name: name, kind: kind(of: name) ?? .dbMain, bytes: Array(data))
  }

  private static func kind(of name: String) -> ObservationKind? {
    switch name.split(separator: "-").first {
    case "main": .dbMain
    case "accounting": name == "accounting-events.txt" ? .dbEvents : .dbAccounting
    case "current": .dbReservations
    case "service.log": .dbEvents
    case "notifications.ls.txt", "notifications.stat.txt", "notifications.wc.txt": .dbNotifications
    case "settings.sections.txt": .serviceSettings
    default: nil
    }
  }

  func read() -> Outcome { Outcome(kind, bytes) }

  /// An SQLite file with the contents of a dump of sqlite3.
  func asSQLiteFile() throws -> [UInt8] {
    let database = try Database()
    try database.execute(String(decoding: bytes, as: UTF8.self))
    return try database.serialize()
  }
}

/// What the door made of some bytes.
struct Outcome {
  let reading: Reading
  let rows: [Row]

  init(_ kind: ObservationKind, _ bytes: [UInt8]) {
    var list = RowList()
    let observation = RawObservation(kind: kind, stdout: bytes)
    reading =
      Persistence.read(observation, into: &list)
      ?? Reading(form: "refused", coverage: .failed(Problem("refused")))
    rows = list.rows
  }

  init(_ kind: ObservationKind, _ text: String) { self.init(kind, Array(text.utf8)) }

  /// SQL text of the main database.
  init(_ text: String) { self.init(.dbMain, text) }

  var isComplete: Bool { reading.coverage == .complete }

  var problems: [String] {
    switch reading.coverage {
    case .complete: []
    case .partial(let problems): problems.map(\.message)
    case .failed(let problem): ["failed: " + problem.message]
    }
  }

  /// The rows of a table as lines, in the order they came.
  func lines(_ table: String) -> [String] {
    rows.filter { $0.table.description == table }.map(\.line)
  }

  /// Every row, in an order of their own.
  var sortedLines: [String] { rows.map { "\($0.table) \($0.line)" }.sorted() }
}

extension Row {
  /// Its fields that are not NULL, by name.
  var line: String {
    fields.filter { $0.value != .null }.map { "\($0.column)=\($0.value.shown)" }.sorted().joined(
      separator: " ")
  }
}

extension Value {
  var shown: String {
    switch self {
    case .null: "NULL"
    case .integer(let number): "\(number)"
    case .real(let number): "\(number)"
    case .text(let text): "'\(text)'"
    case .node(let name): "node:\(name)"
    }
  }
}
