import ArgumentParser
import Collect
import Commands
import Configuration
import Files
import Model

/// The live site, for a command that looks at it.
struct SiteAccess: ParsableArguments {
  @OptionGroup var options: SiteOptions

  @Flag(name: .shortAndLong, help: "Show each command and its time on standard error.")
  var verbose = false

  /// Does something with a recorder. Its capture is kept in `folder`, else where the site keeps its captures, else nowhere.
  func withRecorder<Result: Sendable>(
    keeping folder: String?,
    _ work: (Configuration, inout Recorder, ProgressLine) async throws -> Result
  ) async throws -> Result {
    let configuration = try options.load()
    let progress = ProgressLine(isVerbose: verbose)
    defer { progress.end() }
    let clock = ObserverClock()
    let kept = KeptCaptures(configuration.reach.look)
    let temporary = try PrivateFolder()
    defer { _ = temporary.path }
    let place = try folder ?? kept?.place(at: clock.now) ?? "\(temporary.path)/capture"
    let collector = try Collector(
      site: configuration.site, reach: configuration.reach, clock: clock, progress: progress.take)
    var recorder = try Recorder(collector: collector, configuration: configuration, folder: place)
    do {
      let result = try await work(configuration, &recorder, progress)
      await collector.close()
      try kept?.prune()
      return result
    } catch {
      await collector.close()
      throw error
    }
  }
}
