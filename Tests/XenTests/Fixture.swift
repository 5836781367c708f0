import Foundation
import Model
import Testing
import World
import Xen

/// What one command printed, from `Fixtures/parsers/xen`.
struct Fixture: CustomTestStringConvertible, Sendable {
  let name: String
  let stdout: [UInt8]
  let stderr: [UInt8]
  let exit: Int

  var testDescription: String { name }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/parsers/xen").standardizedFileURL

  /// Every fixture there is.
  static let all: [Fixture] = {
    let paths = FileManager.default.enumerator(atPath: folder.path())?.compactMap { $0 as? String } ?? []
    return paths.sorted().filter { $0.hasSuffix(".out") || $0.hasSuffix(".csv") }.compactMap {
      try? Fixture(path: $0)
    }
  }()

  /// The fixture called that: `captured/01-baseline/a-xl-list`.
  init(_ name: String) throws {
    try self.init(path: name.hasSuffix(".csv") ? name : name + ".out")
  }

  private init(path: String) throws {
    func bytes(_ path: String) throws -> [UInt8] {
      [UInt8](try Data(contentsOf: Self.folder.appending(path: path)))
    }
    let base = path.hasSuffix(".out") ? String(path.dropLast(4)) : path
    name = base
    stdout = try bytes(path)
    stderr = (try? bytes(base + ".err")) ?? []
    let code = (try? bytes(base + ".rc")).map { String(decoding: $0, as: UTF8.self) } ?? "0"
    exit = Int(code.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }

  func look(_ kind: ObservationKind) -> Look {
    Look(kind, stdout, stderr: stderr, exit: exit)
  }
}

/// The reading and the rows of one observation on node n0, which ended at 1,000,000 ms.
struct Look {
  let reading: Reading
  let rows: [Row]

  init(_ kind: ObservationKind, _ stdout: [UInt8], stderr: [UInt8] = [], exit: Int = 0) {
    self.init(kind, stdout, stderr: stderr, ending: .exit(exit))
  }

  init(_ kind: ObservationKind, _ text: String, stderr: String = "") {
    self.init(kind, Array(text.utf8), stderr: Array(stderr.utf8))
  }

  init(
    _ kind: ObservationKind, _ stdout: [UInt8], stderr: [UInt8], ending: RawObservation.Ending
  ) {
    var list = RowList()
    let observation = RawObservation(
      kind: kind, node: "n0", finished: Instant(milliseconds: 1_000_000), ending: ending,
      stdout: stdout, stderr: stderr)
    reading = Xen.read(observation, into: &list) ?? Reading(form: "not Xen's")
    rows = list.rows
  }

  /// Each row in a line: the columns that are told, and a `!` with each that has a defect.
  var lines: [String] { rows.map(\.line) }

  var isComplete: Bool { reading.coverage == .complete }

  /// What is wrong, in words; empty when the source is complete.
  var problems: [String] {
    switch reading.coverage {
    case .complete: []
    case .partial(let problems): problems.map(\.described)
    case .failed(let problem): [problem.described]
    }
  }

  var isFailed: Bool {
    if case .failed = reading.coverage { true } else { false }
  }

  var isPartial: Bool {
    if case .partial = reading.coverage { true } else { false }
  }

  /// The one value of a column that all rows have, as an integer.
  func integers(_ column: String) -> [Int64?] {
    rows.map { if case .integer(let number)? = $0[column] { number } else { nil } }
  }
}

extension Row {
  var line: String {
    let told = fields.compactMap { column, value -> String? in
      switch value {
      case .null, .node: nil
      case .integer(let number): "\(column)=\(number)"
      case .real(let number): "\(column)=\(number)"
      case .text(let text): "\(column)='\(text)'"
      }
    }
    return ([table.description] + told + defects.map { "!\($0.column)" }).joined(separator: " ")
  }
}
