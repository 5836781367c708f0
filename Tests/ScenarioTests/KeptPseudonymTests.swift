import Foundation
import Testing

@Suite("A live run under pseudonyms")
struct KeptPseudonymTests {
  private let live: LiveSite
  private let kept: URL
  /// Names that only the configuration and the server's own account tell.
  private static let more = ["db7", "wessex", "tess9", "head5", "moira4"]

  /// A site with a database, whose server tells of itself.
  init() async throws {
    live = try LiveSite(
      "storm-after",
      """
      [database]
      engine = "sqlite"
      main = "main.sqlite"
      host = "db7.wessex.edu"
      user = "tess9"

      """, also: ["torque.server", "db.main"])
    kept = live.scratch.url.appending(path: "kept")
    let database = live.file("main.sqlite")
    let text = try String(contentsOf: live.site, encoding: .utf8)
    try text.replacing("main.sqlite", with: database.path).write(
      to: live.site, atomically: true, encoding: .utf8)
    try live.write(
      "Server: head5.wessex.edu\n    server_state = Active\n    total_jobs = 21\n    managers = moira4@head5.wess\n\tex.edu\n"
        + "    pbs_version = 2.5.13\n\n", to: "qstat-Bf")
    let sqlite = Process()
    sqlite.executableURL = URL(filePath: "/usr/bin/env")
    sqlite.arguments = ["sqlite3", database.path, ".read '\(live.file("main.sql").path)'"]
    try sqlite.run()
    sqlite.waitUntilExit()
    try #require(sqlite.terminationStatus == 0)
  }

  /// None of the names is in what was kept, and nothing else was left.
  private func expectOnlyPseudonyms() throws {
    let names = Names(of: live.bytes, and: Self.more)
    #expect(try names.left(below: live.bytes).count > 50)
    #expect(try names.left(below: kept) == [])
    let beside = try FileManager.default.contentsOfDirectory(atPath: live.scratch.url.path).sorted()
    #expect(beside == ["bytes", "kept", "site.toml", "temporary"])
    #expect(Names.files(below: live.temporary) == [])
  }

  private func findings(_ outcome: Program.Outcome) throws -> [String] {
    let report = try JSONDecoder().decode(JsonReport.self, from: Data(outcome.output.utf8))
    return PseudonymTests.rules(report.lines) + ["exit \(outcome.status)"]
  }

  @Test("keeps of an audit the copy alone, and that has the same findings")
  func audit() async throws {
    let audit = try await live.run("audit", "-f", "json", "--keep-capture", kept.path, "--pseudonyms")
    #expect(audit.output.contains("gsn-wn1"), "\(audit.error)")
    try expectOnlyPseudonyms()
    let replayed = try await Program.run(["audit", "--capture", kept.path, "-f", "json"])
    #expect(try findings(replayed) == findings(audit))
    #expect(try findings(audit).contains { $0.contains("balloon-not-restored") })
    let manifest = Names.text(kept.appending(path: "manifest.toml"))
    #expect(manifest.contains("torque.server") && manifest.contains("db.main"))
  }

  @Test("keeps of a capture and of a preflight the copy alone")
  func others() async throws {
    let capture = try await live.run(
      "capture", "-o", kept.path, "--pseudonyms", "--wait", "0", withRules: false)
    #expect(capture.status == 0, "\(capture.error)")
    try expectOnlyPseudonyms()
    #expect(try await Program.run(["audit", "--capture", kept.path]).output.contains("balloon-not-restored"))
    try FileManager.default.removeItem(at: kept)
    let preflight = try await live.run("preflight", "--keep-capture", kept.path, "--pseudonyms")
    #expect(preflight.output.contains("NO-GO") && preflight.output.contains("gsn-wn1"))
    try expectOnlyPseudonyms()
    let judged = try await Program.run(["preflight", "--capture", kept.path])
    #expect(judged.status == preflight.status)
  }

  @Test("under one key fits together with the next")
  func key() async throws {
    let key = live.scratch.url.appending(path: "temporary/key")
    try Data("a key for every night".utf8).write(to: key)
    var sites: [String] = []
    for _ in 1...2 {
      let run = try await live.run(
        "capture", "-o", kept.path, "--pseudonyms", "--pseudonym-key", key.path, "--single-look",
        withRules: false)
      #expect(run.status == 0, "\(run.error)")
      sites.append(Names.text(kept.appending(path: "site.toml")))
      try FileManager.default.removeItem(at: kept)
    }
    #expect(sites[0] == sites[1] && sites[0].contains("[[node]]"))
  }

  @Test("touches no folder that is there already, and asks for a key before it looks")
  func careful() async throws {
    try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: false)
    try Data("mine".utf8).write(to: kept.appending(path: "mine"))
    let there = try await live.run("capture", "-o", kept.path, "--pseudonyms", withRules: false)
    #expect(there.status == 16 && there.error.contains("File exists"))
    #expect(Names.text(kept.appending(path: "mine")) == "mine")
    let other = live.scratch.url.appending(path: "other").path
    let keyless = try await live.run(
      "capture", "-o", other, "--pseudonyms", "--pseudonym-key", "/no/such/key", withRules: false)
    #expect(keyless.status == 16 && keyless.error.contains("No such file"))
    #expect(!FileManager.default.fileExists(atPath: other))
  }

  @Test("that is called off leaves nothing behind")
  func interrupted() async throws {
    let (status, _) = try await live.interruptedAudit("--keep-capture", kept.path, "--pseudonyms")
    #expect(status == 32)
    #expect(!FileManager.default.fileExists(atPath: kept.path))
    #expect(Names.files(below: live.temporary) == [])
  }
}
