public import Model
import Toml

/// The site's configuration in force, and where each value of it came from.
public struct Configuration: Sendable {
  public var site = Site()
  public var reach = Reach()
  public var repairs = Repairs()
  /// By key (`nodes.deadline`, `node[2].dom0`, counted from 1). What is not named is built in.
  public private(set) var origins: [String: Origin] = [:]
  /// What is odd and not wrong: keys and variables that nobody knows.
  public private(set) var remarks: [Complaint] = []
  /// What was read; nil with built-in values only.
  public let file: File?

  public struct File: Sendable {
    public let name: String
    public let bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  public enum Origin: Hashable, Sendable {
    case builtIn
    case file(String, line: Int?)
    /// The variable's name.
    case environment(String)
    /// `--set` of the command line.
    case flag

    public var described: String {
      switch self {
      case .builtIn: "built-in"
      case .file(let name, let line): line.map { "\(name):\($0)" } ?? name
      case .environment(let name): name
      case .flag: "--set"
      }
    }
  }

  /// The built-in values.
  public init() { file = nil }

  /// Flags over environment over file over built-in. All that is wrong is told at once.
  ///
  /// `assignments` are what `--set` was given: `nodes.deadline=5s`. Where only the values matter, as in a capture of 10,000
  /// nodes, finding all their lines is time lost: without `tracing` everything counts as built in.
  public init(
    file: File?, environment: [String: String] = [:], assignments: [String] = [], tracing: Bool = true
  ) throws(Complaints) {
    self.file = file
    var complaints: [Complaint] = []
    if let file {
      do throws(Complaint) {
        take(try TomlDocument(file.bytes, file: file.name), from: nil, tracing: tracing, &complaints)
      } catch { complaints.append(error) }
    }
    for layer in [Assignment.all(in: environment), Assignment.all(in: assignments)] {
      complaints += layer.complaints
      remarks += layer.remarks
      for assignment in layer.assignments {
        take(assignment.document, from: assignment.origin, tracing: tracing, &complaints)
      }
    }
    settleSources()
    if !complaints.isEmpty { throw Complaints(complaints) }
  }

  public func origin(of key: String) -> Origin { origins[key] ?? .builtIn }

  /// A complaint about a value in force, where it came from.
  func complaint(_ key: String, _ problem: String, remedy: String) -> Complaint {
    let problem = "`\(key)` \(problem)"
    switch origin(of: key) {
    case .file(let name, let line):
      return Complaint(file: name, line: line, problem: problem, remedy: remedy)
    case .builtIn: return Complaint(file: file?.name ?? "built-in", problem: problem, remedy: remedy)
    case let origin: return Complaint(file: origin.described, problem: problem, remedy: remedy)
    }
  }

  /// Lays a document over what is there; `origin` is nil for the file, whose lines tell it.
  private mutating func take(
    _ document: TomlDocument, from origin: Origin?, tracing: Bool, _ complaints: inout [Complaint]
  ) {
    let decoded = document.decode { reader -> [TomlPath] in read(&reader) }
    complaints += decoded.complaints.sorted { ($0.line ?? 0, $0.problem) < ($1.line ?? 0, $1.problem) }
    remarks += decoded.unknownKeys
    guard tracing else { return }
    let lines = origin == nil ? document.lines(of: decoded.value) : []
    for (index, path) in decoded.value.enumerated() {
      origins[path.described] = origin ?? .file(document.file, line: lines[index])
    }
  }

  /// Reads all tables; the answer is which settings were there.
  private mutating func read(_ reader: inout TomlReader) -> [TomlPath] {
    var found: [TomlPath] = []
    var known = Set(Setting.tables.map(\.name) + ["node"])
    for table in Setting.tables {
      if table.name.isEmpty {
        found += reader.read(table.settings, into: &self)
        known.formUnion(table.settings.map(\.key))
      } else {
        found += reader.table(table.name) { $0.read(table.settings, into: &self, isAll: true) } ?? []
      }
    }
    reader.refuseSecrets(beside: known)
    if reader.table["node"] != nil {
      site.nodes = reader.tables("node") { reader in
        var node = Site.ConfiguredNode()
        found += reader.read(Self.nodeSettings, into: &node, isAll: true)
        return node
      }
    }
    return found
  }

  /// What is required without being named, and what is not there to be required.
  private mutating func settleSources() {
    // The default is nobody's word against the site's.
    let isSaid = site.requiredSources != Site().requiredSources
    let contradicted = isSaid ? site.requiredSources.intersection(site.absentSources) : []
    for kind in contradicted.sorted(by: { $0.rawValue < $1.rawValue }) {
      remarks.append(
        complaint(
          "sources.required", "names \(kind.rawValue), and `sources.absent` does too: it counts as absent",
          remedy: "name it in one of them"))
    }
    site.requiredSources.formUnion(Site().requiredSources)
    site.requiredSources.subtract(site.absentSources)
  }
}

extension TomlReader {
  /// Reads one table's settings; the answer is which were there. `isAll`: the table has no others.
  fileprivate mutating func read<Owner>(
    _ settings: [DeclaredSetting<Owner>], into owner: inout Owner, isAll: Bool = false
  ) -> [TomlPath] {
    for setting in settings { setting.read(&self, into: &owner) }
    if isAll { refuseSecrets(beside: Set(settings.map(\.key))) }
    return settings.flatMap { setting -> [TomlPath] in
      let path = path.appending(setting.key)
      switch table[setting.key] {
      case nil: return []
      case .table(let inner)?: return inner.keys.map(path.appending)
      default: return [path]
      }
    }
  }

  /// A key that nobody knows is a remark, but not where it is called like a secret or holds one.
  fileprivate mutating func refuseSecrets(beside known: Set<String>) {
    for (key, value) in zip(table.keys, table.values) where !known.contains(key) {
      if Secret.isNamed(by: key) || Secret.isHeld(by: value) {
        _ = self.value(key)
        complain(
          key, "is or holds a secret, and the configuration has no place for one", remedy: Secret.remedy)
      }
    }
  }
}
