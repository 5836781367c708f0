public import Commands
public import Model
import Node
import Persistence
import Torque
public import World
import Xen

/// Looks at a live site, over the ways that its configuration names. It only reads, and it always comes back: what did
/// not answer is an answer that says so.
public struct Collector: Sendable {
  public let site: Site
  public let reach: Reach
  public let clock: ObserverClock
  let transport: any NodeTransport
  /// To the machine with the batch server's commands, where that is another one.
  let batchTransport: any NodeTransport
  private let progress: @Sendable (Progress) -> Void

  /// What a person who waits may want to see.
  public enum Progress: Sendable {
    /// A look, with the batch server first.
    case begun
    /// The nodes that are being asked.
    case asking([String])
    case arrived(NodeErrand, [Answer])
    /// Of the site.
    case answered(Answer)
  }

  public init(
    site: Site, reach: Reach, clock: ObserverClock, progress: @escaping @Sendable (Progress) -> Void
  ) throws(Complaint) {
    self.site = site
    self.reach = reach
    self.clock = clock
    transport = try reach.nodes.openTransport()
    var toBatchServer = reach.nodes
    toBatchServer.deadline = max(toBatchServer.deadline, reach.torque.deadline + toBatchServer.connectTimeout)
    batchTransport =
      reach.torque.host.isEmpty ? LocalTransport(toBatchServer) : try SshTransport(toBatchServer)
    self.progress = progress
  }

  /// One look. The answers are in an order that does not depend on who answered first: TORQUE, the service, the nodes by
  /// their names, the MOMs.
  public func look(_ scope: Scope) async -> Look {
    progress(.begun)
    async let ofService = service(scope)
    let ofTorque = await torque(scope)
    let nodes = scope.nodes ?? nodes(told: ofTorque)
    async let ofMoms = moms(nodes, scope)
    let ofNodes = await ask(nodes, scope)
    return Look(answers: await ofTorque + ofService + ofNodes + ofMoms, nodes: nodes)
  }

  /// What a look brought.
  public struct Look: Sendable {
    public let answers: [Answer]
    /// The nodes that were asked.
    public let nodes: [Site.ConfiguredNode]
  }

  /// Ends what is kept open between looks.
  public func close() async {
    await transport.close()
    await batchTransport.close()
  }

  /// The sources that this site is asked for.
  private func wanted(_ kinds: Set<ObservationKind>) -> Set<ObservationKind> {
    kinds.subtracting(site.absentSources)
  }

  // MARK: TORQUE

  private func torque(_ scope: Scope) async -> [Answer] {
    let probes = BatchServer.probes(reach.torque).filter { wanted(scope.sources).contains($0.kind) }
    let answers = await batch(probes)
    for answer in answers { progress(.answered(answer)) }
    return answers
  }

  /// At the machine that has the batch server's commands. The count, the list and the count again stay in their order; the
  /// others need not wait for them.
  private func batch(_ probes: [Probe]) async -> [Answer] {
    let counted = probes.filter { $0.kind == .torqueServer || $0.kind == .torqueJobs }
    let others = probes.filter { $0.kind != .torqueServer && $0.kind != .torqueJobs }
    return await atBatchServer([counted] + others.map { [$0] })
  }

  /// Calls at the machine that has the batch server's commands, so many at a time. Each has a deadline of its own, so that
  /// one which hangs costs the others nothing; within a call the probes are asked one after another.
  private func atBatchServer(_ calls: [[Probe]]) async -> [Answer] {
    let calls = calls.filter { !$0.isEmpty }
    if reach.torque.host.isEmpty {
      return await Bounded.map(calls, atOnce: reach.nodes.concurrency, inOrder).flatMap(\.self)
    }
    let atOnce = min(Self.sessionLimit, reach.nodes.concurrency)
    return await Bounded.map(calls, atOnce: atOnce, remote).flatMap(\.self)
  }

  /// As many calls share one connection of OpenSSH's: by default its server allows ten (MaxSessions).
  private static let sessionLimit = 8

  @Sendable private func inOrder(_ probes: [Probe]) async -> [Answer] {
    var answers: [Answer] = []
    for probe in probes { answers.append(await run(probe)) }
    return answers
  }

  @Sendable private func remote(_ probes: [Probe]) async -> [Answer] {
    let arrived = Arrivals()
    let errand = NodeErrand(node: "", address: reach.torque.host, probes: probes)
    await batchTransport.ask([errand], clock: clock) { arrived.take($0, $1) }
    return arrived.answers(of: errand)
  }

  private func run(_ probe: Probe) async -> Answer {
    await Command(probe.command, deadline: probe.deadline, byteLimit: probe.byteLimit)
      .run(clock: clock).answer(to: probe)
  }

  // MARK: The service and its database

  private func service(_ scope: Scope) async -> [Answer] {
    let sources = ServiceSources(reach: reach, site: site, clock: clock)
    let answers = await sources.answers(scope.sources)
    for answer in answers { progress(.answered(answer)) }
    return answers
  }

  // MARK: The nodes

  /// The configured nodes, else those that the batch server names, by their names.
  private func nodes(told answers: [Answer]) -> [Site.ConfiguredNode] {
    if !site.nodes.isEmpty { return site.nodes.sorted { $0.name < $1.name } }
    let lists = answers.filter { $0.observation.kind == .torqueNodes }
    return lists.flatMap { BatchServer.nodeNames(in: $0.observation).names }.sorted()
      .map { Site.ConfiguredNode(name: $0) }
  }

  private func ask(_ nodes: [Site.ConfiguredNode], _ scope: Scope) async -> [Answer] {
    let kinds = wanted(scope.nodeSources)
    let errands = nodes.map { node in
      NodeErrand(
        node: node.name, address: node.address ?? node.name,
        probes: probes(of: node.name).filter { kinds.contains($0.kind) })
    }.filter { !$0.probes.isEmpty }
    guard !errands.isEmpty else { return [] }
    progress(.asking(errands.map(\.node)))
    let arrived = Arrivals()
    await transport.ask(errands, clock: clock) { errand, answers in
      arrived.take(errand, answers)
      progress(.arrived(errand, answers))
    }
    return errands.flatMap { arrived.answers(of: $0) }
  }

  /// What cannot hang first: where xenstored is dead, the toolstack's commands never end.
  private func probes(of node: String) -> [Probe] {
    Node.probes(of: node, reach.nodes) + Xen.probes(of: node, reach.nodes)
  }

  private func moms(_ nodes: [Site.ConfiguredNode], _ scope: Scope) async -> [Answer] {
    guard reach.torque.momctl, wanted(scope.nodeSources).contains(.torqueMom) else { return [] }
    let answers = await atBatchServer(nodes.map { [Torque.momProbe(of: $0.name, reach.torque)] })
    for answer in answers { progress(.answered(answer)) }
    return answers
  }
}
