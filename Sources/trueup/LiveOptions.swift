import ArgumentParser
import Audit
import Collect
import Commands
import Configuration
import Glibc
import Model
import RuleBook

/// How a live site is looked at: shared by every command that does.
struct LiveOptions: ParsableArguments {
  @OptionGroup var siteOptions: SiteOptions

  @Flag(help: "Look once only: nothing is confirmed.")
  var singleLook = false

  @Option(
    help: ArgumentHelp("The longest to wait for the second look; by default look.wait.", valueName: "seconds")
  )
  var wait: Int?

  @Option(help: ArgumentHelp("Keep what was seen as a capture, in a new folder.", valueName: "dir"))
  var keepCapture: String?

  @Flag(help: "In the kept capture, put stand-ins in the place of users, hosts, DNs and addresses.")
  var pseudonyms = false

  @Flag(name: .shortAndLong, help: "Show each command and its time on standard error.")
  var verbose = false

  func validate() throws {
    if pseudonyms, keepCapture == nil {
      throw ValidationError("--pseudonyms says how a capture is kept: name it with --keep-capture")
    }
  }

  /// Looks at the site, twice where something was found, and judges what it saw.
  @Sendable func audit(
    by rules: [Rule], schema: Schema, earlier: @Sendable () throws -> [Auditor.Verdicts],
    keep: @Sendable (Snapshot) throws -> Void
  ) async throws -> AuditResult {
    try await withCapture { configuration, collector, folder, progress in
      var audit = try LiveAudit(
        collector: collector, rules: rules, schema: schema, siteFile: Array(configuration.toml.utf8),
        wait: longestWait(configuration), capture: folder, progress: progress)
      let kept = KeptCaptures(configuration.reach.look)
      var result = try await audit.run(
        earlier: {
          let named = try earlier()
          let before = named.isEmpty ? try kept?.newest(of: configuration.site.name, except: folder) : nil
          return try before?.lastLook(by: rules, schema: schema) ?? named
        }, keep: keep)
      if singleLook {
        result.remarks.append("only one look was asked for (--single-look): nothing is confirmed")
      }
      return result
    }
  }

  private func longestWait(_ configuration: Configuration) -> Duration {
    if singleLook { return .zero }
    return wait.map { .seconds($0) } ?? configuration.reach.look.wait
  }

  /// Does something with a collector and a folder for the capture, which is kept where it is to be kept.
  func withCapture<Result: Sendable>(
    _ work: (Configuration, Collector, String, ProgressLine) async throws -> Result
  ) async throws -> Result {
    let configuration = try siteOptions.load()
    let progress = ProgressLine(isVerbose: verbose)
    defer { progress.end() }
    do {
      let clock = ObserverClock()
      let collector = try Collector(
        site: configuration.site, reach: configuration.reach, clock: clock, progress: progress.take)
      let temporary = try PrivateFolder()
      let kept = KeptCaptures(configuration.reach.look)
      let folder =
        try (pseudonyms ? nil : keepCapture) ?? kept?.place(at: clock.now) ?? "\(temporary.path)/capture"
      do {
        let result = try await work(configuration, collector, folder, progress)
        await collector.close()
        try kept?.prune()
        return result
      } catch {
        await collector.close()
        throw error
      }
    } catch let complaint as Complaint { throw Refusal([complaint]) }
  }
}
