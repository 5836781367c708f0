import Commands
public import Model
public import World

/// What can act over the ways that a collector looks over. A collector alone can't: whoever is only to look is given no hands.
public struct Hands: Sendable {
  private let collector: Collector

  public init(of collector: Collector) { self.collector = collector }

  /// Runs a command that is no question, in dom0 of a node: over the same way, as the same account and by the same script as
  /// the node is looked at, whose watchdog ends it there when its time is up.
  ///
  /// It is run once. What became of it when the answer was lost, the next look tells.
  public func run(
    _ command: [String], on node: Site.ConfiguredNode, deadline: Duration
  ) async -> RawObservation {
    await run(
      command, on: node.name, at: node.address ?? node.name, over: collector.transport, deadline: deadline)
  }

  /// The same where the batch server's commands are.
  public func runAtBatchServer(_ command: [String], deadline: Duration) async -> RawObservation {
    guard collector.reach.torque.host.isEmpty else {
      return await run(
        command, on: "", at: collector.reach.torque.host, over: collector.batchTransport, deadline: deadline)
    }
    return await runHere(command, deadline: deadline)
  }

  /// The same on this machine, as the account that trueup has.
  public func runHere(_ command: [String], deadline: Duration) async -> RawObservation {
    let probe = errandProbe(command, on: "", deadline: deadline)
    return await Command(command, deadline: deadline, byteLimit: probe.byteLimit).run(clock: collector.clock)
      .answer(to: probe).observation
  }

  private func run(
    _ command: [String], on node: String, at address: String, over transport: any NodeTransport,
    deadline: Duration
  ) async -> RawObservation {
    let probe = errandProbe(command, on: node, deadline: deadline)
    // The watchdog has ended it after twice its time.
    let whole = collector.reach.nodes.connectTimeout + deadline * 2 + .seconds(5)
    let errand = NodeErrand(node: node, address: address, probes: [probe], deadline: whole)
    let arrived = Arrivals()
    await transport.ask([errand], clock: collector.clock) { arrived.take($0, $1) }
    return arrived.answers(of: errand).first?.observation
      ?? RawObservation(
        kind: probe.kind, node: node, command: command, ending: .failure("there was no answer"), stdout: [])
  }

  /// No source of the snapshot: nobody reads what it prints but for a failure's words.
  private func errandProbe(_ command: [String], on node: String, deadline: Duration) -> Probe {
    Probe(.nodePilots, node: node, command: command, deadline: deadline, byteLimit: 1 << 20)
  }
}
