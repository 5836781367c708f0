import Configuration
import Foundation
import Mdoc
import Model
import Report
import RuleBook
import Testing

@Suite("The manual pages")
struct ManualTests {
  /// All that are committed.
  static let pages = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  private static let folder = Tree.root.appending(path: "docs/man")

  private static func rules(_ folder: String) throws -> [RuleFolder.File] {
    let folder = Tree.root.appending(path: folder)
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.hasSuffix(".toml") && $0 != "authority.toml" }
      .map { RuleFolder.File(name: $0, bytes: Array(try Data(contentsOf: folder.appending(path: $0)))) }
  }

  /// A page as a reader sees it, without the overprinting that makes letters bold.
  private static func read(_ page: String) async throws -> String {
    try await Tree.output(["mandoc", "-Tutf8", folder.appending(path: page).path])
      .replacing(#/.\x08/#, with: "")
  }

  @Test("trueup(8) tells of the commands what their declarations say")
  func commands() async throws {
    let page = CommandPage(try await Declared.tool())
    let marked = MarkedPage(try Tree.text("docs/man/trueup.8"))
    let text = try #require(
      marked.with("COMMANDS", page.commandList)?.with("OPTIONS", page.optionList)?
        .with("EXIT STATUS", CommandPage.exitStatuses)?.text,
      "a mark is missing")
    try Tree.expect("docs/man/trueup.8", is: text)
  }

  @Test("check_trueup(8) tells of trueup check what its declaration says")
  func plugin() async throws {
    let page = CommandPage(try await Declared.tool())
    let options = try #require(page.options(of: "check"), "there is no trueup check")
    let marked = MarkedPage(try Tree.text("docs/man/check_trueup.8"))
    try Tree.expect(
      "docs/man/check_trueup.8", is: try #require(marked.with("OPTIONS", options)?.text, "a mark is missing"))
  }

  @Test("trueup-plan(5) tells of the verbs what their declarations say")
  func verbs() throws {
    let marked = MarkedPage(try Tree.text("docs/man/trueup-plan.5"))
    let body = try VerbList.body(try Tree.text("Sources/Model/Repair/Verb.swift"))
    try Tree.expect(
      "docs/man/trueup-plan.5", is: try #require(marked.with("VERBS", body)?.text, "a mark is missing"))
  }

  @Test("trueup-capture(5) is docs/capture-format.md")
  func capture() throws {
    let head = Mdoc.head(
      "trueup-capture", 5, "a recorded site", by: "make manuals from docs/capture-format.md")
    let body = MarkdownPage(try Tree.text("docs/capture-format.md")).body
    for kind in ObservationKind.allCases {
      #expect(body.contains { $0.contains(kind.rawValue) }, "\(kind.rawValue) is not documented")
    }
    let end = [".Sh SEE ALSO", ".Xr trueup.toml 5 ,", ".Xr trueup 8"]
    try Tree.expect(
      "docs/man/trueup-capture.5", is: (head + body + end).joined(separator: "\n") + "\n")
  }

  @Test("trueup-rules(7) tells what the rules say")
  func rules() throws {
    let audit = RuleFolder(layers: [try Self.rules("Rules")]).rules
    let preflight = RuleFolder(layers: [try Self.rules("Rules/preflight")]).rules
    try #require(audit.count > 40 && preflight.count > 5)
    let text = RuleCatalogue.manualPage(audit: audit, preflight: preflight)
    try Tree.expect("docs/man/trueup-rules.7", is: text)
  }

  @Test("trueup.toml(5) tells what the settings' declarations say")
  func settings() throws { try Tree.expect("docs/man/trueup.toml.5", is: Reference.manualPage) }

  @Test(
    "are what the program prints",
    arguments: [
      ("trueup-rules.7", ["rules", "catalogue", "--man", "--rules", Tree.root.path + "/Rules"]),
      ("trueup.toml.5", ["config", "reference", "--man"]),
    ])
  func printed(_ page: String, _ arguments: [String]) async throws {
    #expect(try await Tree.trueup(arguments) == Tree.text("docs/man/\(page)"))
  }

  @Test("are taken by mandoc without a warning", arguments: pages)
  func lint(_ page: String) async throws {
    let outcome = try await Tree.output([
      "mandoc", "-Tlint", "-Wwarning", Self.folder.appending(path: page).path,
    ])
    #expect(outcome.isEmpty)
  }

  @Test("have the parts that a reader looks for", arguments: pages)
  func parts(_ page: String) async throws {
    let text = try await Self.read(page)
    for part in ["NAME", "DESCRIPTION", "SEE ALSO"] { #expect(text.contains("\n\(part)\n"), "\(part)") }
  }

  @Test("trueup(8) has every command and every option of every command's help")
  func whole() async throws {
    let page = try await Self.read("trueup.8")
    for command in try await Declared.tool().all {
      #expect(page.contains(command.call), "\(command.call)")
      let help = await Tree.outcome([Tree.program] + command.words + ["--help"]).output
      #expect(help.contains("USAGE"), "\(command.call)")
      for option in help.matches(of: #/^ +(?:(-\w), )?(--[\w-]+)/#.anchorsMatchLineEndings()) {
        let words = [option.output.1, option.output.2].compactMap { $0 }.joined(separator: ", ")
        #expect(page.contains(words), "\(words) of \(command.call)")
      }
    }
  }

  @Test("refer to pages that there are")
  func references() throws {
    for page in Self.pages {
      for reference in try Tree.text("docs/man/\(page)").matches(of: #/\.Xr (trueup\S*|check_trueup) (\d)/#) {
        #expect(Self.pages.contains("\(reference.output.1).\(reference.output.2)"), "in \(page)")
      }
    }
  }
}
