import ArgumentParser
import Configuration
import Model
import Preflight
import Report
import RuleBook
import Trials

struct TrialCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trial",
    abstract:
      "Deploys and removes machines on every node, again and again, and tells what dom0's memory says of it.",
    discussion: """
      The file says how: docs/trials.md. It begins with a preflight, records dom0 meanwhile, audits, and leaves all of it in \
      one folder with a report. A trial that was broken off is gone on with when it is called again with the same file and \
      folder; machines that it had left are told to go first. One that stopped, for its preflight or an audit said no, begins \
      again with a preflight.

      Exit status, a sum of: 0 every machine was deployed and gave its memory back; 4 one was not, or did not, or an audit \
      found something; 8 something was not seen, a machine may be left, or not all trials were run; 16 usage; 32 cancelled.
      """)

  @Argument(
    help: ArgumentHelp("The trial's file.", valueName: "file"), completion: .file(extensions: ["toml"]))
  var file: String
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The folder of all that it leaves; it is made, or gone on with.", valueName: "dir"),
    completion: .directory)
  var output: String
  @Flag(help: "On a site that does not exist, in its own time ([simulate] in the file).") var simulate = false
  @Flag(help: "Run nothing: write the reports anew, of what the folder has.") var report = false
  @OptionGroup var site: SiteOptions
  @OptionGroup var ruleOptions: RuleOptions

  func run() async throws {
    let command = self
    throw try await Interruption.guarding { try await command.runTrials() }
  }

  private func runTrials() async throws -> ExitStatus {
    let source = try Disk.read(file)
    let plan = try TrialFolder.plan(source, named: file)
    try check(plan)
    let folder = try TrialFolder(output, plan, planFile: source, named: file)
    let lock = try folder.lock()
    defer { withExtendedLifetime(lock) {} }
    if !report {
      let log = try folder.log
      if log.ending == .finished {
        Terminal.note("all trials were run; the reports are written anew")
      } else {
        try folder.mendLog()
        try await simulate ? runSimulated(folder, log) : runLive(folder, log)
      }
    }
    let trial = try await folder.report()
    Terminal.write("\(folder.path)/report.md")
    return trial.status
  }

  /// What can be refused is, before there is a folder of it.
  private func check(_ plan: TrialPlan) throws {
    if report {
      if Disk.facts(output) == nil { throw Refusal("\(output): there is no such folder to report of") }
    } else if !simulate {
      _ = try NodeMonitor.nodes(of: try site.load(), like: plan.nodes)
    } else {
      _ = try simulated(plan)
    }
  }

  private func simulated(_ plan: TrialPlan) throws(Refusal) -> TrialPlan.Simulated {
    guard let simulated = plan.simulate else {
      throw Refusal("\(file) has no table [simulate]: it is for a real cluster")
    }
    return simulated
  }

  private func runSimulated(_ folder: TrialFolder, _ log: TrialLog) async throws {
    let simulated = try simulated(folder.plan)
    guard log.entries.isEmpty else {
      throw Refusal("a simulated site can't be gone back to: remove \(folder.path), and begin anew")
    }
    let (rules, schema) = try ruleOptions.load()
    let checks = Preflight.rules(among: try ruleOptions.load(preflight: true).rules)
    let site = try SimulatedTrialSite(simulated, folder: folder, rules: rules, checks: checks, schema: schema)
    try await drive(folder, log, on: site.nodeNames, of: site)
  }

  private func runLive(_ folder: TrialFolder, _ log: TrialLog) async throws {
    let configuration = try site.load()
    let nodes = try NodeMonitor.nodes(of: configuration, like: folder.plan.nodes)
    let monitor = try NodeMonitor(configuration, nodes, into: "\(folder.path)/series", every: .seconds(1))
    var arguments = site.assignments.flatMap { ["--set", $0] }
    if let path = site.site { arguments += ["--site", path] }
    let outside = LiveTrialSite(folder: folder, siteArguments: arguments)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await monitor.record() }
      group.addTask { try await drive(folder, log, on: nodes.map(\.name), of: outside) }
      // The monitor has no end of its own.
      try await group.next()
      group.cancelAll()
    }
    for complaint in await monitor.complaints { Terminal.note(complaint) }
  }

  private func drive(
    _ folder: TrialFolder, _ log: TrialLog, on nodes: [String], of site: some TrialSite
  ) async throws {
    let driver = TrialDriver(folder.plan, on: nodes, of: site, folder: folder.path, after: log) { entry in
      try folder.write(entry)
      if let leftover = entry.leftover { Terminal.note(leftover) }
    }
    let ending = try await driver.run()
    if ending != .finished { Terminal.note("stopped: \(ending.rawValue)") }
  }
}
