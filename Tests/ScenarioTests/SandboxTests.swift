import Foundation
import Testing

/// The whole program, collectors and repairs included, against a seeded site whose commands are programs.
@Suite("A sandbox")
struct SandboxTests {
  private struct Box {
    let scratch: Scratch
    let folder: URL

    init(_ seed: Int, _ options: String...) async throws {
      scratch = try Scratch()
      folder = scratch.url.appending(path: "box")
      let made = try await Program.run(
        ["sandbox", folder.path, "--seed", "\(seed)"] + options, withRules: false)
      try #require(made.status == 0, "\(made.error)")
      // What settles in a minute settles in a second here.
      let site = folder.appending(path: "site.toml")
      let rules = try FileManager.default.contentsOfDirectory(atPath: Program.rules.path)
        .filter { $0.hasSuffix(".toml") && $0 != "authority.toml" }.map { $0.dropLast(5) }
      let settle = "\n[look]\nwait = \"3 s\"\n\n[look.settle]\n" + rules.map { "\($0) = \"1 s\"\n" }.joined()
      try (String(contentsOf: site, encoding: .utf8) + settle).write(
        to: site, atomically: true, encoding: .utf8)
    }

    private var environment: [String: String] {
      ["PATH": folder.appending(path: "bin").path + ":/usr/bin:/bin"]
    }

    func run(_ command: String, _ options: String...) async throws -> Program.Outcome {
      try await Program.run(
        [command, "--site", folder.appending(path: "site.toml").path] + options, environment: environment)
    }

    func monitor(_ folder: URL, _ options: String...) async throws -> Program.Outcome {
      try await Program.run(
        ["monitor", "--site", self.folder.appending(path: "site.toml").path, "-o", folder.path] + options,
        environment: environment, withRules: false)
    }

    func call(_ words: String...) async throws {
      let process = Process()
      process.executableURL = folder.appending(path: "bin/\(words[0])")
      process.arguments = Array(words.dropFirst())
      process.standardOutput = FileHandle.nullDevice
      _ = try await process.ended()
    }

    /// A storm that no pilot can tell of, and the time that MOMs and pilots need for it: until an audit sees its slots.
    func storm() async throws {
      try await call("nimbusctl", "stop")
      try await call("qdel", "all")
      try await Task.sleep(for: .seconds(20))
      for _ in 0..<30 {
        if try await run("audit", "--format", "lines").output.contains("slot-without-job") { return }
        try await Task.sleep(for: .seconds(1))
      }
      Issue.record("no audit saw a slot of the storm")
    }

    /// What is wrong, as the rule and the thing.
    func truth() async throws -> Set<String> {
      let told = try await Program.run(["sandbox", folder.path, "--truth"], withRules: false)
      return Set(
        told.output.split(separator: "\n").filter { $0.hasPrefix("now: ") }.map { String($0.dropFirst(5)) })
    }
  }

  @Test("has whole files, whoever asks it for something meanwhile")
  func wholeFiles() async throws {
    let box = try await Box(3, "--idle")
    let file = box.folder.appending(path: "nodes/gsn-wn4/current_kb")
    let others = Task { for _ in 0..<20 { try await box.call("sleep", "0") } }
    defer { others.cancel() }
    var seen: Set<String> = []
    for _ in 0..<5000 {
      seen.insert((try? String(contentsOf: file, encoding: .utf8)) ?? "nothing")
      try await Task.sleep(for: .microseconds(100))
    }
    try await others.value
    #expect(seen == ["903168\n"])
  }

