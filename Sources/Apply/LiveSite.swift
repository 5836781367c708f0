// A live site, changed: deeds carried out over the same ways as it is looked at. It decides nothing: whether an act may be
// done, and whether it had its effect, is for whoever tells it to.

public import Collect
import Commands
public import Model
public import World

/// The site that a collector looks at, to be acted on.
public struct LiveSite: Acting {
  private let collector: Collector
  private let hands: Hands
  /// By what address a node is reached, as the last looks told.
  private let nodes: KnownNodes

  public init(_ collector: Collector) {
    self.collector = collector
    hands = Hands(of: collector)
    nodes = KnownNodes(collector.site.nodes)
  }

  public var now: Instant { collector.clock.now }

  public func sleep(for duration: Duration) async throws { try await Task.sleep(for: duration) }

  public func look(_ scope: Scope) async -> [Answer] {
    let look = await collector.look(scope)
    nodes.take(look.nodes)
    return look.answers
  }

  public func perform(
    _ deed: Deed, keep: @Sendable ([FormerRows]) async throws -> Void
  ) async -> Deed.Outcome {
    switch deed {
    case .command(let command, let place, let deadline): await run(command, at: place, deadline: deadline)
    case .transaction(let transaction):
      await DatabaseDoor(collector.reach).perform(transaction, keep: keep)
    }
  }

  public func service() async -> ServiceState { ServiceSigns(collector.reach.service).state() }

  private func run(_ command: [String], at place: Deed.Place, deadline: Duration) async -> Deed.Outcome {
    let answer =
      switch place {
      case .node(let name): await hands.run(command, on: nodes.node(name), deadline: deadline)
      case .batchServer: await hands.runAtBatchServer(command, deadline: deadline)
      case .service: await hands.runHere(command, deadline: deadline)
      }
    return Deed.Outcome(of: answer)
  }
}
