import Files
import Glibc
public import Model

/// Maintenance during which nothing is repaired: a file of the state folder, a line a pause.
public struct Pauses: Sendable {
  public private(set) var all: [Pause]
  private let path: String

  public struct Pause: Hashable, Sendable {
    /// Nil: until somebody ends it.
    public let until: Instant?
    /// Nodes by a shell's pattern; `*` is the whole site.
    public let nodes: String
    public let who: String

    public init(until: Instant?, nodes: String, who: String) {
      self.until = until
      self.nodes = nodes
      self.who = who
    }

    /// Whether it keeps repairs away from a node; without one, from what is on no node.
    public func covers(_ node: String?) -> Bool {
      nodes == "*" || node.map { fnmatch(nodes, $0, 0) == 0 } == true
    }

    public var described: String {
      "repairs of \(nodes == "*" ? "the site" : nodes) are paused\(until.map { " until \($0.rfc3339)" } ?? "") by \(who)"
    }
  }

  /// Those of a state folder that have not ended.
  public init(_ folder: StateFolder, now: Instant) throws(Complaint) {
    path = folder.path + "/pauses"
    all = []
    guard access(path, F_OK) == 0 else { return }
    for (place, line) in try PrivateFile.read(path).split(separator: "\n").enumerated() {
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      let until = parts.first.flatMap { Instant(rfc3339: $0) }
      guard parts.count == 3, until != nil || parts[0] == "-" else {
        throw Complaint(
          file: path, line: place + 1, problem: "is no pause, so it is not known what is paused",
          remedy: "end it with trueup pause --end, and pause anew")
      }
      if until.map({ $0 > now }) ?? true { all.append(Pause(until: until, nodes: parts[1], who: parts[2])) }
    }
  }

  /// Adds one, and writes the file anew.
  public mutating func add(_ pause: Pause) throws(Complaint) {
    all.append(pause)
    try write()
  }

  /// Ends those that name exactly these nodes; how many.
  public mutating func end(_ nodes: String) throws(Complaint) -> Int {
    let count = all.count
    all.removeAll { $0.nodes == nodes }
    try write()
    return count - all.count
  }

  private func write() throws(Complaint) {
    func plain(_ text: String) -> String { MessageTemplate.visible(text) }
    let lines = all.map { "\($0.until?.rfc3339 ?? "-")\t\(plain($0.nodes))\t\(plain($0.who))\n" }
    try PrivateFile.replace(path, lines.joined())
  }
}
