public import ArgumentParser
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

  @Flag(help: "Say on standard error where the time went: asking and waiting too, where the site is live.")
  var timings = false

  @OptionGroup var options: AuditOptions

  func validate() throws {
    if format == .nagios {
      throw ValidationError(
        "--format nagios is what trueup check says, with a plugin's exit status: run trueup check")
    }
  }

  func run() async throws {
    let watch = Stopwatch(isRunning: timings)
    let command = self
    let outcome = try await Interruption.guarding {
      try await command.options.audit(wantsLedger: command.format.tellsMemory, watch: watch)
    }
    let colour = output == nil && Terminal.wantsColour
    let report = watch.time(.report) {
      format.report(outcome.result, beside: outcome.backdrop, colour: colour)
    }
    if timings { watch.lines.forEach(Terminal.note) }
    var status = outcome.result.exitStatus
    if let output {
      // What was found is not lost with the file: its bits are in the exit status all the same.
      do { try Disk.replace(output, Array(report.utf8)) } catch {
        Terminal.error("the report was not written: \(error.message)")
        status.insert(.notWhole)
      }
    } else {
      Terminal.write(report)
    }
    throw status
  }
}
