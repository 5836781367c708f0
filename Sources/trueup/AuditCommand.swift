public import ArgumentParser
import Configuration
import History
import Model
public import Report
import RuleBook

/// Which rules, from where: shared by every command that needs them.
struct RuleOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of the shipped rules.", valueName: "dir"), completion: .directory)
  var rules: String?

  @Option(
    help: ArgumentHelp(
      "A folder of the site's own rules, over the shipped ones; repeatable.", valueName: "dir"),
    completion: .directory)
  var siteRules: [String] = []

  /// - Parameter preflight: with those that only a preflight asks.
  func load(preflight: Bool = false) throws(Refusal) -> (rules: [Rule], schema: Schema) {
    let folder = try Installation.rulesFolder(rules)
    let more = preflight ? Installation.preflightFolder(folder) : []
    let book = try Installation.rules(shipped: folder, overlays: more + siteRules)
    if !book.complaints.isEmpty { throw Refusal(book.complaints) }
    if book.rules.isEmpty { throw Refusal("\(folder): no rule is in force") }
    return (book.rules, try Installation.schema(folder))
  }
}

extension Format: ExpressibleByArgument {}

struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Compares what the three sources say, and reports where they differ.",
    discussion: """
      Looks at the live site, and again at what it found: what is still there, unchanged, is confirmed. With --capture it \
      replays a recorded site instead, and gives the same bytes always. Looking changes nothing.
      """)

  @Option(name: .shortAndLong, help: "The form of the report (docs/formats.md).")
  var format: Format = .text

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write the report into this file, whole or not at all.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    help: ArgumentHelp(
      "With --format html: a folder of series (trueup monitor), each drawn beside its node.", valueName: "dir"
    ),
    completion: .directory)
  var series: String?

  @Flag(
    help:
      "For cron: print what is new, worse, cleared or out of sight, and what is open once a day; else nothing (docs/nightly.md)."
  )
  var cron = false

  @Flag(help: "Say on standard error where the time went: asking and waiting too, where the site is live.")
  var timings = false

  @OptionGroup var options: AuditOptions
  // Not within the options: each level of groups costs a debug build five times the checks of them.
  @OptionGroup(title: "Looking at the live site") var live: LiveOptions
  @OptionGroup var ruleOptions: RuleOptions

  func validate() throws {
    if format == .nagios {
      throw ValidationError(
        "--format nagios is what trueup check says, with a plugin's exit status: run trueup check")
    }
    if cron, timings || live.site.verbose {
      throw ValidationError("--cron is silent: it goes with neither --timings nor --verbose")
    }
    if cron, options.capture != nil, options.kept.history == nil { throw ValidationError(Self.noHistory) }
    if series != nil, format != .html {
      throw ValidationError("--series draws into a page: add --format html")
    }
    if cron, options.simulateFindings {
      throw ValidationError("--cron tells what has changed, and --simulate-findings looks at nothing")
    }
  }

  private static let noHistory =
    "--cron tells what has changed: name the history that it changed from (--history, or history.database in site.toml)"

  func run() async throws {
    let watch = Stopwatch(isRunning: timings)
    if cron { throw try await runByCron(watch) }
    let command = self
    let outcome = try await Interruption.guarding {
      try await command.audit(watch)
    }
    let colour = output == nil && Terminal.wantsColour
    let report = watch.time(.report) {
      format.report(outcome.result, beside: outcome.backdrop, colour: colour)
    }
    if timings { watch.lines.forEach(Terminal.note) }
    var status = outcome.result.exitStatus
    // What was found is not lost with the file: its bits are in the exit status all the same.
    if let reason = reasonUnwritten(report) {
      Terminal.error("the report was not written: \(reason)")
      status.insert(.notWhole)
    }
    throw status
  }

  /// Puts the report where it was asked for. Why that could not be done; nil where it was.
  private func reasonUnwritten(_ report: String) -> String? {
    guard let output else { return Terminal.deliver(report) ? nil : "standard output takes no more" }
    do {
      try Disk.replace(output, Array(report.utf8))
      return nil
    } catch { return error.message }
  }

  private func audit(_ watch: Stopwatch) async throws -> AuditOptions.Outcome {
    var outcome = try await options.audit(
      live, by: ruleOptions, wantsLedger: format.tellsMemory, watch: watch)
    if let series { outcome.backdrop.pictures = try await Drawing.pictures(of: series) }
    return outcome
  }

  /// With `--output` the whole report is there to be read, whatever the mail says.
  private func runByCron(_ watch: Stopwatch) async throws -> ExitStatus {
    let site = live.site.options
    let configuration = options.capture == nil ? try? site.load() : nil
    let place = options.kept.place(configuration)
    // Before the site is looked at.
    if configuration != nil, place == nil { throw ValidationError(Self.noHistory) }
    let file = place.flatMap { if case .file(let path) = History.Place($0) { path } else { nil } }
    // By what it was called with: a configuration that can't be read names nothing.
    let named = [options.kept.history, site.path].map { $0 ?? "" } + site.assignments
    let run = CronRun(FailureNote(beside: file, of: named), site: configuration?.site.name ?? "")
    let command = self
    return try await run.run { cancelled in
      let outcome = try await Interruption.guarding(cancelled: cancelled) {
        try await command.audit(watch)
      }
      guard let kept = outcome.kept, let last = outcome.result.looks.last else {
        throw ValidationError(Self.noHistory)
      }
      let report = output.map { _ in format.report(outcome.result, beside: outcome.backdrop) }
      return CronRun.Outcome(
        entry: kept.entry, rules: outcome.backdrop.rules, history: kept.history, place: kept.place,
        at: last.finished, unwritten: report.flatMap { command.reasonUnwritten($0) })
    }
  }
}
