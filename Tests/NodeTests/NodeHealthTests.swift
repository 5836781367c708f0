import Model
import Node
import Testing

@Suite("The health of a node")
struct NodeHealthTests {
  private static let start = Instant(milliseconds: 1_795_305_600_000)

  /// What is said when the same is seen again and again, each some seconds after the one before; MiB.
  private static func said(
    _ sights: [(seconds: Int64, current: Int64, target: Int64, leased: Int64)]
  ) -> [String?] {
    var trouble: NodeHealth.Trouble?
    var now = start
    return sights.map { sight in
      now = Instant(milliseconds: now.milliseconds + sight.seconds * 1000)
      let health = NodeHealth(
        .init(
          currentKib: sight.current * 1024, targetKib: sight.target * 1024, leasedKib: sight.leased * 1024),
        baselineKib: 882 * 1024)
      let (line, next) = health.verdict(after: trouble, now: now)
      // As it is kept between two calls.
      trouble = next.flatMap { NodeHealth.Trouble(text: $0.text) }
      return line
    }
  }

  @Test("is told where memory is missing for a minute, and no pilot has it")
  func missing() {
    let lines = Self.said([(0, 818, 818, 0), (45, 818, 818, 0), (45, 818, 818, 0)])
    #expect(lines[0] == nil && lines[1] == nil)
    #expect(lines[2] == "dom0 has 818 MiB of 882 MiB, no pilot lives, and 64 MiB are missing")
    let drift = Self.said([(0, 815, 815, 64), (90, 815, 815, 64)])
    #expect(drift[1] == "dom0 has 815 MiB of 882 MiB, living pilots lease 64 MiB, and 3 MiB are missing")
  }

  @Test("is told where the balloon does not get where it goes")
  func stuck() {
    let lines = Self.said([(0, 818, 882, 0), (90, 818, 882, 0)])
    #expect(lines == [nil, "dom0 has 818 MiB and does not get to 882 MiB, which it goes for"])
  }

  @Test(
    "is not spoken of while all is well, something moves, or a pilot is about to take or has given back",
    arguments: [
      [(0, 882, 882, 0), (90, 882, 882, 0)], [(0, 818, 818, 64), (90, 818, 818, 64)],
      [(0, 882, 882, 64), (90, 882, 882, 64)], [(0, 818, 882, 0), (90, 850, 882, 0)],
      [(0, 818, 818, 0), (90, 754, 754, 0)], [(0, 818, 818, 0), (90, 882, 882, 0), (90, 818, 818, 0)],
      [(0, 818, 818, 0), (-500, 818, 818, 0)], [(0, 900, 900, 0), (90, 900, 900, 0)],
    ] as [[(Int64, Int64, Int64, Int64)]])
  func silent(_ sights: [(Int64, Int64, Int64, Int64)]) {
    #expect(Self.said(sights).allSatisfy { $0 == nil })
  }

  @Test(
    "is not spoken of where what was kept is nobody's line",
    arguments: ["", "x", "1 2 3", "1 2 3 4 5", "1 2 3 -"])
  func broken(_ text: String) { #expect(NodeHealth.Trouble(text: text) == nil) }
}
