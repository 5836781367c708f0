import Commands
import Glibc
import Model
import Trials
import World

/// The cluster that a configuration tells of. Audits, preflight and repairs are runs of this very program, so that what they say
/// and do is what an administrator gets.
struct LiveTrialSite: TrialSite {
  let folder: TrialFolder
  /// `--site` and `--set`, as they were given.
  let siteArguments: [String]
  let nodes: String
  /// Long enough for any audit with its second look.
  private let patience: Duration = .seconds(3600)

  init(folder: TrialFolder, siteArguments: [String]) {
    self.folder = folder
    self.siteArguments = siteArguments
    nodes = folder.plan.nodes
  }

  var now: Instant { ObserverClock().now }
  var hands: Int { 16 }

  func sleep(until moment: Instant) async throws {
    let left = moment.milliseconds - now.milliseconds
    if left > 0 { try await Task.sleep(for: .milliseconds(left)) }
  }

  func run(_ command: [String], deadline: Duration) async -> CommandAnswer {
    let outcome = await Command(command, deadline: deadline, byteLimit: 16 << 20).run(clock: ObserverClock())
    let complaint =
      String(decoding: outcome.stderr.prefix(200), as: UTF8.self)
      .split(whereSeparator: \.isNewline).last.map { ": \($0)" } ?? ""
    let failure: String? =
      switch outcome.ending {
      case .exit(0): nil
      case .exit(let code): "\(command.first ?? "") ended with exit status \(code)\(complaint)"
      case .failure(let reason): "\(command.first ?? "") \(reason)"
      }
    var isBroken = false
    if case .failure = outcome.ending { isBroken = SearchPath.find(command.first ?? "") != nil }
    return CommandAnswer(
      output: String(decoding: outcome.stdout, as: UTF8.self), failure: failure, isBroken: isBroken)
  }

  /// Runs this program, and keeps what it said.
  private func call(_ arguments: [String], keeping file: String) async throws -> ExitStatus {
    let outcome = await Command([Disk.program] + arguments + siteArguments, deadline: patience)
      .run(clock: ObserverClock())
    try Task.checkCancellation()
    try Disk.create(file, outcome.stdout + outcome.stderr)
    guard case .exit(let code) = outcome.ending else { return .notWhole }
    return ExitStatus(rawValue: Int32(code))
  }

  func preflight() async throws -> Bool {
    let certificate = "\(folder.path)/certificate.toml"
    unlink(certificate)
    let memory = folder.plan.quantumKib / 1024
    let arguments = [
      "preflight", "--nodes", nodes, "--slot-memory", "\(memory)", "--certificate", certificate,
    ]
    let report = "\(folder.path)/preflight.txt"
    unlink(report)
    let status = try await call(arguments, keeping: report)
    if status.contains(.usage) {
      throw Refusal(String(decoding: try Disk.read(report), as: UTF8.self))
    }
    return status.isEmpty
  }

  func audit(after trial: Int) async throws -> ExitStatus {
    try await call(["audit", "--format", "json"], keeping: folder.file("audits", trial, "json"))
  }

  func repair(_ what: TrialPlan.Repairing, after trial: Int) async throws -> ExitStatus {
    let how = what == .all ? ["--allow-destroy"] : ["--preen"]
    return try await call(
      ["repair", "--apply", "--yes"] + how, keeping: folder.file("repairs", trial, "txt"))
  }

  func keep(guest output: String, of node: String, trial: Int) async throws {
    try Disk.create(folder.file("guests", trial, "txt", node: node), Array(output.utf8))
  }
}
