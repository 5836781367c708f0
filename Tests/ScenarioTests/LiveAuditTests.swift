import Foundation
import Testing

@Suite("A live audit")
struct LiveAuditTests {
  @Test("reports what a replay of the capture that it kept reports, to the byte")
  func replay() async throws {
    let live = try LiveSite("storm-after", "[database]\nengine = \"none\"\n")
    let kept = live.scratch.url.appending(path: "kept").path
    for format in ["text", "json"] {
      let audit = try await live.run("audit", "-f", format, "--keep-capture", kept + format)
      let replayed = try await Program.run(["audit", "--capture", kept + format, "-f", format])
      #expect(audit.output == replayed.output)
      #expect(audit.status == replayed.status)
      #expect(audit.output.contains("balloon-not-restored"))
    }
  }

  @Test("confirms by a second look what stayed, and drops what went away meanwhile")
  func secondLook() async throws {
    let live = try LiveSite("storm-after", "[database]\nengine = \"none\"\n")
    // gsn-wn2 gets its memory back between the looks.
    let list = try String(contentsOf: live.file("gsn-wn2/xl-list.txt"), encoding: .utf8)
    try live.write(list.replacing("1984", with: "2048"), to: "gsn-wn2/xl-list.txt.2")
    try live.write("1", to: "gsn-wn2/xl-list.txt.times")
    let audit = try await live.run("audit", "-f", "lines")
    let lines = audit.output.split(separator: "\n").filter { $0.contains("balloon-not-restored") }
    #expect(lines.count == 1)
    #expect(lines.allSatisfy { $0.contains("gsn-wn1") && $0.contains("confirmed") })
    let once = try await live.run("audit", "--single-look")
    #expect(once.output.contains("seen once") && once.output.contains("--single-look"))
    #expect(once.status == 8)
  }

  @Test("tells on standard error where the time went, and that it waited, and changes nothing by it")
  func timings() async throws {
    let live = try LiveSite("storm-after", "[database]\nengine = \"none\"\n")
    let kept = live.scratch.url.appending(path: "kept").path
    let audit = try await live.run("audit", "--timings", "--keep-capture", kept)
    let stages = audit.error.matches(of: /timing (\w+) (\d+\.\d{3}) s\n/).map { ($0.1, Double($0.2) ?? 0) }
    #expect(stages.map(\.0) == ["ask", "wait", "read", "parse", "load", "index", "rules", "report"])
    // The settle time of the slowest rule, all of it waited for.
    #expect(stages.first { $0.0 == "wait" }.map { $0.1 >= 0.5 } == true, "\(audit.error)")
    let replayed = try await Program.run(["audit", "--timings", "--capture", kept])
    #expect(replayed.output == audit.output)
    #expect(!replayed.error.contains("timing ask") && replayed.error.contains("timing read"))
  }

  @Test(
    "of a site of which one node hangs, one refuses, one answers rubbish and one is fine, tells each by its line"
  )
  func badNodes() async throws {
    let live = try LiveSite("idle", "[database]\nengine = \"none\"\n[[node]]\nname = \"gsn-wn4\"\n")
    try FileManager.default.copyItem(at: live.file("gsn-wn1"), to: live.file("gsn-wn4"))
    try live.write("", to: "gsn-wn1/xl-list.txt.hangs")
    try FileManager.default.removeItem(at: live.file("gsn-wn2/xl-list.txt"))
    try live.write("\u{0}\u{1}Name of nothing\n-1 -1\n", to: "gsn-wn3/xl-list.txt")
    let audit = try await live.run("audit", "--set", "nodes.command_deadline=5s")
    #expect(audit.status & 8 == 8)
    #expect(audit.output.contains("failed   xen.list of gsn-wn1: timed out on the node"))
    #expect(audit.output.contains("failed   xen.list of gsn-wn2: ended with exit status 1"))
    #expect(audit.output.contains("failed   xen.list of gsn-wn3: "))
    #expect(!audit.output.contains("xen.list of gsn-wn4"))
    // What the node that hangs did answer is kept.
    #expect(audit.output.contains("of 4 nodes: xen.info"))
  }

  @Test("is called off by a signal within a second, leaves no child behind, and ends with exit status 32")
  func interrupted() async throws {
    let live = try LiveSite("idle", "[database]\nengine = \"none\"\n")
    let (status, took) = try await live.interruptedAudit()
    #expect(status == 32)
    // A second on a quiet machine; it would have waited for a minute. This one may be busy.
    #expect(took < .seconds(15))
    #expect(live.processes.isEmpty, "left behind: \(live.processes)")
  }

  @Test("looks again at what should heal by itself, once it should have, and not where that takes too long")
  func selfHealing() async throws {
    let live = try LiveSite("preempted-overdue")
    try live.write("", to: "qstat.xml")
    let database = live.file("main.sqlite")
    let settings = """

      [database]
      engine = "sqlite"
      main = "\(database.path)"

      """
    let site = try String(contentsOf: live.site, encoding: .utf8)
    try (site + settings).replacing(#/.db\.main., /#, with: "")
      .write(to: live.site, atomically: true, encoding: .utf8)

    /// An audit of a machine that the service's sweeper is trusted to end within so many seconds.
    func audit(trusted seconds: Double) async throws -> Program.Outcome {
      let deadline = Date(timeIntervalSinceNow: seconds - 130).timeIntervalSince1970 * 1000
      let moved = Int64(deadline) - 1_795_375_560_000
      let update = """
        UPDATE default_scheduler_current_tasks SET shutdown_time = shutdown_time + \(moved);
        UPDATE resources SET start_time = start_time + \(moved), term_time = term_time + \(moved);
        """
      try? FileManager.default.removeItem(at: database)
      let sqlite = try Process.run(
        URL(filePath: "/usr/bin/sqlite3"),
        arguments: [database.path, ".read '\(live.file("main.sql").path)'", update])
      sqlite.waitUntilExit()
      try #require(sqlite.terminationStatus == 0)
      return try await live.run(
        "audit", "-f", "lines", "--wait", "20", "--set", "look.settle.slot-terminal-lingering=500ms",
        "--set", "look.settle.machine-expired=500ms")
    }

    let soon = try await audit(trusted: 3)
    #expect(soon.output.contains(/confirmed.*slot-terminal-lingering/), "\(soon.output)\(soon.error)")
    #expect(soon.status == 4)
    let later = try await audit(trusted: 100)
    #expect(later.output.contains(/self-healing.*slot-terminal-lingering/), "\(later.output)\(later.error)")
    #expect(later.status == 0)
  }
}
