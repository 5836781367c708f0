import Model
import Testing
import World

/// A fixture and a kind as which it is read whole.
struct Whole: CustomTestStringConvertible, Sendable {
  let fixture: Fixture
  let kind: ObservationKind
  let form: String

  var testDescription: String { "\(fixture.name) as \(kind.rawValue)" }

  static let all: [Whole] = Fixture.all.flatMap { fixture in
    DoorTests.kinds.compactMap { kind in
      let look = fixture.look(kind)
      return look.isComplete ? Whole(fixture: fixture, kind: kind, form: look.reading.form) : nil
    }
  }

  /// Whether a document may end here for all that its bytes tell: these forms have no end mark, so a cut
  /// exactly between two records can't be seen. The byte count of the capture sees it.
  func isRecordBoundary(_ cut: ArraySlice<UInt8>) -> Bool {
    switch form {
    case "xl list -l (JSON)", "xl info", "xm info", "/proc/xen/balloon": false
    // Each domain ends with a parenthesis in the first column.
    case "xm list --long (s-expressions)":
      cut.reversed().drop { $0 == 10 }.starts(with: Array(")\n".utf8))
    default: cut.last == 10
    }
  }
}

@Suite("Damaged bytes")
struct DamageTests {
  @Test("there is something to damage")
  func cases() {
    #expect(Whole.all.count > 50)
    #expect(Set(Whole.all.map(\.kind)) == Set(DoorTests.kinds))
  }

  @Test("cut at any byte, it is never complete with rows missing, and no value is cut", arguments: Whole.all)
  func cut(whole: Whole) {
    let bytes = whole.fixture.stdout
    let expected = Look(whole.kind, bytes)
    // Times are spread back from the last sample, whichever that is then.
    let known = Set(expected.rows.flatMap { Self.cells(of: $0) })
    for length in stride(from: 0, to: bytes.count, by: bytes.count > 8_000 ? 29 : bytes.count > 2_000 ? 3 : 1)
    {
      let look = Look(whole.kind, Array(bytes.prefix(length)))
      for cell in look.rows.flatMap({ Self.cells(of: $0) }) where !known.contains(cell) {
        Issue.record("cut at \(length): \(cell)")
      }
      guard look.isComplete, !whole.isRecordBoundary(bytes.prefix(length)) else { continue }
      if look.lines != expected.lines { Issue.record("cut at \(length): complete with \(look.lines)") }
    }
  }

  private static func cells(of row: Row) -> [String] {
    row.fields.filter { $0.value != .null && $0.column.description != "at_ms" }
      .map { "\($0.column)=\($0.value)" } + row.defects.map { "!\($0.column)" }
  }

  @Test("thousands of mutants end in a reading", .timeLimit(.minutes(2)), arguments: Whole.all)
  func mutants(whole: Whole) {
    var random = SplitMix(state: 0x7275_6575 &+ UInt64(whole.fixture.stdout.count))
    for _ in 0..<20 {
      var bytes = whole.fixture.stdout
      for _ in 0...Int.random(in: 0..<4, using: &random) { mutate(&bytes, using: &random) }
      for kind in [whole.kind, DoorTests.kinds.randomElement(using: &random) ?? whole.kind] {
        let look = Look(kind, bytes)
        #expect(look.reading.form != "not Xen's")
        #expect(look.rows.allSatisfy { $0.bytes.lowerBound >= 0 && $0.bytes.upperBound <= bytes.count })
      }
    }
  }

  private func mutate(_ bytes: inout [UInt8], using random: inout SplitMix) {
    guard let at = bytes.indices.randomElement(using: &random) else { return }
    let stuff = Array("0 9\n\t\"'\\()[]{},:=-.é\u{0}\u{7F}/18446744073709551616".utf8)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes[at] = UInt8.random(in: 0...255, using: &random)
    case 1: bytes.remove(at: at)
    case 2: bytes.insert(stuff.randomElement(using: &random) ?? 0, at: at)
    case 3: bytes.insert(contentsOf: Array("99999999999999999999".utf8), at: at)
    case 4: bytes.removeSubrange(at..<min(bytes.count, at + 40))
    default:
      let piece = bytes[at..<min(bytes.count, at + 200)]
      bytes.insert(contentsOf: Array(piece), at: Int.random(in: 0...bytes.count, using: &random))
    }
  }
}

/// The same numbers in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
