import Model
import Report
import Testing

@Suite("The preflight's report")
struct ReportTests {
  @Test("has the same columns with and without colour")
  func colour() throws {
    var site = FitSite()
    site.failed = [(.nodeClock, "n2")]
    let result = try site.result()
    let plain = PreflightReport(colour: false).text(result)
    let coloured = PreflightReport(colour: true).text(result)
    #expect(coloured != plain)
    #expect(coloured.replacing(/\u{1B}\[\d+m/, with: "") == plain)
  }

  @Test("tells one reason once, for all that it concerns")
  func reasons() throws {
    var site = FitSite()
    site.failed = [(.dbMain, nil)]
    let text = PreflightReport(colour: false).text(try site.result())
    #expect(text.contains("?   addresses, rows  site: db.main: timed out\n"))
    #expect(text.contains("NO-GO: 2 can't be told. Exit status 8.\n"))
  }

  @Test("obeys no control character of a node's name or a message")
  func visible() throws {
    var site = FitSite()
    site.put(.xenList, "n1", FitSite.domain(4, "evil\u{1B}[2J\nGO. Exit status 0.", on: "n1"))
    let text = PreflightReport(colour: false).text(try site.result())
    #expect(!text.contains("\u{1B}"))
    #expect(!text.contains("\nGO."))
  }
}
