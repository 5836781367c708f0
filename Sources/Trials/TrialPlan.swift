public import Model
import Toml

/// How machines are deployed and removed, how often and when: all that a trial knows of a cluster is in its file.
///
/// Commands are argument vectors, run on this machine without a shell. `{node}`, `{trial}` and `{folder}` stand for the node,
/// the trial's number and the trial's folder; `{id}` for the last word that `deploy` printed, and `{job}` for the last word
/// that `job` printed.
public struct TrialPlan: Hashable, Sendable {
  public var name = ""
  /// Nodes of this name; `*`, `?` and `[a-c]` are patterns.
  public var nodes = "*"
  /// Trials of each node.
  public var count = 1
  /// From asking for a machine to telling it to go.
  public var deployed: Duration = .seconds(45)
  /// From there to the next trial.
  public var removed: Duration = .seconds(20)
  /// From asking for a machine to its lease; later is late.
  public var window: Duration = .seconds(30)
  /// The longest that a command may take.
  public var deadline: Duration = .seconds(60)
  /// What one machine leases; KiB.
  public var quantumKib: Int64 = 64 * 1024

  /// Asks for a machine on a node.
  public var deploy: [String] = []
  /// Tells it to go.
  public var remove: [String] = []
  /// Says which job it has, right before it is told to go; empty where nobody needs to know.
  public var job: [String] = []
  /// Done after each trial; empty for nothing.
  public var reset: [String] = []
  /// Ends with 0 once the machine runs; asked each second.
  public var running: [String] = []
  /// Prints how many bytes were propagated for it, once it runs.
  public var bytes: [String] = []
  /// Run once it runs; what it prints is kept.
  public var guest: [String] = []

  /// An audit after so many trials; 0 for none but the last.
  public var auditEvery = 0
  public var onDivergence = Course.goOn
  /// Whether it is run where the preflight says no.
  public var onNoGo = Course.stop
  /// What is mended after an audit that found something.
  public var repair = Repairing.none
  public var simulate: Simulated?

  public enum Course: String, CaseIterable, Sendable {
    case goOn = "continue"
    case stop
  }

  public enum Repairing: String, CaseIterable, Sendable {
    case none
    /// What rules are marked safe for (`repair --preen`).
    case safe
    /// Also what nothing undoes.
    case all
  }

  /// What the simulated site is like.
  public struct Simulated: Hashable, Sendable {
    public var seed: UInt64 = 1
    public var nodes = 3
    /// That the service gives its pilots.
    public var grace: Duration = .seconds(8)
    /// Of a hundred guests that start, so many cost dom0 1 to 5 MiB that its toolstack never gives back.
    public var creep = 0
  }

  /// Reads a trial's file.
  public init(_ source: [UInt8], file: String) throws(Complaints) {
    let document: TomlDocument
    do { document = try TomlDocument(source, file: file) } catch { throw Complaints([error]) }
    self = try document.decode { reader in Self(&reader) }.strict()
  }

