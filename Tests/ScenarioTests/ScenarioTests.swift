import Foundation
import Testing

/// A folder of `Fixtures` with a story.
struct Scenario: CustomTestStringConvertible, Sendable {
  let folder: URL
  var name: String { folder.lastPathComponent }
  var testDescription: String { name }

  static let all: [Scenario] = {
    let fixtures = Program.root.appending(path: "Fixtures")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: fixtures.path)) ?? []
    return names.sorted().map { Scenario(folder: fixtures.appending(path: $0)) }
      .filter { FileManager.default.fileExists(atPath: $0.folder.appending(path: "story.md").path) }
  }()

  func text(_ path: String) -> String? {
    try? String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  var capture: URL { folder.appending(path: "capture") }

  /// The program's own answer.
  func audit(_ arguments: [String] = [], environment: [String: String] = [:]) async throws -> Program.Outcome
  {
    try await Program.run(
      ["audit", "--capture", capture.path] + arguments, environment: environment)
  }
}

@Suite("A scenario")
struct ScenarioTests {
  @Test("is there, twenty times at least")
  func count() { #expect(Scenario.all.count >= 20) }

  @Test("finds what the failure catalogue says of it", arguments: Scenario.all)
  func findings(_ scenario: Scenario) throws {
    let expected = try #require(scenario.text("expect/findings.txt"))
    let replay = try Replay(scenario.capture)
    let report = try JSONDecoder().decode(JsonReport.self, from: Data(replay.json.utf8))
    let found = report.lines + ["exit \(replay.status)"]
    #expect(found.joined(separator: "\n") + "\n" == expected)
    #expect(report.exitStatus == replay.status)
  }

  @Test("gives its report and its plan to the byte", arguments: Scenario.all)
  func golden(_ scenario: Scenario) throws {
    let replay = try Replay(scenario.capture)
    let json = try JSONDecoder().decode(JsonReport.self, from: Data(replay.json.utf8))
    for (file, text) in [("expect/report.txt", replay.text), ("expect/plan.txt", json.plan)] {
      let committed = scenario.text(file)
      if committed != text, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
        try text.write(to: scenario.folder.appending(path: file), atomically: true, encoding: .utf8)
      }
      #expect(committed == text, "run make accept, and read the diff of \(scenario.name)/\(file)")
    }
  }

  @Test(
    "is told by the program to the byte, in any zone, language and folder",
    arguments: ["storm-after", "deficit-64", "node-silent", "idle"])
  func program(_ name: String) async throws {
    let scenario = try #require(Scenario.all.first { $0.name == name })
    let replay = try Replay(scenario.capture)
    for environment in [
      ["TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8"], ["TZ": "America/Lima", "LC_ALL": "C"],
    ] {
      let (text, json) = (
        try await scenario.audit(environment: environment),
        try await scenario.audit(["--format", "json"], environment: environment)
      )
      #expect(text.output == replay.text)
      #expect(json.output == replay.json)
      #expect(text.status == replay.status)
      #expect(json.status == replay.status)
    }
  }

  @Test("tells its story: what happened, which modes, where the bytes come from", arguments: Scenario.all)
  func story(_ scenario: Scenario) throws {
    let story = try #require(scenario.text("story.md"))
    #expect(story.hasPrefix("# "))
    #expect(story.contains("\nBytes:") || story.contains("\n## Bytes"))
    #expect(story.contains("\nModes:"))
  }
}

/// What the tests read of the JSON report.
struct JsonReport: Decodable {
  struct Finding: Decodable {
    struct Status: Decodable { let word: String }
    struct Step: Decodable {
      let `do`: String
      let with: [String: Cell]
    }
    let id: String
    let rule: String
    let node: String?
    let status: Status
    let repair: [Step]
    let explains: [Finding]

    func lines(indent: String) -> [String] {
      ["\(indent)\(status.word.replacingOccurrences(of: " ", with: "-")) \(rule) \(node ?? "-")"]
        + explains.flatMap { $0.lines(indent: indent + "  ") }.sorted()
    }
  }

  enum Cell: Decodable {
    case text(String)

    init(from decoder: any Decoder) throws {
      let box = try decoder.singleValueContainer()
      if box.decodeNil() {
        self = .text("unknown")
      } else if let number = try? box.decode(Int.self) {
        self = .text(String(number))
      } else {
        self = .text(try box.decode(String.self))
      }
    }

    var text: String {
      switch self {
      case .text(let text): text
      }
    }
  }

  let exitStatus: Int32
  let findings: [Finding]

  enum CodingKeys: String, CodingKey {
    case exitStatus = "exit_status"
    case findings
  }

  /// One line a finding, sorted; candidates that can't be judged are one line a rule, with the node if all agree.
  var lines: [String] {
    let doubtful = Dictionary(grouping: findings.filter { $0.status.word == "undetermined" }, by: \.rule)
    let merged = doubtful.map { rule, group in
      let nodes = Set(group.map { $0.node ?? "-" })
      return "undetermined \(rule) \(nodes.count == 1 ? nodes.first ?? "-" : "-")"
    }
    let sure = findings.filter { $0.status.word != "undetermined" }.map {
      $0.lines(indent: "").joined(separator: "\n")
    }
    return (sure + merged).sorted().flatMap { $0.components(separatedBy: "\n") }
  }

  /// The steps for what is confirmed, a line each.
  var plan: String {
    func steps(_ finding: Finding) -> [String] {
      let own = finding.status.word == "confirmed" ? finding.repair : []
      let lines = own.map { step in
        "\(step.do) "
          + step.with.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }.joined(separator: " ")
      }
      let head = lines.isEmpty ? [] : ["\(finding.rule) \(finding.node ?? "-")"]
      return head + lines.map { "  \($0)" } + finding.explains.flatMap(steps)
    }
    return findings.flatMap(steps).map { $0 + "\n" }.joined()
  }
}
