import Model
import Synchronization

/// The nodes that were asked, by the one name that the snapshot has for each.
final class KnownNodes: Sendable {
  private struct State {
    var names: NodeNames
    var nodes: [String: Site.ConfiguredNode] = [:]
  }

  private let state: Mutex<State>

  init(_ configured: [Site.ConfiguredNode]) {
    state = Mutex(State(names: NodeNames(configured)))
    take(configured)
  }

  func take(_ nodes: [Site.ConfiguredNode]) {
    state.withLock { state in
      for node in nodes { state.nodes[state.names.canonical(node.name)] = node }
    }
  }

  /// What a name stands for; one that nobody has met stands for itself.
  func node(_ name: String) -> Site.ConfiguredNode {
    state.withLock { $0.nodes[$0.names.canonical(name)] } ?? Site.ConfiguredNode(name: name)
  }
}
