import Foundation
import Testing

@Suite("A preflight")
struct PreflightTests {
  private static func capture(_ scenario: String) -> String {
    Program.root.appending(path: "Fixtures/\(scenario)/capture").path
  }

  private func preflight(_ scenario: String, _ arguments: [String] = []) async throws -> Program.Outcome {
    try await Program.run(["preflight", "--capture", Self.capture(scenario)] + arguments)
  }

  @Test("of each scenario gives its table to the byte", arguments: Scenario.all)
  func golden(_ scenario: Scenario) throws {
    let (text, status) = try Replay.preflight(scenario.capture)
    let committed = scenario.text("expect/preflight.txt")
    if committed != text, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
      let file = scenario.folder.appending(path: "expect/preflight.txt")
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(committed == text, "run make accept, and read the diff of \(scenario.name)")
    #expect(text.hasSuffix("Exit status \(status).\n"))
    #expect(text.contains("\nGO. ") == (status == 0))
  }

  @Test("is told by the program to the byte", arguments: ["ready", "storm-after", "node-silent"])
  func program(_ scenario: String) async throws {
    let outcome = try await preflight(scenario)
    let (text, status) = try Replay.preflight(URL(filePath: Self.capture(scenario)))
    #expect(outcome.output == text)
    #expect(outcome.status == status)
  }

  @Test("says GO where nothing stands against it, and NO-GO for what does not fit")
  func trial() async throws {
    #expect(try await preflight("ready").status == 0)
    let large = try await preflight("ready", ["--slots", "3", "--nodes", "gsn-wn[12]"])
    #expect(large.status == 4)
    #expect(large.output.contains("gsn-wn2 has no room for 3 x 64 MiB"))
    #expect(!large.output.contains("gsn-wn3"))
    #expect(
      try await preflight("ready", ["--slot-memory", "163"]).output.contains(
        "gsn-wn3 has no room for 1 x 163 MiB"))
    #expect(try await preflight("ready", ["--slot-memory", "162"]).status == 0)
  }

  @Test("of a node that nobody needs does not hinder the others")
  func nodes() async throws {
    #expect(try await preflight("node-silent").output.contains("gsn-wn3"))
    #expect(!(try await preflight("node-silent", ["--nodes", "gsn-wn[!3]"]).output.contains("gsn-wn2  ok")))
    #expect(!(try await preflight("node-silent", ["--nodes", "gsn-wn[^3]"]).output.contains("gsn-wn3")))
    let none = try await preflight("ready", ["--nodes", "wn*"])
    #expect(none.status == 16)
    #expect(none.error.contains("it has gsn-wn1, gsn-wn2, gsn-wn3"))
  }

  @Test("leaves out what the site does not have, and only then")
  func absent() async throws {
    let scratch = try Scratch()
    let capture = try scratch.copy("ready")
    let manifest = capture.appending(path: "manifest.toml")
    let text = try String(contentsOf: manifest, encoding: .utf8)
    try text.replacingOccurrences(of: "what = \"node.clock\"", with: "what = \"node.residue\"")
      .write(to: manifest, atomically: true, encoding: .utf8)
    let silent = try await Program.run(["preflight", "--capture", capture.path])
    #expect(silent.status == 8)
    #expect(silent.output.contains("?   clock  gsn-wn1, gsn-wn2, gsn-wn3: node.clock was not collected"))
    let site = capture.appending(path: "site.toml")
    try String(contentsOf: site, encoding: .utf8)
      .replacingOccurrences(
        of: "absent = [\"db.accounting\"]", with: "absent = [\"db.accounting\", \"node.clock\"]"
      )
      .write(to: site, atomically: true, encoding: .utf8)
    #expect(try await Program.run(["preflight", "--capture", capture.path]).status == 0)
  }

  @Test("cut anywhere is no go: each source that a check needs is missed when its bytes are")
  func cut() async throws {
    let scratch = try Scratch()
    let capture = try scratch.copy("ready")
    for (file, check) in [
      ("1/gsn-wn2/xl-list.txt", "guests"), ("1/gsn-wn2/balloon.txt", "balloon"),
      ("1/gsn-wn2/clock.txt", "clock"),
      ("1/gsn-wn2/momctl.txt", "mom"), ("1/print-server.txt", "kill_delay"), ("1/main.sql", "rows"),
    ] {
      let url = capture.appending(path: file)
      let clock = capture.appending(path: "2/gsn-wn2/clock.txt")
      let place = file.hasSuffix("clock.txt") ? clock : url
      let bytes = try Data(contentsOf: place)
      try bytes.prefix(bytes.count / 2).write(to: place)
      let outcome = try await Program.run(["preflight", "--capture", capture.path])
      #expect(outcome.status & 8 == 8, "\(file)")
      let line = outcome.output.split(separator: "\n").first {
        $0.hasPrefix("?") && $0.contains("manifest says")
      }
      #expect(line?.contains(check) == true, "\(file): \(outcome.output)")
      try bytes.write(to: place)
    }
    #expect(try await Program.run(["preflight", "--capture", capture.path]).status == 0)
  }

  @Test("is one JSON document for programs")
  func json() async throws {
    struct Document: Decodable {
      struct Row: Decodable {
        struct Cell: Decodable { let mark: String }
        let node: String?
        let cells: [String: Cell]
      }
      let schema: String
      let verdict: String
      let exitStatus: Int32
      let rows: [Row]
    }
    let outcome = try await preflight("node-silent", ["-f", "json"])
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let document = try decoder.decode(Document.self, from: Data(outcome.output.utf8))
    #expect(document.schema == "trueup/preflight/1")
    #expect(document.verdict == "NO-GO")
    #expect(document.exitStatus == outcome.status)
    #expect(document.rows.map(\.node) == ["gsn-wn1", "gsn-wn2", "gsn-wn3", nil])
    #expect(document.rows[2].cells["reach"]?.mark == "no")
    #expect(document.rows[2].cells["memory"]?.mark == "?")
    #expect(document.rows[3].cells["memory"] == nil)
  }

  @Test("of a site whose nodes only a dead pbsnodes could tell can't be told, and that is no wrong usage")
  func pbsnodesIsDead() async throws {
    let live = try LiveSite("idle", "[database]\nengine = \"none\"\n")
    let site = try String(contentsOf: live.site, encoding: .utf8)
    try site.replacing(/\[\[node\]\]\n(?:\w+ = .*\n)*/, with: "")
      .write(to: live.site, atomically: true, encoding: .utf8)
    let alive = try await live.run("preflight")
    #expect(alive.output.contains("\ngsn-wn1 "), "\(alive.error)")

    try FileManager.default.removeItem(at: live.file("pbsnodes.xml"))
    for arguments in [[], ["--nodes", "gsn-wn1"]] {
      let dead = try await live.run("preflight", arguments)
      #expect(dead.status & 24 == 8, "\(dead.error)")
      #expect(dead.output.contains("site: which nodes the site has is not known: torque.nodes: ended with"))
      #expect(dead.output.contains("NO-GO: "))
      #expect(!dead.output.contains("gsn-wn1 "))
    }
    // Where nobody is meant to tell the nodes, somebody has to name them.
    let settings = try String(contentsOf: live.site, encoding: .utf8)
    try settings.replacing("\"torque.server\"", with: "\"torque.server\", \"torque.nodes\"")
      .write(to: live.site, atomically: true, encoding: .utf8)
    let untold = try await live.run("preflight")
    #expect(untold.status == 16)
    #expect(untold.error.contains("no node of the site is known: name them in site.toml"))
  }
}
