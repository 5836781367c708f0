import Foundation
import Testing

/// A site of stand-ins on this machine: each command prints the bytes of a recorded look.
struct LiveSite {
  let scratch: Scratch
  let bytes: URL
  private let standIns = Program.root.appending(path: "Tests/ScenarioTests/stand-ins")
  /// Its batch system is OpenPBS, whose commands are not TORQUE's.
  private let isOpenPBS: Bool

  /// The bytes of a scenario's first look, and its configuration with `settings` over it. `also` are sources that are asked
  /// beside those that every such site is asked for; `databases`: its two databases are, which no stand-in replays.
  init(_ scenario: String, _ settings: String = "", also: [String] = [], databases: Bool = false) throws {
    scratch = try Scratch()
    bytes = scratch.url.appending(path: "bytes")
    let capture = Program.root.appending(path: "Fixtures/\(scenario)/capture")
    try FileManager.default.copyItem(at: capture.appending(path: "1"), to: bytes)
    let asked = also + (databases ? ["db.main", "db.accounting"] : [])
    let absent = Self.absent.filter { !asked.contains($0) }
    let site = try String(contentsOf: capture.appending(path: "site.toml"), encoding: .utf8)
      .replacing(/absent = .*/, with: "absent = \(absent)")
    isOpenPBS = site.contains(Self.openPBS)
    // A table is written once.
    let reach = isOpenPBS ? Self.reach.replacing("[torque]\n", with: Self.openPBS) : Self.reach
    try FileManager.default.createDirectory(at: temporary, withIntermediateDirectories: false)
    try (site.replacing(Self.openPBS, with: "") + reach + settings)
      .write(to: self.site, atomically: true, encoding: .utf8)
  }

  private static let openPBS = "[torque]\nkind = \"openpbs\"\n"

  /// What these stand-ins do not replay: they run on a machine that is no node.
  private static let absent = [
    "db.main", "db.accounting", "torque.server", "torque.settings", "xen.store", "xen.balloon", "node.memory",
    "node.pilots", "node.clock", "node.residue",
  ]

  private static let reach = """

    [torque]
    accounting = ""

    [nodes]
    transport = "local"
    command_deadline = "20 s"

    [look]
    wait = "1 s"
    sample_interval = "1 s"

    [look.settle]
    balloon-not-restored = "500 ms"
    domain-without-lease = "500 ms"
    domain-without-machine = "500 ms"
    slot-without-job = "500 ms"

    """

  var site: URL { scratch.url.appending(path: "site.toml") }

  func file(_ name: String) -> URL { bytes.appending(path: name) }

  func write(_ text: String, to name: String) throws {
    try text.write(to: file(name), atomically: true, encoding: .utf8)
  }

  /// Where the program makes its private folders; empty when it has ended.
  var temporary: URL { scratch.url.appending(path: "temporary") }

  var environment: [String: String] {
    let own = isOpenPBS ? "\(standIns.path)/openpbs:" : ""
    return [
      "PATH": "\(own)\(standIns.path):/usr/bin:/bin", "TRUEUP_SITE_BYTES": bytes.path,
      "TMPDIR": temporary.path,
    ]
  }

  /// The processes that were started for this site, and for no other test's.
  private var processIds: [Int32] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { Int32($0) }.filter { id in
      let environment = FileManager.default.contents(atPath: "/proc/\(id)/environ") ?? Data()
      return String(decoding: environment, as: UTF8.self).contains("TRUEUP_SITE_BYTES=\(bytes.path)")
    }
  }

  /// Their command lines.
  var processes: [String] {
    processIds.compactMap { id in
      guard let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline"), !line.isEmpty
      else { return nil }
      return String(decoding: line.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
    }
  }

  func run(_ command: String, _ arguments: String..., withRules: Bool = true) async throws -> Program.Outcome
  {
    try await run(command, arguments, withRules: withRules)
  }

  func run(_ command: String, _ arguments: [String], withRules: Bool = true) async throws -> Program.Outcome {
    try await Program.run(
      [command, "--site", site.path] + arguments, environment: environment, withRules: withRules)
  }

  // MARK: Interruption

  /// Runs a command, and interrupts it when a file tells that its child hangs.
  private static let interrupting = """
    begun=$1; shift
    "$@" &
    until [ -e "$begun" ]; do sleep 0.1; done
    kill -INT $!; date +%s%N; wait $!; echo $?; date +%s%N
    """

  /// Audits a site whose `qstat` hangs, and interrupts that. Gives the exit status, and how long it took to end.
  func interruptedAudit(_ arguments: String...) async throws -> (status: Int64, took: Duration) {
    try write("", to: "qstat.xml.hangs")
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments =
      ["-c", Self.interrupting, "sh", file("qstat.xml.hanging").path, Program.binary.path, "audit"]
      + ["--site", site.path, "--rules", Program.rules.path] + arguments
    process.environment = environment
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    _ = try await process.ended()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let lines = output.split(separator: "\n").suffix(3).compactMap { Int64($0) }
    try #require(lines.count == 3, "\(output)")
    return (lines[1], .nanoseconds(lines[2] - lines[0]))
  }

  /// Checks a site whose `qstat` hangs, and sends a signal to that. Gives the exit status, and what was said.
  func killedCheck(by number: Int32) async throws -> (status: Int32, output: String) {
    try write("", to: "qstat.xml.hangs")
    let script = """
      begun=$1; shift
      "$@" &
      until [ -e "$begun" ]; do sleep 0.1; done
      kill -\(number) $!; wait $!
      """
    let ended = try await Program.run(
      ["-c", script, "sh", file("qstat.xml.hanging").path, Program.binary.path, "check", "--site", site.path]
        + ["--rules", Program.rules.path, "--set", "torque.deadline=300s"], environment: environment,
      withRules: false, program: URL(filePath: "/bin/sh"))
    // A program that crashed ends no child.
    for id in processIds { kill(id, SIGKILL) }
    return (ended.status, ended.output)
  }
}
