import Foundation
import Model
import Testing
import Torque
import World

/// The bytes that a real command printed, as the folder `Fixtures/parsers/torque` keeps them: a folder a
/// kind.
struct Fixture: CustomTestStringConvertible, Sendable {
  let kind: ObservationKind
  let name: String

  var testDescription: String { "\(kind.rawValue)/\(name)" }

  func bytes() throws -> [UInt8] {
    [UInt8](try Data(contentsOf: Self.root.appending(path: Self.folder(of: kind)).appending(path: name)))
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/parsers/torque")

  static func folder(of kind: ObservationKind) -> String { String(kind.rawValue.dropFirst("torque.".count)) }

  /// All that the folders hold. An empty folder shows as a missing case in `FixtureTests`.
  static let all: [Fixture] = kinds.flatMap { kind in
    let folder = root.appending(path: folder(of: kind)).path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { Fixture(kind: kind, name: $0) }
  }

  static let kinds: [ObservationKind] = [
    .torqueJobs, .torqueNodes, .torqueServer, .torqueSettings, .torqueAccounting, .torqueMom,
  ]

  static let xml = all.filter { $0.name.hasSuffix(".xml") }
}

/// What a parser made of some bytes.
struct Outcome {
  let reading: Reading
  let rows: [Row]

  func rows(of table: String) -> [Row] { rows.filter { $0.table.description == table } }

  /// The row of a table that has a value in a column.
  func row(_ table: String, where column: String, is value: String) throws -> Row {
    try #require(rows(of: table).first { $0[column] == .text(value) }, "no \(table) with \(column) \(value)")
  }

  func texts(_ table: String, _ column: String) -> [String] { rows(of: table).compactMap { $0.text(column) } }

  var isComplete: Bool { reading.coverage == .complete }

  var isPartial: Bool {
    if case .partial = reading.coverage { return true }
    return false
  }

  var isFailed: Bool {
    if case .failed = reading.coverage { return true }
    return false
  }

  /// All that is wrong, in one text.
  var problems: String {
    switch reading.coverage {
    case .complete: ""
    case .partial(let problems): problems.map(\.described).joined(separator: "\n")
    case .failed(let problem): problem.described
    }
  }
}

extension Row {
  func text(_ column: String) -> String? {
    switch self[column] {
    case .text(let text), .node(let text): text
    case .integer, .real, .null, nil: nil
    }
  }

  func integer(_ column: String) -> Int64? {
    if case .integer(let number) = self[column] { return number }
    return nil
  }

  /// A line for a comparison that a person can read.
  var described: String {
    let values = fields.filter { $0.value != .null }.map { "\($0.column)=\($0.value)" }.sorted()
    return "\(table): \(values.joined(separator: " ")) \(isAmbiguous ? "ambiguous" : "")"
  }
}

func read(
  _ kind: ObservationKind, _ bytes: [UInt8], node: String = "", ending: RawObservation.Ending = .exit(0),
  stderr: String = ""
) throws -> Outcome {
  var rows = RowList()
  let observation = RawObservation(
    kind: kind, node: node, ending: ending, stdout: bytes, stderr: Array(stderr.utf8))
  let reading = try #require(Torque.read(observation, into: &rows))
  return Outcome(reading: reading, rows: rows.rows)
}

func read(_ kind: ObservationKind, _ text: String, node: String = "") throws -> Outcome {
  try read(kind, Array(text.utf8), node: node)
}

func read(_ kind: ObservationKind, fixture name: String) throws -> Outcome {
  try read(kind, Fixture(kind: kind, name: name).bytes(), node: "gsn-wn1")
}
