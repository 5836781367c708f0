import Foundation
import Testing

/// What the unit of the nightly audit lets it do, played with the same means: all is read-only but its state and its /tmp, and
/// it has no capability.
private enum Confinement {
  static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/bwrap") && begins

  /// A machine may keep ordinary accounts from it.
  private static var begins: Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/bwrap")
    process.arguments = ["--ro-bind", "/", "/", "/bin/true"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  static func command(writable folders: [URL]) -> [String] {
    ["/usr/bin/bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--cap-drop", "ALL"]
      + folders.flatMap { ["--bind", $0.path, $0.path] } + ["--"]
  }

  /// What the unit runs, with the tree's script in the place of the installed one.
  static func command(state: URL) throws -> String {
    let unit = try String(
      contentsOf: Program.root.appending(path: "packaging/systemd/trueup-audit.service"), encoding: .utf8)
    let line = try #require(
      unit.firstMatch(of: /\nExecStart=\/usr\/share\/trueup\/nightly (.*)\n/)?.output.1)
    for needed in ["ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "User=trueup"] {
      #expect(unit.contains(needed))
    }
    let script = Program.root.appending(path: "packaging/nightly").path
    return "\(script) \(line.replacing("${STATE_DIRECTORY}", with: state.path))"
  }
}

@Suite("The nightly audit", .enabled(if: Confinement.isPossible, "bubblewrap makes no confinement here"))
struct NightlyTests {
  private struct Night {
    let site: AbandonedSite
    let state: URL
    var wrapper: [String] { Confinement.command(writable: [state, site.live.temporary]) }

    init() async throws {
      site = try await AbandonedSite(machines: 3, in: .sqlite)
      state = site.live.scratch.url.appending(path: "nightly")
      try FileManager.default.createDirectory(at: state, withIntermediateDirectories: false)
    }

    /// What the unit does.
    func look() async throws -> Program.Outcome {
      let folder = Program.binary.deletingLastPathComponent().path
      let environment = site.live.environment.merging(
        [
          "PATH": "\(folder):\(site.live.environment["PATH"] ?? "")", "TRUEUP_SITE": site.live.site.path,
          "TRUEUP_RULES": Program.rules.path,
        ]) { $1 }
      return try await Program.run(
        ["-c", try Confinement.command(state: state)], environment: environment, withRules: false,
        program: URL(filePath: "/bin/sh"), within: wrapper)
    }

    func run(_ arguments: [String], confined: Bool = true) async throws -> Program.Outcome {
      try await Program.run(
        arguments + ["--site", site.live.site.path], environment: site.live.environment,
        within: confined ? wrapper : [])
    }
  }

  @Test("looks, keeps its history and its report, can write nothing else, and speaks only of what is new")
  func looks() async throws {
    let night = try await Night()
    let before = try await night.site.rows()
    let outcome = try await night.look()
    #expect(outcome.status == 1 && outcome.error.isEmpty, "\(outcome.error)")
    #expect(outcome.output.hasPrefix("trueup gridsn: ") && outcome.output.contains("slot-without-job"))
    #expect(try await night.site.rows() == before)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: night.state.path).sorted() == [
        "audit.txt", "history.sqlite",
      ])
    let report = night.state.appending(path: "audit.txt")
    #expect(try String(contentsOf: report, encoding: .utf8).contains("slot-without-job"))
    // What two nights have seen is told, were it never confirmed. It is open still, and somebody knows.
    _ = try await night.look()
    try FileManager.default.removeItem(at: report)
    let again = try await night.look()
    #expect(again.status == 0 && again.output.isEmpty && again.error.isEmpty, "\(again.output)")
    #expect(try String(contentsOf: report, encoding: .utf8).contains("slot-without-job"))
    // A report that can't be written is no reason to be silent.
    try FileManager.default.removeItem(at: report)
    try FileManager.default.createDirectory(at: report, withIntermediateDirectories: false)
    let unwritten = try await night.look()
    #expect(unwritten.status == 1 && unwritten.output.contains("no report"), "\(unwritten.output)")
    #expect(unwritten.output.contains("audit.txt"))
  }

  @Test("that crashes is told by what runs it")
  func crashes() async throws {
    let scratch = try Scratch()
    let bin = try scratch.bin(with: "trueup", running: "kill -ILL $$")
    let ended = try await Program.run(
      [Program.root.appending(path: "packaging/nightly").path, scratch.url.path],
      environment: ["PATH": "\(bin):/usr/bin:/bin"], withRules: false,
      program: URL(filePath: "/bin/sh"))
    #expect(ended.status == 1 && ended.output == "trueup: the audit crashed (exit status 132)\n")
  }

  @Test(
    "could not repair where it runs, though it were told to; the same repair is done where nothing holds it back"
  )
  func repairs() async throws {
    let night = try await Night()
    let before = try await night.site.rows()
    let repair = ["repair", "--apply", "-y", "--max-repairs", "1000"]
    let refused = try await night.run(repair)
    #expect(refused.status == 16)
    #expect(refused.error.contains("Read-only file system"), "\(refused.error)")
    // With a state that it may write it comes as far as the site.
    let held = try await night.run(repair + ["--set", "repair.state=\(night.state.path)/state"])
    #expect(held.status & 9 == 8, "\(held.output)\(held.error)")
    #expect(try await night.site.rows() == before)
    let free = try await night.run(
      repair + ["--set", "repair.state=\(night.state.path)/other"], confined: false)
    #expect(free.status & 1 == 1, "\(free.output)\(free.error)")
    #expect(try await night.site.rows() != before)
  }
}
