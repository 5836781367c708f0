import Model
public import SQLite
import World

/// The site by its commands: for programs that stand for the real ones.
extension Cluster {
  /// What a command printed, and how it ended.
  public struct Answered: Sendable {
    public var output = ""
    public var complaint = ""
    public var status = 0

    public init(output: String = "", complaint: String = "", status: Int = 0) {
      (self.output, self.complaint, self.status) = (output, complaint, status)
    }
  }

  /// - Parameters:
  ///   - words: the argument vector, by the program's name.
  ///   - node: where it was called; nil for the head node.
  public mutating func answer(_ words: [String], on node: String?) -> Answered {
    let host = node.flatMap { name in hosts.firstIndex { $0.name == name } }
    if let kind = Self.source(words), host != nil || Self.sources.contains(kind) || kind == .torqueMom {
      let asked = kind == .torqueMom ? hosts.firstIndex { words.contains($0.name) } : host
      guard kind != .torqueMom || asked != nil else {
        return Answered(complaint: "momctl: unknown host\n", status: 1)
      }
      let said = said(kind, of: asked ?? 0)
      switch said.ending {
      case .exit(let status): return Answered(output: said.text, complaint: said.complaint, status: status)
      case .failure(let reason): return Answered(complaint: reason + "\n", status: 255)
      }
    }
    if words == ["qdel", "all"] {
      deleteAllJobs()
      return Answered()
    }
    if words.first == "qdel", words.count > 2 { return qdel(Array(words.dropFirst())) }
    if words.first == "workspace" { return workspace(Array(words.dropFirst())) }
    switch run(Order(words), at: node.map { .node($0) } ?? .batchServer) {
    case .exit(let status, let text):
      return Answered(complaint: text.isEmpty ? "" : text + "\n", status: status)
    case .hangs: return Answered(complaint: "\(words[0]): no answer\n", status: 1)
    case .notSimulated(let what): return Answered(complaint: "not simulated: \(what)\n", status: 2)
    }
  }

  /// `qdel [-p | -W SECONDS] JOB...`, one after another, and `all` for each that is queued or runs. Its status is the last that
  /// was not 0.
  private mutating func qdel(_ arguments: [String]) -> Answered {
    let options = arguments.prefix(arguments.first == "-W" ? 2 : arguments.first == "-p" ? 1 : 0)
    var answered = Answered()
    for word in arguments.dropFirst(options.count) {
      let named = word == "all" ? jobs(in: ["Q", "R"]).map { "\($0).\(Self.server)" } : [word]
      for job in named {
        switch run(Order(["qdel"] + options + [job]), at: .batchServer) {
        case .exit(0, _): continue
        case .exit(let status, let text):
          answered.complaint += text + "\n"
          answered.status = status
        case .hangs, .notSimulated: answered.status = 1
        }
      }
    }
    return answered
  }

  private static func source(_ words: [String]) -> ObservationKind? {
    switch (words.first, words.dropFirst().first) {
    case ("qstat", "-B"): .torqueServer
    case ("qstat", _): .torqueJobs
    case ("pbsnodes", "-x"), ("pbsnodes", nil), ("pbsnodes", "-a"): .torqueNodes
    case ("momctl", _) where words.contains("-d"): .torqueMom
    case ("xl", "list"): .xenList
    case ("xl", "info"): .xenInfo
    case ("ps", _): .nodePilots
    default: nil
    }
  }

  /// Files of a node's kernel, by the names that they have below a folder of its own.
  public func files(of node: String) -> [String: String] {
    guard let host = hosts.first(where: { $0.name == node && $0.isUp }) else { return [:] }
    let clock = clock(of: host).split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    return [
      "target_kb": "\(host.balloon.target)\n", "current_kb": "\(host.balloon.current)\n",
      "meminfo": memory(of: host), "uptime": clock[2] + "\n", "boot_id": clock[4] + "\n",
    ]
  }

  /// What dom0 of a node goes for less than it should; KiB.
  public func lost(on node: String) -> Int64 {
    guard let host = hosts.first(where: { $0.name == node }) else { return 0 }
    return (host.baseline - host.taken) * 1024 - host.balloon.target
  }

  /// What dom0 of each node has; KiB.
  var dom0Kib: [Int64] { hosts.map(\.balloon.current) }

  public var nodeNames: [String] { hosts.map(\.name) }

  public var isServiceRunning: Bool { service.isRunning }

  /// An administrator stops the service, or starts it.
  /// - Parameter isHeld: one that is stopped stays so, though it had died before and was to start by itself.
  public mutating func setService(isRunning: Bool, isHeld: Bool = false) {
    service.isHeld = isHeld
    if isRunning { startService() } else { service.isRunning = false }
  }

  // MARK: The database

  /// The tables with their rows, in a new database.
  public func database() throws -> Database { try Database.captured(Array(dump.utf8)) }

  /// Makes a file's rows those of the site, in one transaction.
  public func write(to file: Database) throws {
    let dump = try database().dump()
    if try file.dump() == dump { return }
    let tables = try file.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    let lines = dump.split(separator: "\n").filter { $0.hasPrefix("INSERT INTO") }.map(String.init)
    let script = ["BEGIN IMMEDIATE;"] + tables.map { "DELETE FROM \($0[0]);" } + lines + ["COMMIT;"]
    try file.execute(script.joined(separator: "\n"))
  }

  /// Takes what somebody made of the rows, from a dump.
  public mutating func absorb(_ dump: String) throws { try take(Database.captured(Array(dump.utf8))) }
}
