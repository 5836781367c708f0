import Model
import Testing
import World

@Suite("A node's clock")
struct ClockTests {
  @Test(
    "is read in every form that its fixtures have",
    arguments: [
      ("date-and-files.txt", "gsn-wn1 1795381033549 299 1221 5c7a2a39-8a4f-4a67-9d0b-2d5f1d1f4a10"),
      ("named-lines.txt", "gsn-wn1 1795381033549 299 1221 5c7a2a39-8a4f-4a67-9d0b-2d5f1d1f4a10"),
      ("date-utc-and-stat.txt", "gsn-wn1 1795381033000 -250 1221 -"),
      ("uptime-bare.txt", "gsn-wn1 1795381033000 -250 1221 5c7a2a39-8a4f-4a67-9d0b-2d5f1d1f4a10"),
    ])
  func forms(name: String, row: String) {
    let seen = Seen(.named("clock/\(name)"))
    #expect(seen.table("node_clock", "node", "time_ms", "skew_ms", "uptime_s", "boot_id") == [row])
    #expect(seen.problems == [])
    #expect(seen.reading.remarks == [])
  }

  @Test(
    "is told by any of the common forms of date",
    arguments: [
      "1795381033", "1795381033.5", "epoch 1795381033", "time = 1795381033.549", "1795381033549",
      "1795381033549057123", "2026-11-22T20:57:13Z", "2026-11-22T21:57:13+01:00", "2026-11-22T21:57:13+0100",
      "2026-11-22 20:57:13.549057123+00:00", "2026-11-22T20:57:13,549057123+00:00", "2026-11-22 20:57:13 UTC",
      "2026-11-22 20:57:13 +0000", "Sun Nov 22 20:57:13 UTC 2026", "Sun Nov 22 08:57:13 PM UTC 2026",
      "Sun 22 Nov 2026 08:57:13 PM UTC", "Sun, 22 Nov 2026 20:57:13 GMT", "time: 2026-11-22T20:57:13Z",
    ])
  func times(text: String) {
    let seen = Seen(.nodeClock, text + "\r\n")
    let time = seen.table("node_clock", "time_ms").first.flatMap(Int64.init)
    #expect(time.map { $0 / 1000 } == 1_795_381_033)
    #expect(seen.problems == [])
  }

  @Test(
    "fails without a time that is certain",
    arguments: [
      "", "1221.87 2391.02\n", "Sun Nov 22 21:57:13 CET 2026\n", "Sun Nov 22 20:57:13 2026\n",
      "command not found\n",
      "1795381033", "2026-13-22T20:57:13Z\n", "Sun Nov 32 20:57:13 UTC 2026\n", "99999999999999999999\n",
    ])
  func failures(text: String) {
    let seen = Seen(.nodeClock, text)
    #expect(seen.isFailed)
    #expect(seen.rows.isEmpty)
  }

  @Test("names the zone that it does not know")
  func zone() {
    let seen = Seen(.nodeClock, "1795381033\nSun Nov 22 21:57:13 CET 2026\n")
    #expect(
      seen.reading.remarks.map(\.message) == ["a time in the zone cet, which is not known: print it in UTC"])
    #expect(seen.isComplete)
  }

  @Test("with two boot ids keeps neither")
  func boots() {
    let seen = Seen(
      .nodeClock,
      "1795381033\n5c7a2a39-8a4f-4a67-9d0b-2d5f1d1f4a10\n6c7a2a39-8a4f-4a67-9d0b-2d5f1d1f4a10\n")
    #expect(seen.table("node_clock", "boot_id") == ["-"])
    #expect(seen.defects == ["node_clock.boot_id: two were told"])
    #expect(!seen.isComplete)
  }
}
