import Apply
import ArgumentParser
import Audit
import Commands
import Configuration
import Model
import Repair
import Report
import World

struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract:
      "Goes on with a repair that was killed: looks at what really happened, and finishes or abandons each step."
  )

  @OptionGroup(title: "Looking at the live site") var live: LiveOptions
  @OptionGroup var ruleOptions: RuleOptions

  func run() async throws {
    let command = self
    throw try await Interruption.guarding { try await command.resume() }
  }

  private func resume() async throws -> ExitStatus {
    try await StateFolder(live.site.options.load().repairs.state).withJournal(as: Operator.description) {
      try await resume($0)
    }
  }

  private func resume(_ journal: Journal) async throws -> ExitStatus {
    let (rules, schema) = try ruleOptions.load()
    let open = try await journal.runs().filter { $0.finished == nil && $0.opening.undoes == nil }
    guard let run = open.first else {
      Terminal.note("no run is open: there is nothing to resume")
      return ExitStatus()
    }
    let plan = try PlanDocument.read(Array(run.opening.plan.utf8), name: "run \(run.number)")
    return try await live.withSite(rules, schema) { site in
      let session = RepairSession(site, schema: schema, journal: journal)
      let result = try await session.judged(plan, try await session.repairer.resume(run))
      Terminal.write(PlanText(colour: Terminal.wantsColour).result(result))
      return result.exitStatus
    }
  }
}

struct UndoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undo",
    abstract: "Takes a repair back: the inverse of each of its steps, guarded like any plan.",
    discussion: "Without --apply it says what would be taken back, and what nothing undoes.")

  @Argument(help: ArgumentHelp("The run, as trueup journal numbers it.", valueName: "run"), completion: .run)
  var run: Int64

  @Flag(help: "Do it.")
  var apply = false

  @OptionGroup(title: "Looking at the live site") var live: LiveOptions
  @OptionGroup var ruleOptions: RuleOptions

  func run() async throws {
    let command = self
    throw try await Interruption.guarding { try await command.undo() }
  }

  private func undo() async throws -> ExitStatus {
    try await StateFolder(live.site.options.load().repairs.state).withJournal(as: Operator.description) {
      try await undo($0)
    }
  }

  private func undo(_ journal: Journal) async throws -> ExitStatus {
    let (rules, schema) = try ruleOptions.load()
    let all = try await journal.runs()
    guard let run = all.first(where: { $0.number == run }) else {
      throw Refusal("the journal has no run \(run): see trueup journal")
    }
    guard run.finished != nil else { throw Refusal("run \(run.number) is open: trueup resume first") }
    let tries = all.filter { $0.opening.undoes == run.number }
    let plan = try PlanDocument.read(Array(run.opening.plan.utf8), name: "run \(run.number)")
    var earlier: [[JournalEntry]] = []
    for one in tries.reversed() { earlier.append(try await journal.entries(of: one.number)) }
    let undo = Undo(
      plan, entries: try await journal.entries(of: run.number), earlier: earlier, now: ObserverClock().now)
    if undo.isDone, let last = tries.first {
      throw Refusal("run \(run.number) was taken back before, in run \(last.number)")
    }
    Terminal.write(JournalText.undo(undo))
    guard apply, !undo.isEmpty else { return undo.impossible.isEmpty ? ExitStatus() : .actNeeded }
    return try await live.withSite(rules, schema) { site in
      let session = RepairSession(site, schema: schema, journal: journal)
      let result = try await session.repairer.carryOut(undo, of: run.number, who: Operator.description)
      Terminal.write(JournalText.outcomes(undo, result.outcomes))
      var status: ExitStatus = undo.impossible.isEmpty ? [] : .actNeeded
      if result.outcomes.values.contains(where: { !$0.holds }) { status.insert(.notWhole) }
      return status
    }
  }
}

struct JournalCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "Lists the repairs that were run, or all that happened in one.")

  @Argument(help: ArgumentHelp("One run.", valueName: "run"), completion: .run)
  var run: Int64?

  @OptionGroup var site: SiteOptions

  func run() async throws {
    let folder = try StateFolder(existing: try site.load().repairs.state)
    let journal = try Journal(path: folder.journal)
    let runs = try await journal.runs()
    guard let number = run else { return Terminal.write(JournalText.runs(runs)) }
    guard let one = runs.first(where: { $0.number == number }) else {
      throw Refusal("the journal has no run \(number)")
    }
    Terminal.write(JournalText.run(one, try await journal.entries(of: number)))
  }
}

struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Keeps repairs away during maintenance. Audits go on.")

  @Option(
    help: ArgumentHelp(
      "When it ends: a moment (2026-11-22T18:00:00Z) or a time from now (2h); else with --end.",
      valueName: "t"))
  var until: String?

  @Option(
    help: ArgumentHelp("Only nodes of this name; *, ? and [a-c] are patterns.", valueName: "glob"),
    completion: .node)
  var node = "*"

  @Flag(help: "End it.")
  var end = false

  @Flag(help: "List the pauses.")
  var list = false

  @OptionGroup var site: SiteOptions

  func run() throws {
    let folder = try StateFolder(try site.load().repairs.state)
    let now = Wall.now
    var pauses = try Pauses(folder, now: now)
    if end {
      guard try pauses.end(node) > 0 else {
        throw Refusal("no pause of \(node) is in force: trueup pause --list")
      }
    } else if !list {
      try pauses.add(
        Pauses.Pause(
          until: try until.map { try Wall.moment($0, after: now) }, nodes: node, who: Operator.description))
    }
    for pause in pauses.all { Terminal.write(pause.described) }
  }
}
