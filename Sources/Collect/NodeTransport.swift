// What is asked of a live site, over which way, and what came. Every question gets exactly one answer, and a failure is one.

public import Commands
public import Model
public import World

/// All that is asked of one node, in one call.
public struct NodeErrand: Sendable {
  public let node: String
  /// What OpenSSH is to connect to; the node's name if the configuration gives no address.
  public let address: String
  public let probes: [Probe]
  /// When the whole call is given up; nil for the time that looking at one node may take.
  public let deadline: Duration?

  public init(node: String, address: String, probes: [Probe], deadline: Duration? = nil) {
    self.node = node
    self.address = address
    self.probes = probes
    self.deadline = deadline
  }
}

/// A way to the nodes.
public protocol NodeTransport: Sendable {
  /// Asks all nodes, so many at a time. `arrived` gets each node once, as soon as it answered or was given up, with one
  /// answer for each of its probes, in their order.
  func ask(
    _ errands: [NodeErrand], clock: ObserverClock,
    arrived: @escaping @Sendable (NodeErrand, [Answer]) -> Void
  ) async

  /// Ends what is kept open between looks. Nothing is asked afterwards.
  func close() async
}

extension Reach.Nodes {
  /// The way that the configuration names.
  public func openTransport() throws(Complaint) -> any NodeTransport {
    switch transport {
    case .ssh: try SshTransport(self)
    case .clush: ClushTransport(self)
    case .local: LocalTransport(self)
    }
  }
}
