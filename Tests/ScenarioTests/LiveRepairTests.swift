import Foundation
import Testing

/// A live site on which queued pilots were deleted: each left a slot, a machine and an address in the service's database.
struct AbandonedSite {
  let live: LiveSite
  let machines: Int
  private let database: LiveDatabase

  init(machines: Int, in engine: LiveDatabase.Engine) async throws {
    self.machines = machines
    live = try LiveSite(
      "slot-gone",
      """
      [database]
      THE DATABASE

      [service]
      process = "no process has this in its command line"

      [repair]
      state = "state"

      """, also: ["db.main", "node.pilots"])
    let ghosts = try (10..<(machines + 8)).map(Self.rows(of:)).joined()
    database = try await LiveDatabase(
      engine, in: live.scratch.url,
      String(contentsOf: live.file("main.sql"), encoding: .utf8).replacing(
        "COMMIT;", with: "\(ghosts)UPDATE default_scheduler_workspid SET id = \(machines + 7);COMMIT;"))
    try set("THE DATABASE", to: database.settings)
    try set("\"state\"", to: "\"\(live.scratch.url.appending(path: "state").path)\"")
  }

  /// The rows of one machine whose pilot was deleted before it ran.
  private static func rows(of number: Int) throws -> String {
    try String(
      contentsOf: Program.root.appending(path: "Tests/Faults/abandoned-machine.sql"), encoding: .utf8
    )
    .replacing("NUMBER", with: "\(number)").replacing("HEX", with: String(format: "%02X", number))
    .replacing("TWELVE", with: String(format: "%012d", number)).replacing("JOB", with: "\(number + 1000)")
  }

  /// Every row, in no order.
  func rows() async throws -> [String] { try await database.rows() }

  /// What a query gives.
  func query(_ statement: String) async throws -> [String] { try await database.query(statement) }

  /// How many slots are held that nobody needs.
  func left() async throws -> Int {
    Int(try await query("SELECT count(*) FROM pilot_slots WHERE vmid > 7").first ?? "") ?? -1
  }

  var journal: URL { live.scratch.url.appending(path: "state/journal.sqlite") }

  func set(_ old: String, to new: String) throws {
    let text = try String(contentsOf: live.site, encoding: .utf8)
    try text.replacing(old, with: new).write(to: live.site, atomically: true, encoding: .utf8)
  }
}

/// Machine 7 ran when this was recorded, and has long been overdue since: that is found too, and is nobody's business here.
///
/// The program itself repairs the rows of a live site's database: shown, done, killed, gone on with, taken back.
@Suite("A live repair")
struct LiveRepairTests {
  private let all = ["--max-repairs", "1000"]

