import ArgumentParser
import Collect
import Commands
import Configuration
import Glibc
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
    let nodes = configuration.site.nodes.filter { fnmatch(node, $0.name, 0) == 0 }
    guard !nodes.isEmpty else { throw Refusal("no node of the configuration is called \(node)") }
    try OpenFiles.allow(children: nodes.count)
    guard mkdir(output, 0o755) == 0 || errno == EEXIST else {
      throw Refusal("\(output): \(String(cString: strerror(errno)))")
    }
    let interval = Duration.milliseconds(Int64(every * 1000))
    let files = Dictionary(
      uniqueKeysWithValues: nodes.map {
        ($0.name, SeriesFile("\(output)/\($0.name).csv", columns: columns, every: interval))
      })
    let watch = MemoryWatch(configuration.reach.nodes, every: interval, columns: columns)
    let spoke = await Self.hear(watch, nodes, files, span.map { .seconds($0) })
    var isWhole = true
    for node in nodes where !spoke.contains(node.name) {
      Terminal.note("\(node.name) said nothing")
      isWhole = false
    }
    for (name, file) in files.sorted(by: { $0.key < $1.key }) {
      let left = await file.unwritten
      if left > 0 {
        Terminal.note("\(left) lines of \(name) could not be written")
        isWhole = false
      }
    }
    if !isWhole { throw ExitStatus.notWhole }
  }

  /// Until the time is over, or somebody says stop. Which nodes said anything.
  private static func hear(
    _ watch: MemoryWatch, _ nodes: [Site.ConfiguredNode], _ files: [String: SeriesFile], _ span: Duration?
  ) async -> Set<String> {
    let spoke = Spoken()
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await watch.run(nodes, clock: ObserverClock()) { node, word in
          if case .sample = word { await spoke.add(node) }
          if case .silent(let reason) = word {
            Terminal.note("\(node) is silent: \(MessageTemplate.visible(reason))")
          }
          if let complaint = await files[node]?.take(word) { Terminal.note(complaint) }
        }
      }
      group.addTask { await Interruption.stop(within: span) }
      await group.next()
      group.cancelAll()
    }
    return await spoke.names
  }

  private actor Spoken {
    private(set) var names: Set<String> = []
    func add(_ name: String) { names.insert(name) }
  }
}
