import Commands
public import Collect
public import Model
public import World
public struct LiveSite: Acting {
  let collector: Collector
  public init(collector: Collector, database: Reach.Database) { self.collector = collector }
  public var now: Instant { collector.clock.now }
  public func sleep(for d: Duration) async throws { try await Task.sleep(for: d) }
  public func look(_ s: Scope) async -> [Answer] { await collector.look(s).answers }
  public func perform(_ d: Deed, keep: @Sendable ([FormerRows]) async throws -> Void) async -> Deed.Outcome { .failed("stub") }
  public func service() async -> ServiceState { .stopped }
}
