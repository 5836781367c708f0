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

  /// What the unit runs, without the program's own name.
  static func arguments(state: URL) throws -> [String] {
    let unit = try String(
      contentsOf: Program.root.appending(path: "packaging/systemd/trueup-audit.service"), encoding: .utf8)
    let line = try #require(unit.firstMatch(of: /\nExecStart=\/usr\/bin\/trueup (.*)\n/)?.output.1)
    for needed in ["ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "User=trueup"] {
      #expect(unit.contains(needed))
    }
    return line.replacing("${STATE_DIRECTORY}", with: state.path).split(separator: " ").map(String.init)
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

    func run(_ arguments: [String], confined: Bool = true) async throws -> Program.Outcome {
      try await Program.run(
        arguments + ["--site", site.live.site.path], environment: site.live.environment,
        within: confined ? wrapper : [])
    }
  }

  @Test("looks, and keeps its history, where it can write nothing else")
  func looks() async throws {
    let night = try await Night()
    let before = try await night.site.rows()
    let outcome = try await night.run(try Confinement.arguments(state: night.state))
    #expect(outcome.status & ~8 == 4, "\(outcome.error)")
    #expect(outcome.output.contains("slot-without-job"))
    #expect(try await night.site.rows() == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: night.state.path) == ["history.sqlite"])
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