  private init(_ reader: inout TomlReader) {
    name = reader.requiredString("name")
    nodes = reader.string("nodes") ?? nodes
    count = Self.whole("count", 1...1_000_000, &reader) ?? count
    deployed = Self.span("deployed", &reader) ?? deployed
    removed = Self.span("removed", &reader) ?? removed
    window = Self.span("window", &reader) ?? window
    deadline = Self.span("deadline", &reader) ?? deadline
    quantumKib = reader.memory("quantum")?.count ?? quantumKib
    if !(1024...(1 << 40)).contains(quantumKib) {
      reader.complain("quantum", "is no amount that a machine leases", remedy: "write quantum = \"64 MiB\"")
    }
    deploy = Self.command("deploy", &reader)
    remove = Self.command("remove", &reader)
    for (key, command) in [("deploy", deploy), ("remove", remove)] where command.isEmpty {
      reader.complain(key, "is missing", remedy: "write a command: \(key) = [\"program\", \"{node}\"]")
    }
    job = Self.command("job", &reader)
    if job.isEmpty, remove.contains(where: { $0.contains("{job}") }) {
      reader.complain(
        "remove", "names {job}, and no `job` says what that is",
        remedy: "write a command that prints it: job = [\"program\", \"{id}\"]")
    }
    reset = Self.command("reset", &reader)
    running = Self.command("running", &reader)
    bytes = Self.command("bytes", &reader)
    guest = Self.command("guest", &reader)
    if running.isEmpty, !(bytes + guest).isEmpty {
      reader.complain(
        nil, "has `bytes` or `guest`, which come once a machine runs, and no `running`",
        remedy: "say how that is seen: running = [\"program\", \"{id}\"]")
    }
    auditEvery = Self.whole("audit_every", 0...1_000_000, &reader) ?? auditEvery
    onDivergence = reader.choice("on_divergence", of: Course.self) ?? onDivergence
    onNoGo = reader.choice("on_no_go", of: Course.self) ?? onNoGo
    repair = reader.choice("repair", of: Repairing.self) ?? repair
    simulate = reader.table("simulate") { inner in
      var site = Simulated()
      site.seed = UInt64(Self.whole("seed", 0...Int.max, &inner) ?? 1)
      site.nodes = Self.whole("nodes", 1...1000, &inner) ?? site.nodes
      site.grace = Self.span("grace", &inner) ?? site.grace
      site.creep = Self.whole("creep_percent", 0...100, &inner) ?? site.creep
      return site
    }
  }

  private static func whole(_ key: String, _ range: ClosedRange<Int>, _ reader: inout TomlReader) -> Int? {
    guard let number = reader.integer(key).map({ Int(clamping: $0) }) else { return nil }
    if range.contains(number) { return number }
    reader.complain(key, "is \(number)", remedy: "write a number from \(range.lowerBound) on")
    return nil
  }

  private static func span(_ key: String, _ reader: inout TomlReader) -> Duration? {
    guard let span = reader.duration(key) else { return nil }
    if span > .zero, span <= .seconds(30 * 86_400) { return span }
    reader.complain(key, "is no time between two things", remedy: "write \(key) = \"45 s\"")
    return nil
  }

  /// What is known when a command is run: a machine has its name once it is deployed, and its job is asked for when it is told to
  /// go.
  private static func known(for key: String) -> [String] {
    switch key {
    case "deploy": ["node", "trial", "folder"]
    case "reset": ["trial", "folder"]
    case "remove": ["node", "trial", "folder", "id", "job"]
    default: ["node", "trial", "folder", "id"]
    }
  }

  /// Every brace in it is of a name that is known then.
  private static func command(_ key: String, _ reader: inout TomlReader) -> [String] {
    let words = reader.strings(key) ?? []
    let known = known(for: key)
    for word in words {
      guard let template = MessageTemplate(word) else {
        reader.complain(key, "has a brace without its partner", remedy: "write {node}")
        continue
      }
      for name in template.columns where !known.contains(name) {
        reader.complain(
          key, "names {\(name)}",
          remedy: "known are \(known.map { "{\($0)}" }.joined(separator: ", "))")
      }
    }
    return words
  }
}

/// What the names in a command stand for.
struct Placeholders {
  var node = ""
  var trial = 0
  var folder = ""
  var id = ""
  var job = ""

  func fill(_ command: [String]) -> [String] {
    command.map { word in
      [("node", node), ("trial", "\(trial)"), ("folder", folder), ("id", id), ("job", job)]
        .reduce(word) { $0.replacing("{\($1.0)}", with: $1.1) }
    }
  }

  /// `{id}` or `{job}`, where a command has that and nobody told what it is: such a command is not run.
  func missing(in command: [String]) -> String? {
    [("{id}", id), ("{job}", job)].first { name, value in
      value.isEmpty && command.contains { $0.contains(name) }
    }?.0
  }
}
