import ArgumentParser
import Audit
import History
import Model
import Report
import RuleBook
import Synchronization

/// What is audited, by which rules, and what is kept of it: shared by the commands that report what an audit found.
struct AuditOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Replay this recorded site.", valueName: "dir"))
  var capture: String?

  @Option(
    help: ArgumentHelp(
      "An earlier capture of the same site, whose last look comes before the first of this audit.",
      valueName: "dir"))
  var earlier: String?

  @Option(help: ArgumentHelp("Keep the snapshot here, for sqlite3.", valueName: "file"))
  var snapshotOut: String?

  @Option(help: ArgumentHelp("Put what was found into this history, for trueup history.", valueName: "file"))
  var history: String?

  @Flag(
    help: "Look at nothing, and report what every rule's own example finds: to see each message in a form.")
  var simulateFindings = false

  @OptionGroup(title: "Looking at the live site") var live: LiveOptions
  @OptionGroup var ruleOptions: RuleOptions

  func validate() throws {
    if simulateFindings, capture != nil || history != nil || snapshotOut != nil || earlier != nil {
      throw ValidationError(
        "--simulate-findings looks at nothing: leave out --capture, --earlier, --history and --snapshot-out")
    }
  }

  /// What an audit found, and what its report tells beside that.
  struct Outcome: Sendable {
    let result: AuditResult
    let backdrop: Backdrop
  }

  /// - Parameters:
  ///   - wantsLedger: whether the report tells the memory ledger.
  ///   - atMost: the longest wait for the second look, whatever the configuration says.
  func audit(wantsLedger: Bool, watch: Stopwatch = Stopwatch(), atMost: Duration? = nil) async throws
    -> Outcome
  {
    // Before anything is looked at: a history that can't be written is no reason to look for nothing.
    let book = try history.map { try History(path: $0) }
    let (rules, schema) = try ruleOptions.load()
    if simulateFindings {
      let (result, ledger) = try AuditResult.simulated(by: rules, schema: schema)
      return Outcome(
        result: result, backdrop: Backdrop(rules: rules, ledger: ledger, version: Version.current))
    }
    let baselines = Mutex<[String: Int64]>([:])
    let ledger = Mutex<[MemoryLine]>([])
    let keep: @Sendable (Snapshot) throws -> Void = { snapshot in
      if let snapshotOut { try Disk.create(snapshotOut, try snapshot.serialized()) }
      if history != nil { try baselines.withLock { $0 = try snapshot.baselines() } }
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
    if let book, let last = result.looks.last {
      try await book.record(result, at: last.finished, baselines: baselines.withLock { $0 })
    }
    return Outcome(
      result: result,
      backdrop: Backdrop(rules: rules, ledger: ledger.withLock { $0 }, version: Version.current))
  }

  /// The last look of the capture that `--earlier` names.
  private func earlierLooks(_ rules: [Rule], _ schema: Schema) throws -> [Auditor.Verdicts] {
    try earlier.map { try Recording($0).lastLook(by: rules, schema: schema) } ?? []
  }
}
