import Foundation
import Testing

/// The program as a monitor runs it.
@Suite("The plugin")
struct CheckTests {
  private static func check(_ scenario: String, _ options: [String] = []) async throws -> Program.Outcome {
    let capture = Program.root.appending(path: "Fixtures/\(scenario)/capture").path
    return try await Program.run(["check", "--capture", capture] + options)
  }

  @Test("says OK, WARNING, CRITICAL or UNKNOWN, and ends with 0, 1, 2 or 3")
  func states() async throws {
    for (scenario, options, status, word) in [
      ("idle", [String](), Int32(0), "OK"), ("storm-after", [], 2, "CRITICAL"),
      ("storm-after", ["--critical", "100"], 1, "WARNING"), ("storm-after", ["-c", "100", "-w", "100"], 0, "OK"),
      ("node-silent", [], 3, "UNKNOWN"), ("single-look", [], 3, "UNKNOWN"),
    ] {
      let said = try await Self.check(scenario, options)
      #expect(said.status == status, "\(scenario) \(said.output)\(said.error)")
      #expect(said.output.hasPrefix("TRUEUP \(word) - "), "\(scenario) \(said.output)")
      #expect(said.output.split(separator: "\n")[0].count { $0 == "|" } == 1)
    }
  }

  @Test(
    "says UNKNOWN on standard output whatever it is asked in vain",
    arguments: [
      ["--nonsense"], ["--capture", "no/such/folder"], ["--capture"], ["--warning", "-1"], ["--timeout", "0"],
      ["--site", "no/such/file"], ["--rules", "no/such/folder"],
    ])
  func usage(_ arguments: [String]) async throws {
    let said = try await Program.run(["check"] + arguments, withRules: false)
    #expect(said.status == 3)
    #expect(said.output.hasPrefix("TRUEUP UNKNOWN - ") && said.error.isEmpty, "\(said.output) \(said.error)")
  }

  @Test("gives help and its version with exit status 3, as plugins do")
  func help() async throws {
    for option in ["--help", "--version"] {
      let said = try await Program.run(["check", option], withRules: false)
      #expect(said.status == 3 && !said.output.isEmpty && said.error.isEmpty)
    }
  }

  @Test("is the program when it is called check_trueup, and nothing else is")
  func name() async throws {
    let scratch = try Scratch()
    let capture = Program.root.appending(path: "Fixtures/storm-after/capture").path
    for (name, status) in [("check_trueup", Int32(2)), ("trueup-old", 16)] {
      let link = scratch.url.appending(path: name)
      try FileManager.default.createSymbolicLink(at: link, withDestinationURL: Program.binary)
      let said = try await Program.run(["--capture", capture], program: link)
      #expect(said.status == status, "\(name): \(said.output)\(said.error)")
    }
    let audit = try await Program.run(["audit", "--capture", capture, "-f", "nagios"])
    #expect(audit.status == 16 && audit.error.contains("trueup check"), "two kinds of exit status are not mixed")
  }

  @Test("says UNKNOWN in time where a source does not answer, and leaves no child behind")
  func late() async throws {
    let live = try LiveSite("idle", "[database]\nengine = \"none\"\n")
    try live.write("", to: "qstat.xml.hangs")
    // A shell looks at the clock: this process may be busy with other tests.
    let said = try await Program.run(
      [
        "-c", "date +%s%N >&2; \"$@\"; status=$?; date +%s%N >&2; exit $status", "sh", Program.binary.path, "check",
        "--site", live.site.path, "--rules", Program.rules.path, "--timeout", "1", "--set", "torque.deadline=30s",
      ], environment: live.environment, withRules: false, program: URL(filePath: "/bin/sh"))
    #expect(said.status == 3, "\(said.output)\(said.error)")
    #expect(said.output.hasPrefix("TRUEUP UNKNOWN - no answer within 1 s"), "\(said.output)")
    let moments = said.error.split(separator: "\n").compactMap { Int64($0) }
    try #require(moments.count == 2, "\(said.error)")
    // A second, what its children are given to end, and as much again for a busy machine.
    #expect(moments[1] - moments[0] < 5_000_000_000)
    #expect(live.processes.isEmpty, "left behind: \(live.processes)")
  }

  @Test("says UNKNOWN when it is called off or crashes", arguments: [SIGTERM, SIGSEGV, SIGILL, SIGABRT])
  func ended(_ number: Int32) async throws {
    let live = try LiveSite("idle", "[database]\nengine = \"none\"\n")
    let (status, output) = try await live.killedCheck(by: number)
    #expect(status == 3)
    #expect(output.hasPrefix("TRUEUP UNKNOWN - "), "\(output)")
    #expect(output.contains(number == SIGTERM ? "called off by a signal" : "the program crashed"))
  }
}
