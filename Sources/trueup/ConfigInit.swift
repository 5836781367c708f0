import ArgumentParser
import Collect
import Commands
import Configuration
import Model
import World

/// Begins a site's configuration with the nodes that the batch server lists.
struct ConfigInit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes a commented site.toml, with the nodes that pbsnodes lists.",
    discussion: "Where the batch server does not answer, the file has no nodes, and the exit status is 8.")

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write it here, over nothing that is there already.", valueName: "file"),
    completion: .file())
  var output: String?

  @OptionGroup var siteOptions: SiteOptions

  func run() async throws {
    var configuration = try siteOptions.load()
    let listed = try await nodes(of: configuration.reach)
    let known = Set(configuration.site.nodes.map { NodeNames.short($0.name) })
    configuration.site.nodes += listed.names.filter { !known.contains(NodeNames.short($0)) }
      .map { Site.ConfiguredNode(name: $0) }
    let text = configuration.commentedToml
    if let output { try Disk.create(output, Array(text.utf8)) } else { Terminal.write(text) }
    guard let problem = listed.problem else { return }
    Terminal.error("not all nodes are listed: \(problem); add what is missing under [[node]]")
    throw ExitStatus.notWhole
  }

  /// The nodes' names, and why they may not be all.
  private func nodes(of reach: Reach) async throws -> (names: [String], problem: String?) {
    // No node is asked, so no way to the nodes is opened.
    var reach = reach
    reach.nodes.transport = .local
    let collector = try Collector(site: Site(), reach: reach, clock: ObserverClock()) { _ in }
    let look = await collector.look(Scope(sources: [.torqueNodes], nodes: [], nodeSources: []))
    await collector.close()
    guard let observation = look.answers.first?.observation else { return ([], nil) }
    let (names, coverage) = BatchServer.nodeNames(in: observation)
    let reason = coverage?.worded.reason
    return (names, reason.map { "\(Shell.line(observation.command)): \($0)" })
  }
}
