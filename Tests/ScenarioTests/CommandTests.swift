import Foundation
import Model
import Testing

@Suite("The command line")
struct CommandTests {
  @Test(
    "gives wrong usage exit status 16, on standard error",
    arguments: [
      ["audit", "--capture"], ["nonsense"], ["audit", "--capture", "x", "--formt", "json"],
      ["rules", "show", "no-such-rule"], ["preflight", "--verify", "x", "--certificate", "y"],
      ["preflight", "--capture", "x", "--slots", "0"], ["preflight", "--capture", "x", "--valid", "soon"],
      ["audit", "--pseudonyms"], ["audit", "--keep-capture", "x", "--pseudonym-key", "x"],
      ["preflight", "--keep-capture", "x", "--pseudonyms", "--certificate", "y"],
      ["preflight", "--verify", "no/such/file"], ["audit", "--capture", "no/such/folder"],
    ])
  func usage(_ arguments: [String]) async throws {
    let outcome = try await Program.run(arguments)
    #expect(outcome.status == 16)
    #expect(outcome.output.isEmpty)
    #expect(!outcome.error.isEmpty)
  }

  @Test("says its version, and its exit statuses in the help")
  func version() async throws {
    let version = try await Program.run(["--version"], withRules: false)
    #expect(version.status == 0)
    #expect(version.output.hasPrefix("trueup "))
    let help = try await Program.run(["--help"], withRules: false)
    #expect(help.status == 0)
    #expect(help.output.contains("divergences are left"))
  }

  @Test("refuses a capture without a manifest, or with a broken one, by file and line")
  func manifests() async throws {
    let scratch = try Scratch()
    #expect(try await Program.run(["audit", "--capture", scratch.url.path]).error.contains("manifest.toml"))
    let broken = try scratch.copy("idle")
    try "format = 1\nsite = [".write(
      to: broken.appending(path: "manifest.toml"), atomically: true, encoding: .utf8)
    let outcome = try await Program.run(["audit", "--capture", broken.path])
    #expect(outcome.status == 16)
    #expect(outcome.error.contains("manifest.toml:2"))
  }

  @Test("refuses a site of which two nodes would become one")
  func collision() async throws {
    let scratch = try Scratch()
    let capture = try scratch.copy("idle")
    let site = "[[node]]\nname = \"wn1.a.org\"\n[[node]]\nname = \"wn1.b.org\"\n"
    try site.write(to: capture.appending(path: "site.toml"), atomically: true, encoding: .utf8)
    let outcome = try await Program.run(["audit", "--capture", capture.path])
    #expect(outcome.status == 16)
    #expect(outcome.error.contains("wn1.a.org and wn1.b.org"))
  }

  @Test("takes no cut source for a whole one: every output of a capture, cut anywhere, is not whole")
  func cut() async throws {
    let scratch = try Scratch()
    let capture = try scratch.copy("storm-after")
    let files = try FileManager.default.subpathsOfDirectory(atPath: capture.path).sorted()
    let manifest = try String(contentsOf: capture.appending(path: "manifest.toml"), encoding: .utf8)
    let lastLook = try #require(manifest.components(separatedBy: "[[round]]").last)
    var count = 0
    for file in files {
      let url = capture.appending(path: file)
      guard lastLook.contains("stdout = \"\(file)\"") else { continue }
      let bytes = try Data(contentsOf: url)
      guard !bytes.isEmpty else { continue }
      let place = (bytes.count * 7919) % 997 * bytes.count / 997
      try bytes.prefix(place).write(to: url)
      let outcome = try await Program.run(["audit", "--capture", capture.path])
      #expect(outcome.status & 8 == 8, "\(file) cut at \(place)")
      #expect(outcome.output.contains("the manifest says \(bytes.count)"), "\(file) cut at \(place)")
      try bytes.write(to: url)
      count += 1
    }
    #expect(count > 10)
  }

