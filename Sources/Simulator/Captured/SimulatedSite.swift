public import Model
import SQLite
import Synchronization
public import World

/// A site that does not exist: made from what a capture saw last, it prints what the real commands would print, and repairs
/// can be carried out on it.
///
/// A source that nothing was done to is answered with its captured bytes, at simulated times. What deeds change is edited in
/// those bytes, so that all else of them stays. Deeds have the effects and the quirks of the real commands, as the `domain`
/// facts have them: exit status 0 proves nothing. Time passes only in `sleep`, and with each look and deed.
///
/// It knows values, the World's protocols and SQLite. It knows no door: how bytes become rows is given to it, and so it can't
/// print what the doors do not read. Not simulated: PostgreSQL's and Derby's forms of a database, `pbsnodes -a` as text, a
/// dom0 that is driven out of memory, the service's text files, and the MOM's kill loop of 2.5.13, which may end a pilot after
/// 5 s whatever the delay.
public final class SimulatedSite: Acting {
  /// How an observation's bytes are read.
  public typealias Reading = @Sendable (RawObservation, inout RowList) -> World.Reading

  private let state: Mutex<SiteState>

  /// - Parameters:
  ///   - captured: the observations in their order; of each source the last one counts.
  ///   - nodes: those of the site's configuration.
  ///   - absent: sources that the site does not have; others that a live site always has are made up where they were not
  ///     captured.
  ///   - balloons: false where pilots leave dom0's memory alone (`bubble_mem = no`).
  ///   - destroy: the service's own command that destroys a machine, with `{machine}` where its number goes.
  public init(
    _ captured: [Answer], nodes: [Site.ConfiguredNode] = [], absent: Set<ObservationKind> = [],
    balloons: Bool = true, destroy: [String] = [], service: ServiceState = .stopped, read: @escaping Reading
  ) {
    state = Mutex(
      SiteState(
        captured, nodes: nodes, absent: absent, destroy: destroy, balloons: balloons, service: service,
        read: read))
  }

  /// Another site, which stands as this one does now.
  public init(copying other: SimulatedSite) { state = Mutex(other.state.withLock { $0 }) }

  public var now: Instant { state.withLock { $0.clock } }

  public func sleep(for duration: Duration) async throws {
    try Task.checkCancellation()
    state.withLock { $0.advance(by: duration) }
  }

  public func look(_ scope: Scope) async -> [Answer] { state.withLock { $0.look(scope) } }

  public func service() async -> ServiceState { state.withLock { $0.service } }

  /// Starts or stops the workspace service, or hides it.
  public func setService(_ service: ServiceState) { state.withLock { $0.service = service } }

  /// Every deed so far, in its order.
  public var deeds: [DoneDeed] { state.withLock { $0.deeds } }

  /// What became different so far, by deeds and by what followed from them.
  public var effects: [Effect] { state.withLock { $0.effects } }

  public func perform(
    _ deed: Deed, keep: @Sendable ([FormerRows]) async throws -> Void
  ) async -> Deed.Outcome {
    let started = now
    let outcome: Deed.Outcome
    switch deed {
    case .command(let command, let place, let deadline):
      outcome = state.withLock { $0.run(command, at: place, deadline: deadline) }
    case .transaction(let transaction):
      outcome = await commit(transaction, keep)
    }
    state.withLock {
      $0.deeds.append(DoneDeed(deed: deed, started: started, finished: $0.clock, outcome: outcome))
    }
    return outcome
  }

  /// All of it, or nothing. What was there is kept before it is committed.
  private func commit(
    _ transaction: Transaction, _ keep: @Sendable ([FormerRows]) async throws -> Void
  ) async -> Deed.Outcome {
    state.withLock { $0.advance(by: .milliseconds(200)) }
    do {
      let before = try state.withLock { try $0.database(transaction.database).observation.stdout }
      let changed = try Self.change(before, by: transaction)
      do { try await keep(changed.former) } catch {
        return .failed("rolled back: \(error)")
      }
      let isKept = state.withLock { $0.commit(transaction.database, from: before, to: changed.after) }
      return isKept ? .done : .failed("rolled back: database is locked")
    } catch let refusal as Refusal {
      return .failed(refusal.reason)
    } catch {
      return .failed("\(error)")
    }
  }

  private static func change(
    _ before: [UInt8], by transaction: Transaction
  ) throws(Refusal) -> (former: [FormerRows], after: [UInt8]) {
    let database = try Database.captured(before)
    let former = try database.make(transaction)
    return (former, try Refusal.telling { () throws(SQLiteError) in try database.printed(like: before) })
  }
}
