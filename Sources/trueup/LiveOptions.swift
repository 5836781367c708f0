import ArgumentParser
import Audit
import Configuration
import Model
import RuleBook

/// How a live site is audited: shared by every command that does.
struct LiveOptions: ParsableArguments {
  @OptionGroup var site: SiteAccess

  @Flag(help: "Look once only: nothing is confirmed.")
  var singleLook = false

  @Option(
    help: ArgumentHelp("The longest to wait for the second look; by default look.wait.", valueName: "seconds")
  )
  var wait: Int?

  @OptionGroup var keep: KeepOptions

  /// What is waited for, for the line of progress.
  static let nextLook = "something was found: looking again"

  /// An audit of the live site as these options have it. `atMost` is the longest wait, whatever they say.
  func liveAudit(
    _ recorder: Recorder, _ configuration: Configuration, rules: [Rule], schema: Schema,
    watch: Stopwatch = Stopwatch(), atMost: Duration? = nil
  ) -> LiveAudit {
    let wanted = wait.map { .seconds($0) } ?? configuration.reach.look.wait
    let longest = min(wanted, atMost ?? wanted)
    return LiveAudit(
      recorder: recorder, rules: configuration.settled(rules), schema: schema,
      wait: singleLook ? .zero : longest, watch: watch)
  }

  /// Looks at the site, twice where something was found, and judges what it saw.
  func audit(
    by rules: [Rule], schema: Schema, watch: Stopwatch, atMost: Duration? = nil,
    earlier: () throws -> [Auditor.Verdicts], keep: (Snapshot) throws -> Void
  ) async throws -> AuditResult {
    try await site.withRecorder(keeping: self.keep.keeping()) {
      configuration, recorder, progress in
      var audit = liveAudit(
        recorder, configuration, rules: rules, schema: schema, watch: watch, atMost: atMost)
      let kept = KeptCaptures(configuration.reach.look)
      let own = recorder.folder
      var result = try await audit.run(
        earlier: {
          let named = try earlier()
          if !named.isEmpty { return named }
          let newest = try kept?.newest(of: configuration.site.name, except: own)
          return try newest?.lastLook(by: rules, schema: schema) ?? []
        }, keep: keep,
        waiting: { progress.wait($0, for: Self.nextLook) })
      if singleLook {
        result.remarks.append("only one look was asked for (--single-look): nothing is confirmed")
      }
      return result
    }
  }
}
