import Foundation
import Model
import Node
import Testing
import World

/// The bytes under `Fixtures/parsers/node`, each with the kind of its folder.
struct Fixture: CustomTestStringConvertible, Sendable {
  let name: String
  let kind: ObservationKind
  let bytes: [UInt8]

  var testDescription: String { name }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Fixtures/parsers/node")

  static let kinds: [(folder: String, kind: ObservationKind)] = [
    ("clock", .nodeClock), ("pilots", .nodePilots), ("residue", .nodeResidue), ("settings", .pilotSettings),
  ]

  /// Every file, in the order of its name; none is an error that a test looks for.
  static let all: [Fixture] = kinds.flatMap { (folder: String, kind: ObservationKind) -> [Fixture] in
    let place = root.appendingPathComponent(folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
    return names.sorted().compactMap { (name: String) -> Fixture? in
      guard let data = try? Data(contentsOf: place.appendingPathComponent(name)) else { return nil }
      return Fixture(name: "\(folder)/\(name)", kind: kind, bytes: [UInt8](data))
    }
  }

  static func named(_ name: String) -> Fixture {
    all.first { $0.name == name } ?? Fixture(name: "missing: \(name)", kind: .nodeClock, bytes: [])
  }
}

/// What came of an observation.
struct Seen {
  let reading: Reading
  let rows: [Row]

  init(_ fixture: Fixture) { self.init(fixture.kind, fixture.bytes) }

  init(_ kind: ObservationKind, _ text: String, exit: Int = 0, stderr: String = "") {
    self.init(kind, Array(text.utf8), exit: exit, stderr: stderr)
  }

  /// The observer looked from 20:57:13.000 to 20:57:13.500.
  init(_ kind: ObservationKind, _ bytes: [UInt8], exit: Int = 0, stderr: String = "") {
    var list = RowList()
    let observation = RawObservation(
      kind: kind, node: "gsn-wn1", started: Instant(milliseconds: 1_795_381_033_000),
      finished: Instant(milliseconds: 1_795_381_033_500), ending: .exit(exit), stdout: bytes,
      stderr: Array(stderr.utf8))
    reading = Node.read(observation, into: &list) ?? Reading(form: "not read")
    rows = list.rows
  }

  func rows(of table: String) -> [Row] { rows.filter { "\($0.table)" == table } }

  /// The named columns of each row of a table, `-` for NULL.
  func table(_ table: String, _ columns: String...) -> [String] {
    rows(of: table).map { row in columns.map { shown(row[$0]) }.joined(separator: " ") }
  }

  var defects: [String] {
    rows.flatMap { row in row.defects.map { "\(row.table).\($0.column): \($0.problem)" } }
  }

  var problems: [String] {
    switch reading.coverage {
    case .complete: []
    case .partial(let problems): problems.map(\.described)
    case .failed(let problem): ["failed: \(problem.described)"]
    }
  }

  var isComplete: Bool { reading.coverage == .complete }

  var isFailed: Bool { if case .failed = reading.coverage { true } else { false } }

  /// All of the rows, for comparing two readings of the same bytes.
  var dump: [String] {
    rows.map { row in
      let fields = row.fields.map { "\($0.column)=\(shown($0.value))" }
      return "\(row.table) \(row.bytes) \(row.isAmbiguous) \(fields) \(row.defects.map(\.column))"
    }
  }
}

func shown(_ value: Value?) -> String {
  switch value {
  case nil, .null: "-"
  case .integer(let number): String(number)
  case .real(let number): String(number)
  case .text(let text): text
  case .node(let name): name
  }
}
