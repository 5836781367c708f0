import Capture
import Foundation
import Testing

@testable import trueup

@Suite("A pseudonymous copy")
struct PseudonymTests {
  private static func copy(_ capture: URL, under key: String, in scratch: Scratch) throws -> URL {
    let copy = scratch.url.appending(path: "copy under \(key)")
    let key = try #require(Pseudonyms.Key(Array(key.utf8)))
    _ = try PseudonymousCopy(creating: copy.path, key: key).write(Recording.capture(at: capture.path))
    return copy
  }

  // MARK: Keys

  private static let nodes = ["gsn-wn1", "gsn-wn2", "gsn-wn3", "gsn-wn4"]

  /// A rule that is about several nodes names the first of them by name, and lists are in the order of names. Under this key
  /// the nodes keep their order, so that nothing but names may differ.
  private static let inOrder = Result { try key { $0 == $0.sorted() } }

  /// Under this one no node stays the first.
  private static let turned = Result { try key { $0 == $0.sorted().reversed() } }

  /// The first of a row of keys under which the stand-ins of the nodes are in some order.
  private static func key(_ isMeant: ([String]) -> Bool) throws -> String {
    let scratch = try Scratch()
    let capture = scratch.url.appending(path: "nodes")
    try FileManager.default.createDirectory(at: capture, withIntermediateDirectories: false)
    let manifest = """
      format = 1
      site = "site.toml"
      [[round]]
      started = 2026-11-22T19:33:35Z

      """
    try manifest.write(to: capture.appending(path: "manifest.toml"), atomically: true, encoding: .utf8)
    try nodes.map { "[[node]]\nname = \"\($0)\"\n" }.joined()
      .write(to: capture.appending(path: "site.toml"), atomically: true, encoding: .utf8)
    for number in 1...1000 {
      let copy = try copy(capture, under: "key number \(number) of the tests", in: scratch)
      let site = Names.text(copy.appending(path: "site.toml"))
      let standIns = site.matches(of: /name = "(.*)"/).map { String($0.output.1) }
      try #require(standIns.count == nodes.count)
      if isMeant(standIns) { return "key number \(number) of the tests" }
    }
    throw NoSuchKey()
  }

  private struct NoSuchKey: Error {}

  // MARK: The audit

  @Test(
    "of a scenario has the same audit in all but names, and none of the names", arguments: Scenario.all)
  func audit(_ scenario: Scenario) throws {
    let scratch = try Scratch()
    let capture = scenario.capture
    let copy = try Self.copy(capture, under: Self.inOrder.get(), in: scratch)
    let names = Names(of: capture)
    #expect(names.count > 5)
    #expect(try names.left(below: copy) == [])
    let (original, outcome) = (try Replay(scenario.capture), try Replay(copy))
    #expect(outcome.status == original.status)
    let standIns = try StandIns(capture, copy)
    let expected = try Self.lines(original.json) { try standIns.translated($0) }
    let found = try Self.lines(outcome.json) { $0 }
    let (missing, surplus) = (expected.subtracting(found), found.subtracting(expected))
    #expect(missing.sorted() == surplus.sorted(), "\(scenario.name)")
    #expect(expected.count > 20)
  }

  /// In each of these, one finding is about several nodes, and says the first by name. The incident of one node, too, that
  /// a finding belongs to is then another one's, or none.
  @Test(
    "whose nodes are in another order names another where one of several is named, and has the same findings otherwise",
    arguments: ["guest-duplicated", "pilot-unconfigured"])
  func order(_ scenario: String) throws {
    let scratch = try Scratch()
    let capture = Program.root.appending(path: "Fixtures/\(scenario)/capture")
    let copy = try Self.copy(capture, under: Self.turned.get(), in: scratch)
    let standIns = try StandIns(capture, copy)
    let nodes = try Self.nodes.map { try standIns.translated($0) }
    func withoutNodes(_ text: String) -> String { nodes.reduce(text) { $0.replacing($1, with: "a-node") } }
    func findings(_ report: String, _ translated: (String) throws -> String) throws -> Set<String> {
      try Self.lines(report, translated).filter { $0.contains(" x findings: ") }
    }
    let (original, found) = (
      try Replay(capture), try Replay(copy)
    )
    #expect(found.status == original.status)
    #expect(
      try findings(original.json) { try standIns.translated($0) } != findings(found.json) { $0 })
    #expect(
      try findings(original.json) { withoutNodes(try standIns.translated($0)) }
        == findings(found.json, withoutNodes))
  }

  /// The lines of `findings.txt`, without the node of each.
  static func rules(_ lines: [String]) -> [String] {
    lines.map { line in
      line.hasPrefix("exit") ? line : line.split(separator: " ").dropLast().joined(separator: " ")
    }.sorted()
  }

  /// A JSON report as lines: a finding, a source, a rule, a defect each, with all that is in it. In no order, which rests on
  /// names, and without the findings' ids, which do too.
  private static func lines(
    _ report: String, _ translated: (String) throws -> String
  ) throws -> Set<String> {
    let report = try JSONSerialization.jsonObject(with: Data(report.utf8))
    let top = try #require(report as? [String: Any])
    var lines: [String] = []
    for (key, value) in top {
      let parts = value as? [Any] ?? [value]
      lines += try parts.map { "\(key): \(try line($0, translated))" }
    }
    // The same line twice is not one line.
    return Set(Dictionary(grouping: lines, by: \.self).map { "\($1.count) x \($0)" })
  }

  private static func line(_ value: Any, _ translated: (String) throws -> String) throws -> String {
    switch value {
    case let object as [String: Any]:
      let entries = try object.sorted { $0.key < $1.key }.map {
        "\($0.key)=\(try line($0.value, translated))"
      }
      return "{\(entries.joined(separator: " "))}"
    case let array as [Any]:
      return "[\(try array.map { try line($0, translated) }.sorted().joined(separator: " "))]"
    case let text as String:
      if text.wholeMatch(of: /[0-9a-f]{16}/) != nil { return "ID" }
      return try translated(text).split { " ,;".contains($0) }.sorted().joined(separator: " ")
    default: return "\(value)"
    }
  }

  // MARK: The command

  @Test("writes over nothing, needs a key worth its name, and keeps it out of the copy")
  func careful() async throws {
    let scratch = try Scratch()
    let capture = Program.root.appending(path: "Fixtures/idle/capture").path
    let key = scratch.url.appending(path: "key")
    let secret = "nobody-guesses-this-key"
    func run(_ output: String) async throws -> Program.Outcome {
      try await Program.run(
        ["pseudonyms", capture, "-o", output, "--pseudonym-key", key.path], withRules: false)
    }
    let copy = scratch.url.appending(path: "copy")
    #expect(try await run(copy.path).error.contains("No such file"))
    try Data("short".utf8).write(to: key)
    #expect(try await run(copy.path).error.contains("5 bytes"))
    try Data(secret.utf8).write(to: key)
    #expect(try await run(copy.path).status == 0)
    #expect(try await run(copy.path).status == 16)
    for file in Names.files(below: copy) {
      #expect(!Names.text(copy.appending(path: file)).contains(secret))
    }
    let other = scratch.url.appending(path: "other")
    #expect(try await Program.run(["pseudonyms", capture, "-o", other.path], withRules: false).status == 0)
    #expect(
      Names.text(copy.appending(path: "site.toml")) != Names.text(other.appending(path: "site.toml")))
  }
}
