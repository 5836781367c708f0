import Model
import Testing
import Torque
import World

@Suite("Every fixture")
struct FixtureTests {
  @Test("There are fixtures of every kind", arguments: Fixture.kinds)
  func kinds(kind: ObservationKind) {
    #expect(Fixture.all.contains { $0.kind == kind })
  }

  @Test("A kind that is not TORQUE's is left to others")
  func otherKinds() {
    var rows = RowList()
    for kind in ObservationKind.allCases where !Fixture.kinds.contains(kind) {
      #expect(Torque.read(RawObservation(kind: kind, stdout: [60]), into: &rows) == nil)
    }
    #expect(rows.rows.isEmpty)
  }

  @Test("A whole capture is complete, but for tables", arguments: Fixture.all)
  func complete(fixture: Fixture) throws {
    let outcome = try read(fixture.kind, fixture.bytes(), node: "gsn-wn1")
    if fixture.name.contains("brief") || fixture.name.contains("wide") {
      #expect(outcome.isPartial)
    } else {
      #expect(outcome.isComplete, "\(outcome.problems)")
    }
    #expect(!outcome.rows.isEmpty || fixture.name == "6.1-idle.xml")
  }

  @Test("A capture that is cut anywhere is never complete with rows missing", arguments: Fixture.all)
  func cut(fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let whole = try read(fixture.kind, bytes, node: "n").rows.map(\.described)
    // Small files at every byte; large ones at some hundred places, for the suite is to take seconds.
    let step = bytes.count <= 1500 ? 1 : bytes.count / (bytes.count > 20_000 ? 60 : 150)
    var looked = 0
    for end in stride(from: 0, to: bytes.count, by: step)
      + Array(max(0, bytes.count - (bytes.count > 20_000 ? 20 : 200))..<bytes.count)
    {
      let part = Array(bytes[..<end])
      if Self.isRecordBoundary(part, of: fixture) { continue }
      looked += 1
      let outcome = try read(fixture.kind, part, node: "n")
      guard outcome.isComplete else { continue }
      #expect(outcome.rows.map(\.described) == whole, "complete when cut at \(end)")
    }
    #expect(looked > 0)
  }

  /// Where a form has no end mark, a cut between two records can't be seen from the bytes; the capture's own
  /// count of bytes covers it. These boundaries, and no others, are left out. No bytes at all are "no jobs"
  /// and an empty log.
  private static func isRecordBoundary(_ bytes: [UInt8], of fixture: Fixture) -> Bool {
    switch fixture.kind {
    case .torqueJobs, .torqueNodes:
      bytes.isEmpty && fixture.kind == .torqueJobs
        || fixture.name.hasSuffix(".txt") && bytes.suffix(2) == [10, 10]
    case .torqueSettings, .torqueAccounting: bytes.isEmpty || bytes.last == 10
    default: false
    }
  }

  @Test("No mutant of a capture ends the reader or breaks its promises", arguments: Fixture.all)
  func mutants(fixture: Fixture) throws {
    let original = try fixture.bytes()
    var random = Chance(state: 20_261_122)
    let rounds = original.count > 20_000 ? 5 : 60
    for _ in 0..<rounds {
      let mutant = random.mutant(of: original)
      let outcome = try read(fixture.kind, mutant, node: "n")
      for row in outcome.rows {
        #expect(row.bytes.lowerBound >= 0 && row.bytes.upperBound <= mutant.count)
        for defect in row.defects {
          #expect((row[defect.column] ?? .null) == .null, "\(defect.column) is defect and has a value")
        }
        let names = row.fields.map(\.column.description)
        #expect(Set(names).count == names.count, "a column twice in \(row.described)")
      }
    }
  }
}

/// Numbers that are the same in each run.
struct Chance {
  var state: UInt64

  mutating func next(below limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(max(1, limit)))
  }

  /// One to four changes: a byte changed, a part lost, a part said twice, a part put where it does not
  /// belong.
  mutating func mutant(of original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...next(below: 4) where !bytes.isEmpty {
      let at = next(below: bytes.count)
      let end = min(bytes.count, at + next(below: 300))
      switch next(below: 5) {
      case 0: bytes[at] = UInt8(next(below: 256))
      case 1: bytes[at] = Array("<>&;=\n\t ,/+-[]:0\u{1}".utf8)[next(below: 17)]
      case 2: bytes.removeSubrange(at..<end)
      case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
      default: bytes.insert(contentsOf: bytes[at..<end], at: next(below: bytes.count))
      }
    }
    return bytes
  }
}

private func + (stride: StrideTo<Int>, more: [Int]) -> [Int] { Array(stride) + more }
