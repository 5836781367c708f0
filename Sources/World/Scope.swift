public import Model

/// What a look is to take in.
public struct Scope: Sendable {
  /// Sources that the site has once.
  public var sources: Set<ObservationKind>
  /// The nodes; nil for all that the configuration or the batch server names.
  public var nodes: [Site.ConfiguredNode]?
  /// Of each node.
  public var nodeSources: Set<ObservationKind>

  public init(sources: Set<ObservationKind>, nodes: [Site.ConfiguredNode]?, nodeSources: Set<ObservationKind>)
  {
    self.sources = sources
    self.nodes = nodes
    self.nodeSources = nodeSources
  }

  /// Everything there is.
  public static let all = Scope(
    sources: Set(ObservationKind.allCases.filter { !$0.isPerNode }), nodes: nil,
    nodeSources: Set(ObservationKind.allCases.filter(\.isPerNode)))

  /// dom0's memory and nothing else, of some nodes.
  public static func memory(of nodes: [Site.ConfiguredNode]) -> Scope {
    Scope(sources: [], nodes: nodes, nodeSources: [.xenBalloon])
  }

  /// All that some observations looked at. A node's sources come in one call, so they are all looked at again; the batch
  /// server is cheap to ask, and what it says is in most findings. `node` tells the nodes of the first look by the names that
  /// observations have.
  public static func again(
    _ records: [ObservationRecord], node: (String) -> Site.ConfiguredNode?
  ) -> Scope {
    let ofTorque = all.sources.filter { $0.rawValue.hasPrefix("torque.") }
    let names = Set(records.compactMap(\.node))
    return Scope(
      sources: ofTorque.union(records.filter { $0.node == nil }.map(\.kind)),
      nodes: names.sorted().compactMap(node), nodeSources: all.nodeSources)
  }
}
