import Foundation
import Report
import RuleBook
import Testing

@Suite("docs/rules.md")
struct CatalogueTests {
  @Test("is what the rules say")
  func fresh() throws {
    let file = root.appending(path: "docs/rules.md")
    let catalogue = RuleCatalogue.markdown(RuleFolder(layers: [try shippedFiles()]).rules)
    let committed = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    if committed != catalogue, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
      try catalogue.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(committed == catalogue, "run make accept, and read the diff")
  }
}
