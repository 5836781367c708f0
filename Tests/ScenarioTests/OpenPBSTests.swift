import Foundation
import Model
import Testing

/// The rules know no batch system: a site of which OpenPBS tells instead of TORQUE has the same findings.
@Suite("A site of which OpenPBS tells")
struct OpenPBSTests {
  /// What a report says of what was found: all but which sources there were, and how long the looks took.
  private static func findings(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !$0.hasPrefix("Seen whole: ") && !$0.hasPrefix("Looked ")
    }
  }

  @Test("is reported as TORQUE's is", arguments: ["idle", "storm-after"])
  func reports(_ name: String) throws {
    let scenario = try #require(Scenario.all.first { $0.name == name })
    let retold = try #require(Scenario.all.first { $0.name == "openpbs-\(name)" })
    let (torque, openpbs) = (try Replay(scenario.capture), try Replay(retold.capture))
    #expect(Self.findings(openpbs.text) == Self.findings(torque.text))
    #expect(openpbs.text.contains("torque.server") && !torque.text.contains("torque.server"))
    #expect(openpbs.status == torque.status)
    #expect(scenario.text("expect/findings.txt") == retold.text("expect/findings.txt"))
  }

  /// All that is found, with what identifies it, and what would be done.
  private static func lines(_ capture: URL) throws -> Set<String> {
    let replay = try Replay(capture)
    return Set(
      replay.result.allFindings.map { finding in
        "\(finding.status.word) \(finding.rule) \(finding.node ?? "-") \(finding.fingerprint.hex): "
          + finding.steps.map(\.line).joined(separator: "; ")
      } + ["exit \(replay.status)"])
  }

  @Test("has the findings that it has where TORQUE tells, whatever happened there")
  func scenarios() async throws {
    let scratch = try Scratch()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-B", Program.root.appending(path: "Fixtures/make.py").path]
    process.arguments? += ["--openpbs", scratch.url.path]
    let status = try await process.ended()
    try #require(status == 0)
    let retold = Scenario.all.filter {
      FileManager.default.fileExists(atPath: scratch.url.appending(path: $0.name).path)
    }
    #expect(retold.count > 80)
    for scenario in retold {
      let (torque, openpbs) = (
        try Self.lines(scenario.capture), try Self.lines(scratch.url.appending(path: scenario.name))
      )
      #expect(openpbs == torque, "\(scenario.name)")
    }
  }

  // MARK: Live

  private static let batch = ["torque.server", "torque.settings"]

  private static func storm() throws -> LiveSite {
    let live = try LiveSite("openpbs-storm-after", "[database]\nengine = \"none\"\n", also: batch)
    let none = Program.root.appending(path: "Fixtures/parsers/openpbs/jobs/none.json")
    try FileManager.default.copyItem(at: none, to: live.file("running.json"))
    return live
  }

  @Test("is asked in OpenPBS's words, in UTC, and gives what its capture gives")
  func live() async throws {
    let live = try Self.storm()
    let kept = live.scratch.url.appending(path: "kept")
    let history = ["--set", "torque.history=true"]
    let audit = try await live.run("audit", ["--keep-capture", kept.path] + history)
    #expect(audit.output.contains("21 jobs were deleted between 2026-11-22T19:32:30.000Z and"), "\(audit.output)")
    #expect(audit.output.contains("Seen whole: torque.jobs, torque.nodes, torque.server, torque.settings"))
    let manifest = try String(contentsOf: kept.appending(path: "manifest.toml"), encoding: .utf8)
    let commands = Set(manifest.matches(of: /command = \[(.*(?:qstat|pbsnodes|qmgr).*)\]/).map { $0.output.1 })
    #expect(
      commands == [
        #""qstat", "-B", "-f", "-F", "json""#, #""env", "TZ=UTC0", "qstat", "-f", "-x", "-F", "json""#,
        #""pbsnodes", "-av", "-F", "json""#, #""qstat", "-Q", "-f", "-F", "json""#,
      ])
    let replayed = try await Program.run(["audit", "--capture", kept.path])
    #expect(replayed.output == audit.output)
  }

  @Test("without its history has the same losses, and no incident that only history tells")
  func withoutHistory() async throws {
    let audit = try await Self.storm().run("audit", "-f", "lines")
    let lost = audit.output.split(separator: "\n").filter { $0.contains("balloon-not-restored") }
    #expect(lost.count == 2 && lost.allSatisfy { $0.contains("confirmed") }, "\(audit.output)\(audit.error)")
  }

  @Test("that keeps no history and is asked for it was not seen")
  func noHistory() async throws {
    let live = try Self.storm()
    try live.write("", to: "no-history")
    let audit = try await live.run("audit", "--set", "torque.history=true")
    #expect(audit.status & 8 == 8)
    #expect(audit.output.contains("PBS is not configured to maintain job history"), "\(audit.output)")
  }

  @Test("and is taken for TORQUE was not seen, and TORQUE that is taken for OpenPBS neither")
  func mistaken() async throws {
    for (scenario, kind) in [("openpbs-storm-after", "torque"), ("storm-after", "openpbs")] {
      let live = try LiveSite(scenario, "[database]\nengine = \"none\"\n")
      let audit = try await live.run("audit", "--set", "torque.kind=\(kind)")
      #expect(audit.output.contains("failed   torque.nodes: "), "\(audit.output)")
      #expect(audit.status & 8 == 8)
    }
  }

  @Test("has its nodes listed in a new configuration")
  func configuration() async throws {
    let live = try Self.storm()
    let written = try await Program.run(
      ["config", "init", "--site", live.site.path], environment: live.environment, withRules: false)
    #expect(written.output.contains("kind = \"openpbs\"") && written.output.contains("name = \"gsn-wn3\""))
  }
}
