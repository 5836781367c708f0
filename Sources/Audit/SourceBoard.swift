public import Model

/// What was seen of each source. A rule's author can't forget a silent source: the engine looks here.
public struct SourceBoard: Sendable {
  /// Every observation, the superseded ones too.
  public private(set) var records: [ObservationRecord] = []
  /// Where in `records` an observation stands, by its id.
  private var places: [Int: Int] = [:]
  /// All nodes of the site.
  var nodes: [String] = []
  /// Why it is not known which nodes the site has; then nothing was looked for everywhere.
  public internal(set) var nodesUnknown: String?
  private(set) var unreadable: [Unreadable] = []
  private let required: Set<ObservationKind>
  private let absent: Set<ObservationKind>
  /// The observations that fill each table, by the schema.
  private let sources: [String: [ObservationKind]]
  private var parts: [Key: [Part]] = [:]

  private struct Key: Hashable {
    let kind: ObservationKind
    let node: String?
  }

  /// One part of a source, and the observation that speaks for it: an index into `records`.
  private struct Part {
    let command: [String]
    var speaker: Int
    var precedence: Int
    var unreadable: [Unreadable]
  }

  /// What can be concluded from a source.
  enum State {
    case complete(observations: [Int])
    /// Not wholly seen, and why.
    case unseen(String)
    /// The site does not have it.
    case absent

    var isComplete: Bool { if case .complete = self { true } else { false } }
  }

  init(site: Site, sources: [String: [ObservationKind]]) {
    required = site.requiredSources
    absent = site.absentSources
    self.sources = sources
  }

  var observedNodes: Set<String> { Set(records.compactMap(\.node)) }

  /// Takes a finished observation. Gives the observations whose rows must go: it, or one that it supersedes.
  mutating func take(
    _ record: ObservationRecord, precedence: Int, unreadable found: [Unreadable]
  ) -> [(observation: Int, kind: ObservationKind)] {
    records.append(record)
    let new = records.count - 1
    places[record.id] = new
    var dropped: [(observation: Int, kind: ObservationKind)] = []
    if case .failed = record.coverage { dropped.append((record.id, record.kind)) }
    let key = Key(kind: record.kind, node: record.node)
    let isSameCommandNeeded = record.kind.repetition == .parts
    guard
      let place = parts[key]?.firstIndex(where: { !isSameCommandNeeded || $0.command == record.command }),
      let part = parts[key]?[place]
    else {
      parts[key, default: []].append(
        Part(command: record.command, speaker: new, precedence: precedence, unreadable: found))
      unreadable += found
      return dropped
    }
    let old = records[part.speaker]
    // An earlier round's sample does not speak for this round.
    let isNewSample = record.kind.repetition == .samples && record.round > old.round
    let isBetter = isNewSample || (record.coverage.rank, precedence) >= (old.coverage.rank, part.precedence)
    if isBetter {
      parts[key]?[place] = Part(
        command: record.command, speaker: new, precedence: precedence, unreadable: found)
    }
    let loser = isBetter ? part.speaker : new
    if record.kind.repetition != .samples {
      records[loser].isSuperseded = true
      dropped.append((records[loser].id, record.kind))
    } else if records[loser].coverage != .complete {
      records[loser].isSuperseded = true
    }
    // What was unreadable speaks no longer where its observation does not. It takes all parts, so only where needed.
    if isBetter, !(part.unreadable.isEmpty && found.isEmpty) {
      unreadable = parts.values.joined().flatMap(\.unreadable)
    }
    return dropped
  }

  /// A source that looked whole is not: another one tells of what it leaves out.
  mutating func doubt(_ kind: ObservationKind, because problem: Problem) {
    for part in parts[Key(kind: kind, node: nil)] ?? [] {
      records[part.speaker].coverage = records[part.speaker].coverage.and(problem)
    }
  }

  /// Whether anything at all was collected of a kind.
  func isCollected(_ kind: ObservationKind) -> Bool { parts.keys.contains { $0.kind == kind } }

  func isRequired(_ kind: ObservationKind) -> Bool { required.contains(kind) }

  /// Whether the site does not have it, by its configuration.
  func isAbsent(_ kind: ObservationKind) -> Bool { absent.contains(kind) }

  /// The state of a kind on a node, or of one that the site has once.
  func state(_ kind: ObservationKind, node: String?) -> State {
    let key = Key(kind: kind, node: kind.isPerNode ? node : nil)
    guard let found = parts[key] else {
      return required.contains(kind) ? .unseen("\(source(key)) was not collected") : .absent
    }
    for part in found {
      if let reason = records[part.speaker].coverage.worded.reason {
        return .unseen("\(source(key)): \(reason)")
      }
    }
    return .complete(observations: found.map { records[$0.speaker].id })
  }

  /// The states that an absence rests on: of the node, or of all nodes when it was looked for everywhere.
  func states(_ kind: ObservationKind, node: String?) -> [State] {
    guard kind.isPerNode, node == nil else { return [state(kind, node: node)] }
    return nodes.map { state(kind, node: $0) } + (nodesUnknown.map { [State.unseen($0)] } ?? [])
  }

  /// Whether all that fills a table was wholly seen, on all nodes.
  func isWhole(_ table: String) -> Bool {
    (sources[table] ?? []).flatMap { states($0, node: nil) }.allSatisfy(\.isComplete)
  }

  /// Why nothing at all was seen of what fills a table, for the whole site; nil where something was.
  func blindness(of table: String) -> String? {
    (sources[table] ?? []).lazy.filter { !$0.isPerNode }.compactMap(blindness).first
  }

  private func blindness(_ kind: ObservationKind) -> String? {
    let found = parts[Key(kind: kind, node: nil)] ?? []
    if found.isEmpty { return "\(kind.rawValue) was not collected" }
    let failures = found.compactMap { part -> Problem? in
      if case .failed(let problem) = records[part.speaker].coverage { problem } else { nil }
    }
    return failures.count < found.count ? nil : failures.first.map { "\(kind.rawValue): \($0.described)" }
  }

  /// The observation with an id.
  func record(_ id: Int) -> ObservationRecord? { places[id].map { records[$0] } }

  /// The observations that speak for a table, on a node or everywhere.
  func observations(of table: String, node: String?) -> [Int] {
    (sources[table] ?? []).flatMap { states($0, node: node) }.flatMap { state -> [Int] in
      if case .complete(let observations) = state { observations } else { [] }
    }
  }

  /// Required sources of which there is nothing, and on which nodes.
  var uncollected: [AuditResult.Uncollected] {
    ObservationKind.allCases.filter(required.contains).compactMap { kind in
      let missing =
        kind.isPerNode
        ? nodes.filter { parts[Key(kind: kind, node: $0)] == nil }
        : (parts[Key(kind: kind, node: nil)] == nil ? [""] : [])
      return missing.isEmpty
        ? nil : AuditResult.Uncollected(kind: kind, nodes: missing.filter { !$0.isEmpty })
    }
  }

  private func source(_ key: Key) -> String {
    key.node.map { "\(key.kind.rawValue) of \($0)" } ?? key.kind.rawValue
  }
}

extension Coverage {
  fileprivate var rank: Int {
    switch self {
    case .complete: 2
    case .partial: 1
    case .failed: 0
    }
  }
}
