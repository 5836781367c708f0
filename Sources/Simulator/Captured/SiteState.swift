import Model
import World

/// The simulated site at one moment: what each source prints, dom0's memory, and what is still to happen.
///
/// What is known of jobs, guests, processes and rows is what the sources print: they are read by the real doors, so nothing
/// is told twice. Only memory is a state of its own, since it moves by itself.
struct SiteState: Sendable {
  let read: SimulatedSite.Reading
  let absent: Set<ObservationKind>
  /// The service's own destroy, with `{machine}` in it.
  let destroy: [String]
  /// Pilots take dom0's memory, and give it back.
  let balloons: Bool

  private(set) var clock: Instant
  var names: NodeNames
  /// Every node, by its one name, as observations spell it.
  private(set) var spellings: [String: Site.ConfiguredNode] = [:]
  var sources: [Source] = []
  var memory: [String: Balloon] = [:]
  /// Nodes that do not answer at all.
  private(set) var silent: Set<String> = []
  /// Pilots that were asked to end.
  var ending: Set<Pilot> = []
  var service: ServiceState
  private var events: [(at: Instant, event: Event)] = []
  private(set) var effects: [Effect] = []
  var deeds: [DoneDeed] = []

  init(
    _ captured: [Answer], nodes: [Site.ConfiguredNode], absent: Set<ObservationKind>, destroy: [String],
    balloons: Bool, service: ServiceState, read: @escaping SimulatedSite.Reading
  ) {
    self.read = read
    self.absent = absent
    self.destroy = destroy
    self.balloons = balloons
    self.service = service
    names = NodeNames(nodes)
    let last = captured.map(\.observation.finished).max() ?? Instant(milliseconds: 0)
    clock = last + .seconds(1)
    for node in nodes { spellings[names.canonical(node.name)] = node }
    for answer in captured { take(answer) }
    for node in spellings.keys {
      let own = sources.filter { $0.node == node }
      if !own.isEmpty, own.allSatisfy(\.isSilent) { silent.insert(node) }
      memory[node] = balloon(of: node)
    }
    addMissingSources()
  }

  /// A later observation of a source takes the place of an earlier one.
  private mutating func take(_ answer: Answer) {
    let observation = answer.observation
    let node = observation.kind.isPerNode ? names.canonical(observation.node) : ""
    if !node.isEmpty {
      spellings[node, default: Site.ConfiguredNode(name: observation.node)].name = observation.node
    }
    sources.removeAll {
      $0.kind == observation.kind && $0.node == node && $0.observation.command == observation.command
    }
    sources.append(Source(answer, node: node, read: read))
  }

  private func balloon(of node: String) -> Balloon? {
    let sample = rows(.xenBalloon, "memory_sample", of: node).last
    let listed = domain(0, of: node)?.integer("memory_kib")
    guard let current = sample?.integer("current_kib") ?? listed else { return nil }
    let host = rows(.xenInfo, "vmm_host", of: node).first
    let stored = rows(.xenStore, "vmm_store", of: node).first { $0.integer("domid") == 0 }
    return Balloon(
      current: current, target: sample?.integer("target_kib") ?? stored?.integer("target_kib") ?? current,
      free: host?.integer("free_kib"), driver: sample?.integer("driver_kib") ?? 0,
      limit: host?.integer("dom0_maximum_kib"))
  }
}

// MARK: - What the sources tell

extension SiteState {
  /// The rows of a table that a source tells now; of several forms of it, the first that tells any.
  func rows(_ kind: ObservationKind, _ table: String, of node: String = "") -> [Row] {
    for source in sources where source.kind == kind && source.node == node {
      let found = rows(of: source, table)
      if !found.isEmpty { return found }
    }
    return []
  }

  func rows(of source: Source, _ table: String) -> [Row] {
    source.rows.filter { $0.table.description == table }
  }

  func domain(_ domid: Int64, of node: String) -> Row? {
    rows(.xenList, "vmm_domain", of: node).first { $0.integer("domid") == domid }
  }

  func canonical(_ node: String) -> String {
    var names = names
    return names.canonical(node)
  }

  /// Edits each source of a kind, with the rows that tell where its records stand; from the last record to the first, so
  /// that no place moves before it is used.
  mutating func edit(
    _ kind: ObservationKind, _ table: String, of node: String = "",
    _ change: (inout Document, Row) -> Void
  ) {
    for index in sources.indices where sources[index].kind == kind && sources[index].node == node {
      let found = rows(of: sources[index], table)
      sources[index].edit(read: read) { document in
        for row in found.sorted(by: { $0.bytes.lowerBound > $1.bytes.lowerBound }) { change(&document, row) }
      }
    }
  }

  /// Edits what each source of a kind prints, unless it fails.
  mutating func edit(_ kind: ObservationKind, of node: String = "", _ change: (inout Document) -> Void) {
    for index in sources.indices
    where sources[index].kind == kind && sources[index].node == node && !sources[index].isFailed {
      sources[index].edit(read: read, change)
    }
  }
}

// MARK: - Time

extension SiteState {
  mutating func advance(by duration: Duration) {
    let end = clock + duration
    while let next = events.indices.min(by: { events[$0].at < events[$1].at }), events[next].at <= end {
      let (moment, event) = events.remove(at: next)
      pass(to: moment)
      happen(event)
    }
    pass(to: end)
  }

  mutating func schedule(_ event: Event, in duration: Duration) { events.append((clock + duration, event)) }

  mutating func note(_ change: Effect.Change) { effects.append(Effect(at: clock, change: change)) }

  private mutating func pass(to moment: Instant) {
    for node in memory.keys { memory[node]?.advance(from: clock, to: moment) }
    clock = max(clock, moment)
  }

  private mutating func happen(_ event: Event) {
    switch event {
    case .release(let pilot): release(pilot)
    case .restore(let pilot): restore(pilot)
    case .exit(let pilot): exit(pilot)
    case .end(let job): end(job)
    case .forget(let job): forget(job)
    case .report(let node, let job): report(node, without: job)
    }
  }
}
