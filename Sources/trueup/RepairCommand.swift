import ArgumentParser
import Audit
import Commands
import Configuration
import Files
import Glibc
import History
import Model
import Repair
import Report
import RuleBook
import World

struct RepairCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Says what would mend what an audit finds, and does it only when told to.",
    discussion: """
      Without --apply it is a dry run: it looks, and prints the plan. With --apply it asks a question for each incident; \
      with a plan file it carries out exactly that plan, or refuses. Each step is guarded by a fresh look, its intent is in \
      the journal before it is done, and the site is looked at again at the end.

      Exit status, a sum of: 0 nothing to repair; 1 repaired; 2 the operator must still act; 4 divergences are left; 8 \
      something could not be seen or done; 16 usage; 32 cancelled.
      """)

  @Argument(
    help: ArgumentHelp("A plan that a dry run wrote (-o).", valueName: "plan"),
    completion: .file(extensions: ["json"]))
  var plan: String?

  @Flag(help: "Do it.")
  var apply = false

  @Flag(name: .shortAndLong, help: "Ask nothing. What is irreversible needs --allow-destroy too.")
  var yes = false

  @Flag(help: "Allow what nothing undoes: destroying domains and machines, deleting jobs, ending processes.")
  var allowDestroy = false

  @Flag(help: "Apply though too little was seen, or too much looks broken.")
  var breakerOff = false

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("Write the plan into this new file.", valueName: "file"), completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "Write what needs the service stopped as an SQL script into this new file.", valueName: "file"),
    completion: .file())
  var sqlOut: String?

  @Option(name: .shortAndLong, help: "The form of the plan: text or json.")
  var format: PlanFormat = .text

  @Option(
    help: ArgumentHelp("Plan by this recorded site, and not the live one.", valueName: "dir"),
    completion: .directory)
  var capture: String?

  @Flag(
    help:
      "With --capture and --apply: do it on a simulated site made of the capture. Nothing real is touched.")
  var rehearse = false

  @OptionGroup(title: "What is repaired") var options: RepairOptions
  @OptionGroup var kept: HistoryOptions
  @OptionGroup(title: "Looking at the live site") var live: LiveOptions
  @OptionGroup var ruleOptions: RuleOptions

  mutating func validate() throws {
    if plan != nil, !apply { throw ValidationError("a plan file is for --apply") }
    if apply, capture != nil, !rehearse {
      throw ValidationError("--apply changes the live site, and --capture is a recorded one: add --rehearse")
    }
    if rehearse, capture == nil || !apply {
      throw ValidationError("--rehearse goes with --capture and --apply")
    }
  }

  func run() async throws {
    let command = self
    throw try await Interruption.guarding { try await command.repair() }
  }

  private func repair() async throws -> ExitStatus {
    if apply, !yes, isatty(STDIN_FILENO) == 0 {
      throw Refusal("there is nobody to ask: repair --apply needs a terminal, or -y")
    }
    let (rules, schema) = try ruleOptions.load()
    if let capture { return try await repair(recorded: capture, rules, schema) }
    return try await live.withSite(rules, schema) { site in
      let result = try await judged(site.result, by: site.rules, site.configuration)
      return try await repair(
        result, on: site.snapshot, site.outside, site.configuration, site.rules, schema,
        samples: site.samples)
    }
  }

  private func repair(recorded path: String, _ rules: [Rule], _ schema: Schema) async throws -> ExitStatus {
    let recording = try Recording(path)
    var last: Snapshot?
    let settled = recording.configuration.settled(rules)
    let result = try await judged(
      try recording.audit(by: rules, schema: schema) { last = $0 }, by: settled, nil)
    guard let snapshot = last else { return .notWhole }
    let resolved = try recording.configuration.resolved(by: result, snapshot, nodes: [])
    let outside = recording.simulated(resolved)
    // The journal of a rehearsal goes with it.
    let temporary = try PrivateFolder()
    defer { _ = temporary.path }
    return try await repair(
      result, on: snapshot, outside, resolved, settled, schema, samples: recording.samples,
      state: rehearse ? temporary.path : nil)
  }

  /// With what somebody has accepted: that is left alone. Of a recorded site only a history that was named counts.
  private func judged(
    _ result: AuditResult, by rules: [Rule], _ configuration: Configuration?
  ) async throws -> AuditResult {
    guard let place = kept.place(configuration), let last = result.looks.last else { return result }
    // Before the first night there is none. One that is named is meant.
    if kept.history == nil, !History.isThere(place) { return result }
    return try await History(existing: place, configuration).judged(result, by: rules, at: last.finished)
  }

  /// Plans, shows it, and does it when told to.
  private func repair(
    _ result: AuditResult, on snapshot: Snapshot, _ outside: some Acting, _ configuration: Configuration,
    _ rules: [Rule], _ schema: Schema, samples: [Answer], state: String? = nil
  ) async throws -> ExitStatus {
    let proposal = RepairProposal(
      result: result, configuration: configuration, rules: rules, options: options)
    let folder = try stateFolder(state ?? configuration.repairs.state)
    let pauses = try folder.map { folder throws(Complaint) in try Pauses(folder, now: outside.now) }
    let ways = Ways(configuration, schema: schema, marker: "planned")
    var plan = try proposal.plan(on: snapshot, pauses: pauses, ways: ways)
    if let file = self.plan { plan = try PlanDocument.load(file) }
    let trips = try Breaker(brokenLimit: options.maxNodes ?? configuration.repairs.maxNodesPercent)
      .reasons(result, on: snapshot)
    if let sqlOut { try SQLScriptFile.write(sqlOut, plan, ways, on: snapshot, configuration) }
    guard apply else {
      if let output { try Disk.create(output, PlanDocument.bytes(plan)) }
      show(plan, trips: trips)
      return result.exitStatus
    }
    guard let folder else { return .notWhole }
    if !trips.isEmpty, !breakerOff {
      Terminal.error(
        "nothing is applied: \(trips.joined(separator: "; ")); --breaker-off applies all the same")
      return result.exitStatus.union(.notWhole)
    }
    let lock = try folder.lock(as: Operator.description)
    defer { _ = lock.holder }
    let journal = try Journal(path: folder.journal)
    if let open = try await journal.runs().first(where: { $0.finished == nil && $0.opening.undoes == nil }) {
      throw Refusal("run \(open.number) is open, for it was killed: trueup resume first")
    }
    if self.plan != nil { try await proposal.check(plan, pauses: pauses, against: journal) }
    guard let agreed = consent(plan, proposal) else { return .cancelled }
    if agreed.steps.isEmpty {
      show(agreed, trips: [])
      return result.exitStatus
    }
    return try await carryOut(agreed, outside, configuration, rules, schema, journal, samples)
  }

  private func carryOut<Outside: Acting>(
    _ plan: Plan, _ outside: Outside, _ configuration: Configuration, _ rules: [Rule], _ schema: Schema,
    _ journal: Journal, _ samples: [Answer]
  ) async throws -> ExitStatus {
    let text = PlanText(colour: Terminal.wantsColour)
    let session = RepairSession(
      outside: outside, configuration: configuration, rules: rules, schema: schema, journal: journal,
      samples: samples
    ) { progress in
      if case .ended(let step, let outcome) = progress { Terminal.note(text.outcome(step, outcome)) }
    }
    let result = try await session.carryOut(plan, who: Operator.description)
    Terminal.write(text.result(result))
    return result.exitStatus
  }

  private func consent(_ plan: Plan, _ proposal: RepairProposal) -> Plan? {
    let allowed = proposal.allowed(plan, destroying: allowDestroy, asking: !yes)
    if yes { return allowed }
    return Consent(
      ask: { prompt in
        Terminal.prompt(prompt)
        // The end of the input is no answer: it calls the repair off.
        return readLine().map { $0.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "" }
      },
      explain: { proposal.explanation($0) }
    ).agreed(allowed)
  }

  private func show(_ plan: Plan, trips: [String]) {
    let hints = trips.map { "Nothing would be applied: \($0)." }
    switch format {
    case .text: Terminal.write(PlanText(colour: Terminal.wantsColour).plan(plan, hints: hints))
    case .json: Terminal.write(String(decoding: PlanDocument.bytes(plan), as: UTF8.self))
    }
  }

  /// A dry run needs none, and knows of pauses where there is one.
  private func stateFolder(_ path: String) throws -> StateFolder? {
    if apply { return try StateFolder(path) }
    return access(path, R_OK | X_OK) == 0 ? try? StateFolder(existing: path) : nil
  }
}

enum PlanFormat: String, CaseIterable, ExpressibleByArgument { case text, json }