  @Test("whose jobs are all deleted is audited as it is, and repaired with its service stopped")
  func repaired() async throws {
    let box = try await Box(7, "--faults", "100000", "--aged", "1200")
    try await box.storm()
    let lost: Set = ["slot-without-job", "balloon-not-restored"]
    func wrong() async throws -> Set<String> {
      Set(try await box.truth().compactMap { $0.split(separator: " ").first.map(String.init) }).intersection(
        lost)
    }
    let truth = try await wrong()
    #expect(truth.contains("slot-without-job"))
    let audit = try await box.run("audit", "--format", "lines")
    #expect(audit.status & ~8 == 4, "\(audit.output)\(audit.error)")
    for rule in truth { #expect(audit.output.contains(rule), "\(rule) in\n\(audit.output)") }
    var said = ""
    for _ in 0..<4 where try await !wrong().isEmpty {
      let repair = try await box.run("repair", "--apply", "--yes", "--allow-destroy")
      #expect(repair.status & 16 == 0, "\(repair.error)")
      said = repair.output
    }
    #expect(try await wrong() == [], "\(said)")
  }

  @Test("is audited by cron: a storm is told, a source that is lost too, and nothing twice")
  func mailed() async throws {
    let box = try await Box(7, "--faults", "100000", "--aged", "1200")
    let history = box.scratch.url.appending(path: "history.sqlite")
    let site = box.folder.appending(path: "site.toml")
    try (String(contentsOf: site, encoding: .utf8) + "\n[history]\ndatabase = \"\(history.path)\"\n").write(
      to: site, atomically: true, encoding: .utf8)
    func mail() async throws -> Program.Outcome {
      let outcome = try await box.run("audit", "--cron")
      #expect(outcome.error == "")
      #expect(outcome.output.isEmpty || outcome.output.hasPrefix("trueup gridsn: "), "\(outcome.output)")
      #expect(outcome.output.prefix { $0 != "\n" }.count < 78)
      return outcome
    }
    let first = try await mail()
    try await box.storm()
    // What two audits have seen is told, were it never confirmed.
    var storm = try await mail()
    for _ in 0..<3 where !storm.output.contains("slot-without-job") { storm = try await mail() }
    #expect(storm.output.contains("slot-without-job"), "\(first.output)\(storm.output)")
    #expect(storm.status & 16 == 0)
    let qstat = box.folder.appending(path: "bin/qstat")
    try FileManager.default.moveItem(at: qstat, to: box.folder.appending(path: "qstat"))
    let lost = try await mail()
    #expect(lost.status & 8 == 8)
    #expect(lost.output.contains("lost from sight") && lost.output.contains("torque.jobs"), "\(lost.output)")
    let again = try await mail()
    #expect(!again.output.contains("torque.jobs"), "\(again.output)")
    try FileManager.default.moveItem(at: box.folder.appending(path: "qstat"), to: qstat)
    let back = try await mail()
    #expect(!back.output.contains("slot-without-job"), "it was told, and nobody saw it go: \(back.output)")
    let told = try await Program.run(["history", history.path], withRules: false)
    #expect(told.output.contains("open  slot-without-job"))
  }

  @Test("is monitored: a line a second and node, behind what was there, and read as a wave")
  func monitored() async throws {
    let box = try await Box(7, "--faults", "100000")
    let series = box.scratch.url.appending(path: "series")
    let first = try await box.monitor(series, "--for", "6", "--also", "target_kib")
    #expect(first.status == 0, "\(first.error)")
    let file = series.appending(path: "gsn-wn1.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.first == "epoch,time,dom0_kib,target_kib")
    let moments = lines.dropFirst().filter { !$0.hasPrefix("#") }.compactMap {
      Double($0.prefix { $0 != "," })
    }
    #expect((2...8).contains(moments.count), "\(lines)")
    #expect(zip(moments, moments.dropFirst()).allSatisfy { $0 < $1 })
    // A crash has left half a line. It stays, and no whole line is lost to it.
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("1795957865.7,2026".utf8))
    try handle.close()
    #expect(try await box.monitor(series, "--for", "3", "--also", "target_kib").status == 0)
    let read = try await Program.run(["wave", file.path, "--format", "json"], withRules: false)
    #expect(
      read.output.contains("\"not_read_count\": 1") && read.output.contains("gsn-wn1"), "\(read.output)")
    #expect(read.status & 8 == 8, "half a line and a pause")
    // Other columns need another file.
    let other = try await box.monitor(series, "--for", "2")
    #expect(other.status == 8 && other.error.contains("other columns"), "\(other.error)")
  }

  @Test("has trials run on it, which are gone on with after a kill, and leave no machine")
  func trial() async throws {
    let box = try await Box(3, "--idle")
    let file = box.scratch.url.appending(path: "trial.toml")
    let left = box.scratch.url.appending(path: "left")
    try """
    name = "T"
    count = 1
    deployed = "16 s"
    removed = "12 s"
    window = "16 s"
    deploy = ["workspace", "--deploy", "{node}", "10"]
    remove = ["workspace", "--destroy", "{id}"]
    running = ["workspace", "--query", "{id}"]
    bytes = ["echo", "67108864"]
    guest = ["echo", "written on {node}"]
    """.write(to: file, atomically: true, encoding: .utf8)
    let killed = Process()
    killed.executableURL = Program.binary
    killed.arguments = [
      "trial", file.path, "-o", left.path, "--rules", Program.rules.path, "--site",
      box.folder.appending(path: "site.toml").path,
    ]
    killed.environment = ["PATH": box.folder.appending(path: "bin").path + ":/usr/bin:/bin"]
    killed.standardError = FileHandle.nullDevice
    let log = left.appending(path: "trials.csv")
    func events(_ event: String) -> Int {
      ((try? String(contentsOf: log, encoding: .utf8)) ?? "").split(separator: "\n")
        .count { $0.contains(",\(event),") }
    }
    try killed.run()
    while killed.isRunning, events("guest") < 1 { try await Task.sleep(for: .milliseconds(200)) }
    kill(killed.processIdentifier, SIGKILL)
    killed.waitUntilExit()
    let nodes = events("deployed")
    let preflight = try? String(contentsOf: left.appending(path: "preflight.txt"), encoding: .utf8)
    try #require(nodes > 1 && events("removed") == 0, "\(preflight ?? "there was no preflight")")
    // What was not recorded meanwhile is told by 8, and nothing else is wrong.
    let second = try await box.run("trial", file.path, "-o", left.path)
    #expect(second.status & ~8 == 0, "\(second.error)")
    let report = try String(contentsOf: left.appending(path: "report.md"), encoding: .utf8)
    #expect(
      events("deployed") == nodes && events("removed") == nodes && events("finished") == 1,
      "\(second.output)\(second.error)\(report)")
    #expect(report.contains("67108864") && report.contains("all trials were run"))
    let guests = try FileManager.default.contentsOfDirectory(atPath: left.appending(path: "guests").path)
    #expect(!guests.isEmpty)
    #expect(FileManager.default.fileExists(atPath: left.appending(path: "certificate.toml").path))
  }
}
