import Model
import Testing
import World

/// The same numbers on every run.
struct Dice: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("Any bytes")
struct RobustnessTests {
  @Test("of every kind have fixtures", arguments: Fixture.kinds.map(\.folder))
  func fixtures(folder: String) {
    #expect(Fixture.all.filter { $0.name.hasPrefix(folder + "/") }.count >= 2)
  }

  @Test("of a fixture are read whole, and its rows point into it", arguments: Fixture.all)
  func whole(fixture: Fixture) {
    let seen = Seen(fixture)
    #expect(seen.problems == [])
    #expect(seen.rows.allSatisfy { !$0.bytes.isEmpty && $0.bytes.upperBound <= fixture.bytes.count })
  }

  @Test("cut anywhere are never called complete with rows missing", arguments: Fixture.all)
  func cuts(fixture: Fixture) {
    let full = Seen(fixture).dump.filter(Self.isFinal)
    // These forms have no end mark, so a cut behind a whole line can't be seen from the bytes (the capture's count of
    // bytes covers it): exactly those places are left out, and there the rows must be the first of all. What has an
    // end mark is not left out: the text in a program.
    let isFramed = fixture.name == "settings/embedded.py.txt"
    let close = Array("\n\"\"\"\n\nUSAGE".utf8)
    let framedEnd = fixture.bytes.indices.first { fixture.bytes[$0...].starts(with: close) } ?? 0
    #expect(isFramed == (framedEnd > 0))
    var partial = 0
    // Of the long ones, which are lines of one kind, each place near the end of a line and every fifth of the others.
    let places = (1..<fixture.bytes.count).filter { count in
      count < 2000 || count % 5 == 0
        || fixture.bytes[max(0, count - 2)..<min(count + 2, fixture.bytes.count)].contains(10)
    }
    for count in places {
      let seen = Seen(fixture.kind, Array(fixture.bytes.prefix(count)))
      if !seen.isComplete {
        partial += 1
        continue
      }
      let isBoundary = fixture.bytes[count - 1] == 10
      #expect(isFramed ? count >= framedEnd + 4 : isBoundary, "complete when cut at \(count)")
      let first = isFramed ? full : Array(full.prefix(seen.dump.filter(Self.isFinal).count))
      #expect(seen.dump.filter(Self.isFinal) == first, "other rows when cut at \(count)")
    }
    #expect(partial > 0)
  }

  /// A row that is told by one record; that of the clock and of the lock gather several, and change with each.
  private static func isFinal(_ row: String) -> Bool {
    !row.hasPrefix("node_clock") && !row.hasPrefix("pilot_lock")
  }

  @Test("with random changes end in a reading", arguments: Fixture.all)
  func mutants(fixture: Fixture) {
    var dice = Dice(state: 20_261_122)
    let spice: [UInt8] = [0, 10, 13, 32, 34, 39, 45, 47, 58, 59, 61, 91, 123, 125, 127, 128, 255, 48, 57]
    let base = fixture.bytes.count > 6000 ? Array(fixture.bytes.prefix(6000)) : fixture.bytes
    for _ in 0..<100 {
      var bytes = base
      for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &dice)
        switch Int.random(in: 0..<5, using: &dice) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &dice)
        case 1: bytes[place] = spice.randomElement(using: &dice) ?? 0
        case 2: bytes.remove(at: place)
        case 3: bytes.insert(contentsOf: bytes[place..<min(place + 40, bytes.count)], at: place)
        default: bytes.removeSubrange(place..<min(place + 30, bytes.count))
        }
      }
      let seen = Seen(fixture.kind, bytes)
      #expect(seen.reading.form != "not read")
      #expect(seen.rows.allSatisfy { $0.bytes.upperBound <= bytes.count })
    }
  }

  @Test("that are huge end in problems, not in memory or time", arguments: Fixture.kinds.map(\.kind))
  func bombs(kind: ObservationKind) {
    let bombs: [[UInt8]] = [
      [UInt8](repeating: 65, count: 5_000_000),
      Array("==> /etc/dhcpd.conf <==\n".utf8) + [UInt8](repeating: 123, count: 500_000) + [10],
      Array(String(repeating: "==> /tmp/x <==\n", count: 30_000).utf8),
      Array(("[a]\n" + String(repeating: "nonsense\n", count: 60_000)).utf8),
      Array(
        ("42 python /opt/workspacepilot.py -r " + String(repeating: "-m 1 ", count: 300_000) + "\n").utf8),
      Array(
        ("1795381033\n==> /etc/dhcpd.conf <==\n" + String(repeating: "host a { ", count: 50_000) + "\n").utf8
      ),
    ]
    for bomb in bombs {
      let clock = ContinuousClock()
      var seen: Seen?
      let time = clock.measure { seen = Seen(kind, bomb) }
      #expect(time < .seconds(20))
      if case .partial(let problems)? = seen?.reading.coverage { #expect(problems.count <= 30) }
    }
    #expect(Seen(kind, [UInt8](repeating: 65, count: 3_000_000) + [10]).isFailed)
  }

  @Test("of another kind are not read")
  func otherKinds() {
    let mine = Fixture.kinds.map(\.kind)
    for kind in ObservationKind.allCases {
      #expect((Seen(kind, "x\n").reading.form == "not read") == !mine.contains(kind))
    }
  }
}
