public import Commands
public import Model

/// This machine is the node.
public struct LocalTransport: NodeTransport {
  private let reach: Reach.Nodes

  public init(_ reach: Reach.Nodes) { self.reach = reach }

  public func ask(
    _ errands: [NodeErrand], clock: ObserverClock,
    arrived: @escaping @Sendable (NodeErrand, [Answer]) -> Void
  ) async {
    _ = await Bounded.map(errands, atOnce: reach.concurrency) { errand in
      let answers = await NodeCall.ask(errand, clock: clock) { script in
        Command(
          reach.become + ["sh", "-c", script.text], environment: ["TRUEUP_NODE": errand.node],
          deadline: reach.deadline)
      }
      arrived(errand, answers)
    }
  }

  public func close() async {}
}
