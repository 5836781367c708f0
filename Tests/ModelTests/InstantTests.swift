import Model
import Testing

@Suite("A moment")
struct InstantTests {
  @Test(
    "is written and read as RFC 3339",
    arguments: [
      ("2026-11-22T03:10:00.120Z", 1_795_317_000_120),
      ("1970-01-01T00:00:00.000Z", 0),
      ("1969-12-31T23:59:59.999Z", -1),
      ("2000-02-29T12:00:00.000Z", 951_825_600_000),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
  func roundTrip(_ text: String, _ milliseconds: Int) throws {
    let moment = try #require(Instant(rfc3339: text))
    #expect(moment.milliseconds == Int64(milliseconds))
    #expect(moment.rfc3339 == text)
  }

  @Test("is the same in every zone")
  func zones() {
    #expect(Instant(rfc3339: "2026-11-22T04:10:00+01:00") == Instant(rfc3339: "2026-11-22T03:10:00Z"))
    #expect(Instant(rfc3339: "2026-11-21 22:40:00.5-04:30") == Instant(rfc3339: "2026-11-22T03:10:00.500Z"))
  }

  @Test(
    "is refused when it is none",
    arguments: [
      "", "2026-11-22", "2026-11-22T03:10:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
      "2026-11-22T24:00:00Z", "2026-11-22T03:10:00.Z", "2026-11-22T03:10:00+1:00", "x026-11-22T03:10:00Z",
      "2026-11-22T03:10:00+25:00",
    ])
  func refused(_ text: String) { #expect(Instant(rfc3339: text) == nil) }

  @Test("keeps every day of four centuries")
  func days() throws {
    var milliseconds: Int64 = -6_847_804_800_000
    for _ in 0..<146_097 {
      let moment = Instant(milliseconds: milliseconds)
      #expect(Instant(rfc3339: moment.rfc3339) == moment)
      milliseconds += 86_400_000
    }
  }
}
