import ArgumentParser
import Capture
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

  /// Does something with a recorder. Its capture is kept as `keeping` says, else where the site keeps its captures, else
  /// nowhere. One that is to be kept under pseudonyms is in the run's private folder until it has been copied.
  func withRecorder<Result: Sendable>(
    keeping: Keeping?, _ work: (Configuration, inout Recorder, ProgressLine) async throws -> Result
  ) async throws -> Result {
    let configuration = try options.load()
    let (site, nodes) = (configuration.site, configuration.reach.nodes)
    // Which nodes there are may be for the batch server to tell; a few commands run at a time on any site.
    let mostAtOnce = site.nodes.isEmpty ? nodes.concurrency : max(8, site.nodes.count)
    try OpenFiles.allow(children: min(nodes.concurrency, mostAtOnce))
    let progress = ProgressLine(isVerbose: verbose)
    defer { progress.end() }
    let clock = ObserverClock()
    let kept = KeptCaptures(configuration.reach.look)
    let temporary = try PrivateFolder()
    defer { _ = temporary.path }
    let collector = try Collector(
      site: site, reach: configuration.reach, clock: clock, progress: progress.take)
    let place: String?
    var copy: PseudonymousCopy?
    if let keeping, let key = keeping.key {
      copy = try PseudonymousCopy(creating: keeping.folder, key: key)
      place = nil
    } else {
      place = try keeping?.folder ?? kept?.place(at: clock.now)
    }
    do {
      var recorder = try Recorder(
        collector: collector, configuration: configuration, folder: place ?? "\(temporary.path)/capture")
      let result = try await work(configuration, &recorder, progress)
      if let unwritten = copy { _ = try unwritten.write(Recording.capture(at: recorder.folder)) }
      copy = nil
      await collector.close()
      try kept?.prune()
      return result
    } catch {
      // Of a copy that was not finished nothing is of use.
      if copy != nil, let keeping { PrivateFolder.remove(keeping.folder) }
      await collector.close()
      throw error
    }
  }
}
