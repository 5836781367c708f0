import Testing
import World

@Suite("A job's id")
struct JobIdentifierTests {
  @Test(
    "It has a number and perhaps a server",
    arguments: [
      ("812.gridsn.example.org", "812", "gridsn"), ("12[3].GridSN.example.org", "12[3]", "gridsn"),
      ("12-3.gridsn", "12-3", "gridsn"),
      ("12[].s", "12[]", "s"), ("812", "812", nil), ("812.", "812", nil), (" 812.s\n", "812", "s"),
      ("", "", nil), (".", "", nil),
    ] as [(String, String, String?)])
  func parts(text: String, number: String, server: String?) {
    let parts = JobIdentifier(text)
    #expect(parts.number == number && parts.server == server)
  }
}
