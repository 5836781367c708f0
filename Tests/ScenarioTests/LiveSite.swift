import Foundation

/// A site of stand-ins on this machine: each command prints the bytes of a recorded look.
struct LiveSite {
  let scratch: Scratch
  let bytes: URL
  private let standIns = Program.root.appending(path: "Tests/ScenarioTests/stand-ins")

  /// The bytes of a scenario's last look, and its configuration with `settings` over it. `databases`: whether the site has
  /// its two databases; no stand-in replays them.
  init(_ scenario: String, _ settings: String = "", databases: Bool = false) throws {
    scratch = try Scratch()
    bytes = scratch.url.appending(path: "bytes")
    let capture = Program.root.appending(path: "Fixtures/\(scenario)/capture")
    try FileManager.default.copyItem(at: capture.appending(path: "1"), to: bytes)
    let absent = Self.absent + (databases ? [] : ["db.main", "db.accounting"])
    let site = try String(contentsOf: capture.appending(path: "site.toml"), encoding: .utf8)
      .replacing(/absent = .*/, with: "absent = \(absent)")
    try (site + Self.reach + settings).write(to: self.site, atomically: true, encoding: .utf8)
  }

  /// What these stand-ins do not replay: they run on a machine that is no node.
  private static let absent = [
    "torque.server", "torque.settings", "xen.store", "xen.balloon", "node.memory", "node.pilots",
    "node.clock", "node.residue",
  ]

  private static let reach = """

    [torque]
    accounting = ""

    [nodes]
    transport = "local"
    command_deadline = "1 s"

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

  var environment: [String: String] {
    ["PATH": "\(standIns.path):/usr/bin:/bin", "TRUEUP_SITE_BYTES": bytes.path]
  }

  /// The command lines of the processes that were started for this site, and for no other test's.
  var processes: [String] {
    let ids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.filter { Int($0) != nil } ?? []
    return ids.compactMap { id in
      guard let environment = FileManager.default.contents(atPath: "/proc/\(id)/environ"),
        String(decoding: environment, as: UTF8.self).contains("TRUEUP_SITE_BYTES=\(bytes.path)"),
        let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline"), !line.isEmpty
      else { return nil }
      return String(decoding: line.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
    }
  }

  func run(_ command: String, _ arguments: String...) throws -> Program.Outcome {
    try run(command, arguments)
  }

  func run(_ command: String, _ arguments: [String]) throws -> Program.Outcome {
    try Program.run([command, "--site", site.path] + arguments, environment: environment)
  }
}
