import Foundation
import Model
import OpenPBS
import Testing
import Torque
import World

/// What OpenPBS prints, as `Fixtures/parsers/openpbs` keeps it: a folder a kind. `Fixtures/openpbs.py` writes them.
struct Fixture: CustomTestStringConvertible, Sendable {
  let kind: ObservationKind
  let name: String

  var testDescription: String { "\(kind.rawValue)/\(name)" }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

  static let kinds: [ObservationKind] = [.torqueJobs, .torqueNodes, .torqueServer, .torqueSettings]

  static let all: [Fixture] = kinds.flatMap { kind in
    let folder = root.appending(path: "parsers/openpbs/\(kind.rawValue.dropFirst("torque.".count))").path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { Fixture(kind: kind, name: $0) }
  }

  func bytes() throws -> [UInt8] {
    try file("parsers/openpbs/\(kind.rawValue.dropFirst("torque.".count))/\(name)")
  }
}

/// A file of `Fixtures`.
func file(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: Fixture.root.appending(path: path))) }

/// What a reader made of some bytes.
struct Outcome {
  let reading: Reading
  let rows: [Row]

  func rows(of table: String) -> [Row] { rows.filter { $0.table.description == table } }

  func row(_ table: String, _ column: String, _ text: String) throws -> Row {
    try #require(rows(of: table).first { $0.text(column) == text }, "no \(table) with \(column) \(text)")
  }

  var isComplete: Bool { reading.coverage == .complete }
  var isPartial: Bool { if case .partial = reading.coverage { true } else { false } }
  var isFailed: Bool { if case .failed = reading.coverage { true } else { false } }

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

  /// What it says, beside some columns.
  func told(without columns: Set<String> = []) -> String {
    let values = fields.filter { $0.value != .null && !columns.contains($0.column.description) }
    return "\(table) " + values.map { "\($0.column)=\($0.value)" }.sorted().joined(separator: " ")
  }
}

let inUTC = ["env", "TZ=UTC0", "qstat", "-f", "-F", "json"]

func read(
  _ kind: ObservationKind, _ bytes: [UInt8], command: [String] = inUTC, exit: Int = 0, stderr: String = ""
) throws -> Outcome {
  var rows = RowList()
  let observation = RawObservation(
    kind: kind, command: command, ending: .exit(exit), stdout: bytes, stderr: Array(stderr.utf8))
  let reading = try #require(OpenPBS.read(observation, into: &rows))
  return Outcome(reading: reading, rows: rows.rows)
}

func read(_ kind: ObservationKind, _ text: String) throws -> Outcome { try read(kind, Array(text.utf8)) }

/// The same as TORQUE told it.
func readTorque(_ kind: ObservationKind, _ path: String) throws -> [Row] {
  var rows = RowList()
  _ = Torque.read(RawObservation(kind: kind, stdout: try file(path)), into: &rows)
  return rows.rows
}
