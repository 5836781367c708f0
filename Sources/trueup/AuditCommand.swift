public import ArgumentParser
import Audit
import History
import Model
public import Report
import RuleBook
import Synchronization

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

  @Option(help: ArgumentHelp("Replay this recorded site.", valueName: "dir"), completion: .directory)
  var capture: String?

  @Option(
    help: ArgumentHelp(
      "An earlier capture of the same site, whose last look comes before the first of this audit.",
      valueName: "dir"), completion: .directory)
  var earlier: String?

  @Option(name: .shortAndLong, help: "The form of the report: text, json or lines.")
  var format: Format = .text

  @Option(help: ArgumentHelp("Keep the snapshot here, for sqlite3.", valueName: "file"), completion: .file())
  var snapshotOut: String?

  @Option(
    help: ArgumentHelp("Put what was found into this history, for trueup history.", valueName: "file"),
    completion: .file())
  var history: String?

  @Flag(help: "Say on standard error where the time went: asking and waiting too, where the site is live.")
  var timings = false

  @OptionGroup(title: "Looking at the live site") var live: LiveOptions
  @OptionGroup var ruleOptions: RuleOptions

  func run() async throws {
    let watch = Stopwatch(isRunning: timings)
    // Before anything is looked at: a history that can't be written is no reason to look for nothing.
    let book = try history.map { try History(path: $0) }
    let (rules, schema) = try ruleOptions.load()
    let baselines = Mutex<[String: Int64]>([:])
    let keep: @Sendable (Snapshot) throws -> Void = { snapshot in
      if let snapshotOut { try Disk.create(snapshotOut, try snapshot.serialized()) }
      if history != nil { try baselines.withLock { $0 = try snapshot.baselines() } }
    }
    let result: AuditResult
    if let capture {
      let recording = try Recording(capture, watch: watch)
      result = try recording.audit(
        by: rules, schema: schema, after: try earlierLooks(rules, schema), watch: watch, keep: keep)
    } else {
      let command = self
      result = try await Interruption.guarding {
        try await command.live.audit(
          by: rules, schema: schema, watch: watch, earlier: { try command.earlierLooks(rules, schema) },
          keep: keep)
      }
    }
    if let book, let last = result.looks.last {
      try await book.record(result, at: last.finished, baselines: baselines.withLock { $0 })
    }
    Terminal.write(watch.time(.report) { format.report(result, colour: Terminal.wantsColour) })
    if timings { watch.lines.forEach(Terminal.note) }
    throw result.exitStatus
  }

  /// The last look of the capture that `--earlier` names.
  @Sendable private func earlierLooks(_ rules: [Rule], _ schema: Schema) throws -> [Auditor.Verdicts] {
    try earlier.map { try Recording($0).lastLook(by: rules, schema: schema) } ?? []
  }
}
