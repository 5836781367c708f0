import ArgumentParser
import Audit
import Configuration
import History
import Model
import Report
import RuleBook
import Synchronization

/// What is audited, by which rules, and what is kept of it: shared by the commands that report what an audit found.
struct AuditOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Replay this recorded site.", valueName: "dir"), completion: .directory)
  var capture: String?

  @Option(
    help: ArgumentHelp(
      "An earlier capture of the same site, whose last look comes before the first of this audit.",
      valueName: "dir"), completion: .directory)
  var earlier: String?

  @Option(help: ArgumentHelp("Keep the snapshot here, for sqlite3.", valueName: "file"), completion: .file())
  var snapshotOut: String?

  @OptionGroup(title: "Night after night") var kept: HistoryOptions

  @Flag(
    help: "Look at nothing, and report what every rule's own example finds: to see each message in a form.")
  var simulateFindings = false

  func validate() throws {
    if simulateFindings, capture != nil || kept.history != nil || snapshotOut != nil || earlier != nil {
      throw ValidationError(
        "--simulate-findings looks at nothing: leave out --capture, --earlier, --history and --snapshot-out")
    }
  }

  /// What an audit found, and what its report tells beside that.
  struct Outcome: Sendable {
    var result: AuditResult
    var backdrop: Backdrop
    /// The history that it was put into, what that holds it against, and what to call it.
    var kept: (entry: History.Entry, history: History, place: String)?
  }

  /// - Parameters:
  ///   - live: how the live site is looked at, where nothing else is audited.
  ///   - book: the rules, and from where.
  ///   - wantsLedger: whether the report tells the memory ledger.
  ///   - atMost: the longest wait for the second look, whatever the configuration says.
  func audit(
    _ live: LiveOptions, by book: RuleOptions, wantsLedger: Bool, watch: Stopwatch = Stopwatch(),
    atMost: Duration? = nil
  ) async throws -> Outcome {
    let (rules, schema) = try book.load()
    if simulateFindings {
      let (result, ledger) = try AuditResult.simulated(by: rules, schema: schema)
      return Outcome(
        result: result, backdrop: Backdrop(rules: rules, ledger: ledger, version: Version.current))
    }
    // A recorded site has its own configuration, and that is not to write into a history of today's.
    let configuration = capture == nil ? try live.site.options.load() : nil
    let place = kept.place(configuration)
    if case .postgresql? = place.map(History.Place.init), configuration?.site.name.isEmpty == true {
      throw Refusal(
        "the site has no name, by which a shared history tells it from others: set `name` in site.toml")
    }
    // Before anything is looked at: a history that can't be written is no reason to look for nothing.
    let history = try place.map { try History($0, configuration) }
    try await history?.begin()
    let baselines = Mutex<[String: Int64]>([:])
    let ledger = Mutex<[MemoryLine]>([])
    let keep: @Sendable (Snapshot) throws -> Void = { snapshot in
      if let snapshotOut { try Disk.create(snapshotOut, try snapshot.serialized()) }
      if place != nil { try baselines.withLock { $0 = try snapshot.baselines() } }
      if wantsLedger { try ledger.withLock { $0 = try snapshot.ledger() } }
    }
    let result: AuditResult
    if let capture {
      let recording = try Recording(capture, watch: watch)
      result = try recording.audit(
        by: rules, schema: schema, after: try earlierLooks(rules, schema), watch: watch, keep: keep)
    } else {
      result = try await live.audit(
        by: rules, schema: schema, watch: watch, atMost: atMost,
        earlier: { try earlierLooks(rules, schema) }, keep: keep)
    }
    var outcome = Outcome(
      result: result,
      backdrop: Backdrop(rules: rules, ledger: ledger.withLock { $0 }, version: Version.current))
    if let history, let place, let last = result.looks.last {
      let entry = try await history.record(
        result, by: rules, at: last.finished, baselines: baselines.withLock { $0 })
      outcome.result = entry.result
      outcome.kept = (entry, history, place)
    }
    return outcome
  }

  /// The last look of the capture that `--earlier` names.
  private func earlierLooks(_ rules: [Rule], _ schema: Schema) throws -> [Auditor.Verdicts] {
    try earlier.map { try Recording($0).lastLook(by: rules, schema: schema) } ?? []
  }
}
