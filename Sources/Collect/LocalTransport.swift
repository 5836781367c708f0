public import Commands
public import Model
public import World

/// This machine is the node.
public struct LocalTransport: NodeTransport {
  private let reach: Reach.Nodes

  public init(_ reach: Reach.Nodes) { self.reach = reach }

  public func ask(
    _ errands: [NodeErrand], clock: ObserverClock,
    arrived: @escaping @Sendable (NodeErrand, [Answer]) -> Void
  ) async {
    await NodeCall.ask(errands, atOnce: reach.concurrency, clock: clock, arrived: arrived) { errand, script in
      Command(
        reach.become + ["sh", "-c", script.text], environment: ["TRUEUP_NODE": errand.node],
        deadline: errand.deadline ?? reach.deadline)
    }
  }

  public func close() async {}
}
