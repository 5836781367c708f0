import Audit
import Capture
import Configuration
import Files
import Model
import Preflight
import Repair
import Report
import RuleBook
import Simulator
import Trials
import World

/// A seeded site on which nothing breaks by itself, in its own time: hours of trials take minutes.
struct SimulatedTrialSite: TrialSite {
  private let site: ClusterSite
  private let folder: TrialFolder
  private let configuration: Configuration
  private let rules: [Rule]
  private let checks: [Rule]
  private let schema: Schema
  private let files: [SeriesFile]

  init(
    _ simulated: TrialPlan.Simulated, folder: TrialFolder, rules: [Rule], checks: [Rule], schema: Schema
  ) throws {
    var terms = Cluster.Terms()
    terms.nodes = simulated.nodes
    terms.memory = folder.plan.quantumKib / 1024
    terms.grace = simulated.grace
    terms.creep = simulated.creep
    site = ClusterSite(Cluster(seed: simulated.seed, terms: terms))
    site.quieten()
    site.record()
    self.folder = folder
    self.schema = schema
    self.checks = checks
    configuration = try Configuration(
      file: Configuration.File(name: "site.toml", bytes: Array(site.cluster.siteFile.utf8)), tracing: false)
    self.rules = configuration.settled(rules)
    files = site.cluster.nodeNames.map {
      SeriesFile("\(folder.path)/series/\($0).csv", columns: [], every: .seconds(1))
    }
  }

  var nodeNames: [String] { site.cluster.nodeNames }

  var now: Instant { site.now }
  /// One after the other: a seed tells everything.
  var hands: Int { 1 }

  func sleep(until moment: Instant) async throws {
    try Task.checkCancellation()
    site.pass(.milliseconds(max(0, moment.milliseconds - now.milliseconds)))
    try await keepSeries()
  }

  private func keepSeries() async throws {
    let samples = site.recorded()
    for (place, file) in files.enumerated() {
      let words = samples.map { sample in
        (sample.at, sample.memoryKib[place])
      }
      if let complaint = await file.take(words) { throw Refusal(complaint) }
    }
  }

  func run(_ command: [String], deadline: Duration) async -> CommandAnswer {
    let answered = site.answer(command)
    let complaint = answered.complaint.split(separator: "\n").last.map { ": \($0)" } ?? ""
    return CommandAnswer(
      output: answered.output,
      failure: answered.status == 0
        ? nil : "\(command.first ?? "") ended with exit status \(answered.status)\(complaint)")
  }

  func preflight() async throws -> Bool {
    let temporary = try PrivateFolder()
    defer { _ = temporary.path }
    var writer = try CaptureWriter(creating: "\(temporary.path)/capture")
    try writer.beginRound(started: now)
    for answer in await site.look(.all) { try writer.add(answer.observation, produced: answer.produced) }
    try writer.save(site: Array(configuration.toml.utf8))
    let recording = try Recording(writer.path)
    let trial = Trial(nodes: folder.plan.nodes, slots: 1, slotMemory: Kibibytes(folder.plan.quantumKib))
    let result = try recording.preflight(by: checks, schema: schema, trial: trial)
    try Disk.create("\(folder.path)/preflight.txt", Array(PreflightReport(colour: false).text(result).utf8))
    guard result.isGo else { return false }
    _ = try await CertificateFile.write(
      "\(folder.path)/certificate.toml", of: result, validFor: .seconds(86_400), capture: recording.capture)
    return true
  }

  func audit(after trial: Int) async throws -> ExitStatus {
    let outcome = try await audit()
    try Disk.create(
      folder.file("audits", trial, "json"), Array(Format.json.report(outcome.result).utf8))
    return outcome.result.exitStatus
  }

  private func audit() async throws -> SimulatedAudit.Outcome {
    let outcome = try await SimulatedAudit(
      site: site, configuration: configuration, rules: rules, schema: schema
    ).run()
    try await keepSeries()
    return outcome
  }

  /// With the service stopped meanwhile, as docs/repair.md says.
  func repair(_ what: TrialPlan.Repairing, after trial: Int) async throws -> ExitStatus {
    let outcome = try await audit()
    let resolved = try configuration.resolved(by: outcome.result, outcome.snapshot, nodes: [])
    var plan = try Planner(rules: rules, means: Planner.Means(resolved)).plan(
      outcome.result, on: outcome.snapshot)
    if what == .safe {
      let unsafe = Set(plan.lanes.filter { $0.contains { !$0.act.verb.isSafe } }.joined().map(\.number))
      plan = plan.keeping(plan.steps.filter { !unsafe.contains($0.number) }, because: [:])
    }
    site.setService(isRunning: false)
    defer { site.setService(isRunning: true) }
    let session = RepairSession(
      outside: site, configuration: resolved, rules: rules, schema: schema, journal: try Journal(),
      samples: outcome.samples, progress: { _ in })
    let result = try await session.carryOut(plan, who: "trial \(folder.plan.name)")
    try Disk.create(
      folder.file("repairs", trial, "txt"), Array(PlanText(colour: false).result(result).utf8))
    try await keepSeries()
    return result.exitStatus
  }

  func keep(guest output: String, of node: String, trial: Int) async throws {
    try Disk.create(folder.file("guests", trial, "txt", node: node), Array(output.utf8))
  }
}
