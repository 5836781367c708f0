import Foundation
import Model
import Report
import RuleBook
import Testing

@testable import trueup

/// Every form of the report of every scenario. Whole reports would be a megabyte for each form, so what is kept of each
/// scenario is the plugin's words and the metrics that are not zero; the others are held against the result and against their
/// schemas, and `ReportTests` keeps one report of each form to the byte.
@Suite("A scenario's report, in every form")
struct FormatTests {
  @Test("gives the plugin's words and its metrics to the byte", arguments: Scenario.all)
  func golden(_ scenario: Scenario) throws {
    let replay = try Replay(scenario.capture)
    let metrics = replay.report(.prometheus).split(separator: "\n").filter { line in
      let isWhole = line.hasPrefix("trueup_source_complete") && line.hasSuffix(" 1")
      return !line.hasPrefix("#") && !line.hasSuffix(" 0") && !isWhole && !line.hasPrefix("trueup_info")
    }
    let text = replay.report(.nagios) + "\n" + metrics.joined(separator: "\n") + "\n"
    let committed = scenario.text("expect/formats.txt")
    if committed != text, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
      try text.write(
        to: scenario.folder.appending(path: "expect/formats.txt"), atomically: true, encoding: .utf8)
    }
    #expect(committed == text, "run make accept, and read the diff of \(scenario.name)/formats.txt")
  }

  @Test("tells the same findings in each", arguments: Scenario.all)
  func agreement(_ scenario: Scenario) throws {
    let replay = try Replay(scenario.capture)
    let ids = replay.result.allFindings.map(\.fingerprint.hex).sorted()
    let patterns: [(Format, Regex<(Substring, Substring)>)] = [
      (.json, #/\n *"id": "([0-9a-f]{16})"/#), (.jsonl, #/\n\{"type":"finding","id":"([0-9a-f]{16})"/#),
      (.lines, #/(?:^|\n)[^:\n]*:[^:\n]*:[^:\n]*:[^:\n]*:([0-9a-f]{16}):/#),
      (.sarif, #/"trueup\/v1": "([0-9a-f]{16})"/#), (.html, #/<details class="finding [a-z]+" id="f-([0-9a-f]{16})"/#),
    ]
    for (format, pattern) in patterns {
      let found = replay.report(format).matches(of: pattern).map { String($0.output.1) }.sorted()
      #expect(found == ids, "\(format)")
    }
  }

  @Test("is valid by the schema of its form, and has no key that is not in it")
  func schemas() async throws {
    let scratch = try Scratch()
    var count = 0
    func write(_ name: String, _ report: (Format) -> String) throws {
      for format in [Format.json, .jsonl, .sarif] {
        let file = scratch.url.appending(path: "\(name).\(format.rawValue)")
        try report(format).write(to: file, atomically: true, encoding: .utf8)
        count += 1
      }
    }
    for scenario in Scenario.all {
      let replay = try Replay(scenario.capture)
      try write(scenario.name) { replay.report($0) }
    }
    for format in [Format.json, .jsonl, .sarif] {
      let night = Program.root.appending(path: "Tests/ReportTests/night/report.\(format.rawValue)")
      try FileManager.default.copyItem(
        at: night, to: scratch.url.appending(path: "night.\(format.rawValue)"))
      count += 1
    }
    #expect(try await Self.validate(scratch.url) == "\(count) files\n")
  }

  @Test("is invalid where something is missing, added or of another kind: the schemas are not blind")
  func damage() async throws {
    let scratch = try Scratch()
    let replay = try Replay(Program.root.appending(path: "Fixtures/storm-after/capture"))
    let damages: [(Format, String, String)] = [
      (.json, "\"exit_status\": 4,", ""), (.json, "\"severity\": \"error\"", "\"severity\": \"bad\""),
      (.json, "\"mode\": \"pilot\"", "\"mode\": \"pilot\", \"more\": 1"),
      (.jsonl, "\"explained_by\":null", "\"explained_by\":7"), (.jsonl, "{\"type\":\"summary\"", "{\"type\":\"end\""),
      (.sarif, "\"level\": \"error\",", "\"level\": \"none\","), (.sarif, "\"ruleId\"", "\"rule\""),
    ]
    for (place, (format, text, other)) in damages.enumerated() {
      let report = replay.report(format)
      let damaged = report.replacing(text, with: other, maxReplacements: 1)
      #expect(damaged != report, "\(text)")
      try damaged.write(
        to: scratch.url.appending(path: "\(place).\(format.rawValue)"), atomically: true, encoding: .utf8)
    }
    let complaints = try await Self.validate(scratch.url).split(separator: "\n")
    for place in damages.indices {
      #expect(complaints.contains { $0.hasPrefix("\(place).") }, "\(damages[place].2)")
    }
  }

  /// What `Tests/Schemas/validate.py` says of a folder.
  private static func validate(_ folder: URL) async throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/python3")
    process.arguments = [Program.root.appending(path: "Tests/Schemas/validate.py").path, folder.path]
    let output = folder.deletingLastPathComponent().appending(path: "\(folder.lastPathComponent).said")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: output) }
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    let status = try await process.ended()
    let said = try String(contentsOf: output, encoding: .utf8)
    #expect(status == 0, "\(said) (python3-jsonschema is one of the packages that make test installs)")
    return said
  }

  @Test("is told by the program to the byte", arguments: ["storm-after", "node-silent"])
  func program(_ name: String) async throws {
    let capture = Program.root.appending(path: "Fixtures/\(name)/capture")
    let replay = try Replay(capture)
    for format in Format.allCases where format != .nagios {
      let told = try await Program.run(["audit", "--capture", capture.path, "-f", format.rawValue])
      #expect(told.output == replay.report(format), "\(format)")
      #expect(told.status == replay.status)
    }
    let told = try await Program.run(["check", "--capture", capture.path])
    #expect(told.output == replay.report(.nagios))
  }

  @Test("has every rule's message in it when every rule found something", arguments: Format.allCases)
  func simulated(_ format: Format) async throws {
    let command = format == .nagios ? ["check"] : ["audit", "-f", format.rawValue]
    let told = try await Program.run(command + ["--simulate-findings"])
    #expect(told.status == (format == .nagios ? 2 : 4), "\(told.error)")
    let rules = try Installation.rules(shipped: Program.rules.path, overlays: []).rules
    #expect(rules.count > 40)
    for rule in rules {
      let words =
        switch format {
        case .text, .lines, .nagios: rule.id
        case .json: "\"rule\": \"\(rule.id)\""
        case .jsonl: "\"rule\":\"\(rule.id)\""
        case .sarif: "\"ruleId\": \"\(rule.id)\""
        case .prometheus: "trueup_findings{rule=\"\(rule.id)\""
        case .html: "<code>\(rule.id)</code> <span class=\"message\">"
        }
      #expect(told.output.contains(words), "\(rule.id)")
      if format == .prometheus {
        let lines = told.output.split(separator: "\n").filter { $0.hasPrefix(words) }
        #expect(lines.filter { $0.hasSuffix(" 1") }.count == 1, "\(rule.id)")
      }
    }
  }

  @Test("of simulated findings is refused beside a capture or a history: nothing is looked at")
  func notBoth() async throws {
    let capture = Program.root.appending(path: "Fixtures/idle/capture").path
    for options in [["--capture", capture], ["--history", "x"], ["--snapshot-out", "x"]] {
      let refused = try await Program.run(["audit", "--simulate-findings"] + options)
      #expect(refused.status == 16 && refused.output.isEmpty)
    }
  }
}
