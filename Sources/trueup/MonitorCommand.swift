import ArgumentParser
import Collect
import Model

struct MonitorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "monitor",
    abstract: "Records dom0's memory of every node, a line each second, until it is told to stop.",
    discussion: """
      One process on each node prints it; a node that falls silent is called again. Each node has a file, NODE.csv: the moment \
      in seconds since 1970, the same for people, and dom0's memory in KiB. What is in it already stays. Where nothing was \
      recorded a line beginning with # says so. trueup wave reads it.

      Exit status: 0 it was told to stop, or its time was over; 8 some lines could not be written, or a node said nothing.
      """)

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The folder of the files; it is made.", valueName: "dir"), completion: .directory)
  var output: String
  @Option(help: ArgumentHelp("Between two lines of a node, 0.1 at least.", valueName: "seconds")) var every =
    1.0
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp("When to stop; by default at SIGINT or SIGTERM.", valueName: "seconds"))
  var span: Int64?
  @Option(
    name: .customLong("also"), help: "What else a line tells: target_kib, free_kib or guests; repeatable.",
    completion: .list(MemoryWatch.Column.allCases.map(\.rawValue)),
    transform: { word in
      guard let column = MemoryWatch.Column(rawValue: word) else {
        throw ValidationError("there is no column \(word): target_kib, free_kib and guests are")
      }
      return column
    })
  var columns: [MemoryWatch.Column] = []
  @Option(
    help: ArgumentHelp("Only nodes of this name; *, ? and [a-c] are patterns.", valueName: "glob"),
    completion: .node)
  var node = "*"
  @OptionGroup var site: SiteOptions

  func validate() throws {
    guard every >= 0.1, every <= 86_400, span ?? 1 > 0 else {
      throw ValidationError("lines are 0.1 s to a day apart, and a time is above 0")
    }
  }

  func run() async throws {
    let configuration = try site.load()
    let nodes = try NodeMonitor.nodes(of: configuration, like: node)
    let monitor = try NodeMonitor(
      configuration, nodes, into: output, every: .milliseconds(Int64(every * 1000)), columns: columns)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await monitor.record() }
      group.addTask { await Interruption.stop(within: span.map { .seconds($0) }) }
      await group.next()
      group.cancelAll()
    }
    let complaints = await monitor.complaints
    complaints.forEach(Terminal.note)
    if !complaints.isEmpty { throw ExitStatus.notWhole }
  }
}
