import Model
import Testing
import World

@Suite("Bombs", .serialized, .timeLimit(.minutes(2)))
struct BombTests {
  private static let header = "Name                                        ID   Mem VCPUs\tState\tTime(s)\n"
  private static let domain0 =
    "Domain-0                                     0   882     1     r-----     117.3\n"

  // Lines are looked into up to 1 MiB, so 8 MiB take the same way as 8 GiB, and a debug build gets there in
  // time.
  private func repeated(_ text: String, _ count: Int) -> [UInt8] {
    let piece = Array(text.utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(piece.count * count)
    for _ in 0..<count { bytes += piece }
    return bytes
  }

  @Test("a line of 8 MiB ends in a problem", arguments: DoorTests.kinds)
  func longLine(kind: ObservationKind) {
    let look = Look(kind, [UInt8](repeating: 120, count: 8 << 20))
    #expect(look.isFailed)
    #expect(look.rows.isEmpty)
  }

  @Test("a line of 8 MiB inside a list costs that list its completeness")
  func longLineInside() {
    let bytes = Array((Self.header + Self.domain0).utf8) + [UInt8](repeating: 120, count: 8 << 20) + [10]
    let look = Look(.xenList, bytes)
    #expect(look.problems == ["a line is longer than any row (line 3)"])
    #expect(look.rows.count == 1)
  }

  @Test("nesting without end is not followed", arguments: ["[", "[{\"a\":", "(", "(domain (", "{\"a\":["])
  func nesting(piece: String) {
    let look = Look(.xenLong, Array(piece.utf8) + repeated(piece, 100_000))
    #expect(look.isFailed)
  }

  @Test("nesting inside a whole document is refused as well")
  func closedNesting() {
    let deep = String(repeating: "[", count: 5_000) + String(repeating: "]", count: 5_000)
    #expect(Look(.xenLong, "[{\"domid\": 0, \"config\": \(deep)}]").isFailed)
    let lists = String(repeating: "(a ", count: 5_000) + String(repeating: ")", count: 5_000)
    #expect(Look(.xenLong, "(domain (domid 0) \(lists))").isFailed)
  }

  @Test("a domain of a hundred thousand parts is no domain, and those after it are read")
  func manyParts() {
    let big = Array("(domain (domid 1) ".utf8) + repeated("(a)", 100_000) + Array(")".utf8)
    let look = Look(.xenLong, big + Array("(domain (domid 0))".utf8))
    #expect(look.isPartial)
    #expect(look.integers("domid") == [0])
    let keys = Array("[{\"domid\": 1, \"x\": [".utf8) + repeated("\"aaaaaaaa\",", 120_000)
    let json = Look(.xenLong, keys + Array("1]}, {\"domid\": 0}]".utf8))
    #expect(json.isPartial)
    #expect(json.integers("domid") == [0])
  }

  @Test("more than 64 MiB are no list of domains")
  func largeDocument() {
    #expect(Look(.xenLong, [UInt8](repeating: 91, count: (64 << 20) + 1)).isFailed)
  }

  @Test("a hundred thousand bad lines are a few problems and a number")
  func manyProblems() {
    let bytes = Array((Self.header + Self.domain0).utf8) + repeated("?\n", 100_000)
    let look = Look(.xenList, bytes)
    #expect(look.problems.count == 21)
    #expect(look.problems.last == "and 99980 more problems")
  }

  @Test("a name of a hundred thousand words is a name")
  func manyWords() {
    let name = String(repeating: "0 1 2 r----- 1.0 ", count: 20_000)
    let look = Look(.xenList, Self.header + Self.domain0 + name + "    5    64     1     -b----       0.0\n")
    #expect(look.isComplete)
    #expect(look.integers("domid") == [0, 5])
  }

  @Test("figures that fit into nothing are defects, not traps")
  func largeFigures() {
    let huge = "9223372036854775807"
    let list = Look(.xenList, Self.header + "a 0 \(huge) 1 r----- 1.0\n")
    #expect(list.rows.first?.defects.map(\.column) == ["memory_kib"])
    #expect(Look(.xenInfo, "total_memory : \(huge)\nfree_memory : \(huge)9\n").rows.first?.defects.count == 2)
    let balloon = Look(.xenBalloon, "info/current_kb 1\ninfo/low_kb \(huge)\ninfo/high_kb \(huge)\n")
    #expect(balloon.rows.first?.defects.map(\.column) == ["balloon_kib"])
    #expect(Look(.xenBalloon, "epoch \(huge)\ninfo/current_kb 1\n").rows.first?["at_ms"] == .null)
    let long = Look(.xenLong, #"[{"domid": 0, "config": {"b_info": {"target_memkb": 9223372036854775807}}}]"#)
    #expect(long.rows.first?.defects.map(\.column) == ["target_kib"])
  }

  @Test("many samples and keys take time in proportion")
  func manySamples() {
    let samples = Look(.xenBalloon, repeated("info/current_kb 4\n", 20_000))
    #expect(samples.rows.count == 20_000)
    let nested = (0..<2_000).map { String(repeating: " ", count: $0) + "a = \"\"\n" }.joined()
    #expect(Look(.xenStore, "local = \"\"\n domain = \"\"\n" + nested).isPartial)
  }
}
