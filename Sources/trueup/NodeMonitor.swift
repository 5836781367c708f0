import Collect
import Commands
import Configuration
import Glibc
import Model

/// Records dom0's memory of nodes into a folder, a file each.
struct NodeMonitor {
  private let watch: MemoryWatch
  private let nodes: [Site.ConfiguredNode]
  private let files: [String: SeriesFile]
  private let spoken = Spoken()

  private actor Spoken {
    private(set) var names: Set<String> = []
    func add(_ name: String) { names.insert(name) }
  }

  /// The nodes that the site's file names, and that a pattern fits.
  static func nodes(
    of configuration: Configuration, like pattern: String
  ) throws(Refusal) -> [Site.ConfiguredNode] {
    let nodes = configuration.site.nodes.filter { fnmatch(pattern, $0.name, 0) == 0 }
    if nodes.isEmpty { throw Refusal("no node of the configuration is called \(pattern)") }
    return nodes
  }

  /// - Parameter folder: it is made where it is not there.
  init(
    _ configuration: Configuration, _ nodes: [Site.ConfiguredNode], into folder: String,
    every interval: Duration,
    columns: [MemoryWatch.Column] = []
  ) throws {
    try OpenFiles.allow(children: nodes.count)
    guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
      throw Refusal("\(folder): \(String(cString: strerror(errno)))")
    }
    self.nodes = nodes
    files = Dictionary(
      uniqueKeysWithValues: nodes.map {
        ($0.name, SeriesFile("\(folder)/\($0.name).csv", columns: columns, every: interval))
      })
    watch = MemoryWatch(configuration.reach.nodes, every: interval, columns: columns)
  }

  /// Until the task is cancelled.
  func record() async {
    await watch.run(nodes, clock: ObserverClock()) { node, word in
      if case .sample = word { await spoken.add(node) }
      if case .silent(let reason) = word {
        Terminal.note("\(node) is silent: \(MessageTemplate.visible(reason))")
      }
      if let complaint = await files[node]?.take(word) { Terminal.note(complaint) }
    }
  }

  /// Nodes that said nothing, and lines that could not be written.
  var complaints: [String] {
    get async {
      let heard = await spoken.names
      var complaints = nodes.filter { !heard.contains($0.name) }.map { "\($0.name) said nothing" }
      for (name, file) in files.sorted(by: { $0.key < $1.key }) {
        let left = await file.unwritten
        if left > 0 { complaints.append("\(left) lines of \(name) could not be written") }
      }
      return complaints
    }
  }
}