  @Test(
    "is shown first, and changes nothing; without a terminal it is refused",
    arguments: LiveDatabase.Engine.allCases)
  func dryRun(_ engine: LiveDatabase.Engine) async throws {
    let site = try await AbandonedSite(machines: 5, in: engine)
    let live = site.live
    let before = try await site.rows()
    let plan = try await live.run("repair", all)
    #expect(plan.status & ~8 == 4, "\(plan.error)")
    #expect(
      plan.output.contains("\(site.machines) steps for \(site.machines) findings"),
      "\(plan.output.suffix(300))")
    #expect(plan.output.contains("DELETE FROM pilot_slots"))
    let refused = try await live.run("repair", ["--apply"])
    #expect(refused.status == 16)
    #expect(refused.error.contains("-y"))
    #expect(try await site.rows() == before)
    #expect(!FileManager.default.fileExists(atPath: site.journal.path))
  }

  @Test(
    "that is killed in the middle of a storm is gone on with, does nothing twice, and is taken back to the row",
    arguments: LiveDatabase.Engine.allCases)
  func killed(_ engine: LiveDatabase.Engine) async throws {
    let site = try await AbandonedSite(machines: 30, in: engine)
    let live = site.live
    let before = try await site.rows()
    let process = Process()
    process.executableURL = Program.binary
    process.arguments =
      ["repair", "--apply", "-y", "--site", live.site.path, "--rules", Program.rules.path] + all
    process.environment = live.environment
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    while process.isRunning, try await site.left() > site.machines - 8 { usleep(20_000) }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    try #require(process.terminationReason == .uncaughtSignal)
    let left = try await site.left()
    try #require((1..<site.machines).contains(left), "\(left) slots are left")

    // Nothing new is begun beside it.
    let second = try await live.run("repair", all + ["--apply", "-y"])
    #expect(second.status & 1 == 0, "\(second.output)")
    #expect(second.error.contains("resume"), "\(second.error)")

    let resumed = try await live.run("resume")
    #expect(resumed.status & ~12 == 1, "\(resumed.output.suffix(600)) \(resumed.error.suffix(300))")
    #expect(try await site.query("SELECT vmid FROM pilot_slots") == ["7"], "\(resumed.output.suffix(1500))")
    #expect(try await site.query("SELECT id FROM resources") == ["7"])
    let journal = LiveDatabase(file: site.journal)
    let outcomes = try await journal.query(
      "SELECT step, count(*) FROM entry WHERE run = 1 AND event = 'outcome' GROUP BY step HAVING count(*) <> 1"
    )
    #expect(outcomes == [])
    #expect(try await live.run("resume").error.contains("nothing to resume"))
    #expect(!(try await live.run("audit").output.contains("slot-without-job")))

    let shown = try await live.run("undo", ["1"])
    #expect(shown.status == 0, "\(shown.error)")
    #expect(try await site.query("SELECT id FROM resources") == ["7"])
    let undone = try await live.run("undo", ["1", "--apply"])
    #expect(undone.status == 0, "\(undone.output.suffix(600)) \(undone.error.suffix(300))")
    #expect(try await site.rows() == before)
    #expect(try await live.run("undo", ["1", "--apply"]).error.contains("taken back before"))
    #expect(try await live.run("journal", [], withRules: false).output.contains("1"))
  }

  @Test(
    "carries out the plan of a file, once, and not one that somebody edited or that a pause forbids",
    arguments: LiveDatabase.Engine.allCases)
  func file(_ engine: LiveDatabase.Engine) async throws {
    let site = try await AbandonedSite(machines: 25, in: engine)
    let live = site.live
    let plan = live.scratch.url.appending(path: "plan.json")
    #expect(try await live.run("repair", all + ["-o", plan.path]).status & ~8 == 4)
    let text = try String(contentsOf: plan, encoding: .utf8)
    let edited = live.scratch.url.appending(path: "edited.json")
    try text.replacing("machine.end", with: "slot.end").write(to: edited, atomically: true, encoding: .utf8)
    #expect(try await live.run("repair", all + ["--apply", "-y", edited.path]).status == 16)
    #expect(try await live.run("pause", ["--until", "1h"], withRules: false).output.contains("paused until"))
    let paused = try await live.run("repair", all + ["--apply", "-y", plan.path])
    #expect(paused.status == 16)
    #expect(paused.error.contains("paused"), "\(paused.error)")
    #expect(try await live.run("pause", ["--end"], withRules: false).status == 0)
    let tooMuch = try await live.run("repair", ["--apply", "-y", plan.path])
    #expect(tooMuch.error.contains("too much"), "\(tooMuch.error)")
    #expect(try await site.query("SELECT count(*) FROM pilot_slots") == ["\(site.machines + 1)"])
    let done = try await live.run("repair", all + ["--apply", "-y", plan.path])
    #expect(done.status & ~12 == 1, "\(done.output.suffix(600)) \(done.error.suffix(300))")
    #expect(try await site.query("SELECT vmid FROM pilot_slots") == ["7"], "\(done.output.suffix(1500))")
    let again = try await live.run("repair", all + ["--apply", "-y", plan.path])
    #expect(again.status == 16)
    #expect(again.error.contains("run 1"), "\(again.error)")
  }

  @Test(
    "leaves the rows alone while the service runs, and writes them as a script",
    arguments: LiveDatabase.Engine.allCases)
  func service(_ engine: LiveDatabase.Engine) async throws {
    let site = try await AbandonedSite(machines: 5, in: engine)
    let live = site.live
    let service = try Process.run(URL(filePath: "/bin/sleep"), arguments: ["86399.25"])
    // Children of a test may have the test's mask, in which SIGTERM waits.
    defer { kill(service.processIdentifier, SIGKILL) }
    try site.set("no process has this in its command line", to: "sleep 86399.25")
    let before = try await site.rows()
    let script = live.scratch.url.appending(path: "repair.sql")
    let refused = try await live.run("repair", all + ["--apply", "-y", "--sql-out", script.path])
    #expect(refused.status & 9 == 8, "\(refused.output.suffix(600))")
    #expect(refused.output.contains("the service runs"), "\(refused.output.prefix(600))")
    #expect(try await site.rows() == before)
    #expect(try String(contentsOf: script, encoding: .utf8).contains("DELETE FROM pilot_slots"))
  }

  @Test(
    "that could not be taken back while the service runs is taken back once it is stopped",
    arguments: LiveDatabase.Engine.allCases)
  func takenBackLater(_ engine: LiveDatabase.Engine) async throws {
    let site = try await AbandonedSite(machines: 3, in: engine)
    let live = site.live
    let before = try await site.rows()
    #expect(try await live.run("repair", all + ["--apply", "-y"]).status & ~12 == 1)
    let after = try await site.rows()
    #expect(after != before)
    // The other engine's case runs beside this one.
    let seconds = engine == .sqlite ? "86398.25" : "86398.75"
    let service = try Process.run(URL(filePath: "/bin/sleep"), arguments: [seconds])
    defer { kill(service.processIdentifier, SIGKILL) }
    try site.set("no process has this in its command line", to: "sleep \(seconds)")
    #expect(try await live.run("undo", ["1", "--apply"]).status == 8)
    #expect(try await site.rows() == after)
    kill(service.processIdentifier, SIGKILL)
    service.waitUntilExit()
    let undone = try await live.run("undo", ["1", "--apply"])
    #expect(undone.status == 0, "\(undone.output) \(undone.error)")
    #expect(try await site.rows() == before)
    #expect(try await live.run("undo", ["1", "--apply"]).error.contains("taken back before"))
  }
}
