import ArgumentParser
import Commands
import Configuration
import Model
import Torque
import World

/// Begins a site's configuration with the nodes that the batch server lists.
struct ConfigInit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes a commented site.toml, with the nodes that pbsnodes lists.",
    discussion: "Where TORQUE does not answer, the file has no nodes, and the exit status is 8.")

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Write it here, over nothing that is there already.", valueName: "file"))
  var output: String?

  @OptionGroup var siteOptions: SiteOptions

  func run() async throws {
    var configuration = try siteOptions.load()
    let listed = await nodes(of: configuration.reach)
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
  private func nodes(of reach: Reach) async -> (names: [String], problem: String?) {
    let command = Command(Self.command(reach), deadline: reach.torque.deadline)
    let outcome = await command.run(clock: ObserverClock())
    var rows = RowList()
    let reading = Torque.read(
      RawObservation(
        kind: .torqueNodes, command: command.arguments, started: outcome.started, finished: outcome.finished,
        ending: outcome.ending, stdout: outcome.stdout, stderr: outcome.stderr), into: &rows)
    let names = rows.rows.compactMap { row -> String? in
      guard row.table.description == "lrms_node", case .text(let name)? = row["name"] else { return nil }
      return name
    }
    let reason = reading?.coverage.worded.reason
    return (names, reason.map { "\(Shell.line(command.arguments)): \($0)" })
  }

  private static func command(_ reach: Reach) -> [String] {
    let pbsnodes = [reach.torque.bin.isEmpty ? "pbsnodes" : "\(reach.torque.bin)/pbsnodes", "-x"]
    guard !reach.torque.host.isEmpty else { return pbsnodes }
    let configuration = reach.nodes.sshConfig.isEmpty ? [] : ["-F", reach.nodes.sshConfig]
    return ["ssh", "-o", "BatchMode=yes"] + configuration + ["--", reach.torque.host, Shell.line(pbsnodes)]
  }
}