  @Test("keeps the snapshot for sqlite3, and writes over nothing")
  func snapshot() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "site.sqlite")
    let capture = Program.root.appending(path: "Fixtures/storm-after/capture").path
    #expect(try await Program.run(["audit", "--capture", capture, "--snapshot-out", file.path]).status == 4)
    #expect(try Data(contentsOf: file).starts(with: Array("SQLite format 3".utf8)))
    let again = try await Program.run(["audit", "--capture", capture, "--snapshot-out", file.path])
    #expect(again.status == 16)
    #expect(again.error.contains("File exists"))
  }

  @Test("explains every finding of every scenario", arguments: Scenario.all)
  func explain(_ scenario: Scenario) throws {
    for text in try Replay(scenario.capture).explanations() {
      #expect(text.contains("What the sources said:"))
      #expect(text.contains("What repair would do:"))
    }
  }

  @Test("explains a finding from the newest capture that the site keeps, where none is named")
  func explainKept() async throws {
    let scratch = try Scratch()
    let kept = scratch.url.appending(path: "kept")
    let site = scratch.url.appending(path: "site.toml")
    func explain() async throws -> Program.Outcome {
      try await Program.run(["explain", "5962", "--site", site.path])
    }
    try "name = \"gridsn\"\n".write(to: site, atomically: true, encoding: .utf8)
    let none = try await explain()
    #expect(none.status == 16 && none.error.contains("--keep-capture"), "\(none.error)")
    try "name = \"gridsn\"\n[look]\ncaptures = \"\(kept.path)\"\n".write(
      to: site, atomically: true, encoding: .utf8)
    try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: false)
    for (scenario, moment) in [
      ("deficit-64", "2026-11-22T03:10:00.000Z"), ("idle", "2026-11-23T03:10:00.000Z"),
    ] {
      try FileManager.default.copyItem(
        at: Program.root.appending(path: "Fixtures/\(scenario)/capture"), to: kept.appending(path: moment))
    }
    // One that was killed.
    try FileManager.default.createDirectory(
      at: kept.appending(path: "2026-11-24T03:10:00.000Z"), withIntermediateDirectories: false)
    let told = try await explain()
    #expect(told.status == 0 && told.output.contains("dom0 of gsn-wn1 is 64 MiB short"), "\(told.error)")
    #expect(told.output.contains("\(kept.path)/2026-11-22T03:10:00.000Z"), "\(told.output)")
    let unknown = try await Program.run(["explain", "ffff", "--site", site.path])
    #expect(unknown.status == 16 && unknown.error.contains("none of the 3 captures"), "\(unknown.error)")
  }

  @Test("explains a finding by its id", arguments: ["storm-after", "deficit-64"])
  func explanation(_ scenario: String) async throws {
    let capture = Program.root.appending(path: "Fixtures/\(scenario)/capture")
    let replay = try Replay(capture)
    for (finding, text) in try zip(replay.result.allFindings, replay.explanations()).prefix(3) {
      let outcome = try await Program.run(["explain", finding.fingerprint.hex, "--capture", capture.path])
      #expect(outcome.status == 0)
      let more = finding.steps.isEmpty ? "" : "  As this site would do it, with the commands: "
      let rest = outcome.output.dropFirst(text.count)
      #expect(outcome.output.hasPrefix(text) && rest.hasPrefix(more) && rest.isEmpty == more.isEmpty)
    }
  }

  @Test("lists, proves and lints the rules, and prints the schema")
  func rules() async throws {
    #expect(try await Program.run(["rules", "list"]).output.contains("balloon-not-restored"))
    #expect(try await Program.run(["rules", "lint"]).status == 0)
    #expect(try await Program.run(["schema"]).output.contains("CREATE VIEW memory_ledger"))
    let page = try await Program.run(["rules", "show", "balloon-not-restored"]).output
    #expect(page.contains("Who is right on what it reads:"))
    #expect(page.contains("who holds a lease: TORQUE"))
  }
}
