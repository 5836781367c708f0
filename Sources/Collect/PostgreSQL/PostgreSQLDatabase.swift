public import Commands
public import Model
internal import PostgreSQL
public import World

/// The service's databases where they are in PostgreSQL, 9.6 or later. Each is read in one transaction that sees one
/// moment and can write nothing, as the text that pg_dump would print.
public struct PostgreSQLDatabase: Sendable {
  private let reach: Reach.Database
  private let byteLimit: Int

  /// `byteLimit` bounds the text of each database.
  public init(_ reach: Reach.Database, byteLimit: Int = 256 << 20) {
    self.reach = reach
    self.byteLimit = byteLimit
  }

  /// Asks both at the same time. One that is not configured has no answer.
  public func read(clock: ObserverClock) async -> [Answer] {
    async let main = read(.dbMain, clock: clock)
    async let accounting = read(.dbAccounting, clock: clock)
    return await [main, accounting].compactMap(\.self)
  }

  /// Asks the one that a kind names.
  func read(_ kind: ObservationKind, clock: ObserverClock) async -> Answer? {
    await answer(kind, kind == .dbMain ? reach.main : reach.accounting, clock: clock)
  }

  private func answer(
    _ kind: ObservationKind, _ database: String, clock: ObserverClock
  ) async -> Answer? {
    if database.isEmpty { return nil }
    let started = clock.now
    var command = ["postgresql"]
    var dump = PostgreSQLDump(of: kind, reach: reach, byteLimit: byteLimit)
    do throws(PostgreSQLError) {
      let address = try reach.address(of: database)
      command.append(address.description)
      let empty = dump
      dump = try await Connection.open(
        address, connectTimeout: reach.connectTimeout, deadline: reach.deadline
      ) { connection in
        var dump = empty
        dump.take(from: connection)
        return dump
      }
    } catch {
      dump.failure = error
    }
    return Answer(
      RawObservation(
        kind: kind, command: command, started: started, finished: clock.now,
        ending: dump.failure.map { .failure(Text.printable(words(for: $0).utf8)) } ?? .exit(0),
        stdout: dump.text))
  }

  private func words(for error: PostgreSQLError) -> String {
    switch error.cause {
    case .interrupted: Task.isCancelled ? "cancelled" : "timed out after \(reach.deadline.seconds) s"
    case .passwordNeeded: error.message + ": put the password into ~/.pgpass (mode 0600) or a service file"
    case .statement("42501"): error.message + ": GRANT SELECT on the service's tables to this role"
    case .statement("55P03"): error.message + ": another session has the table locked, see pg_stat_activity"
    case .library, .address, .connection, .statement, .content, .flooded: error.message
    }
  }
}
