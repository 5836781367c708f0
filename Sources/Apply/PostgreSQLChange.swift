import Collect
import Model
import PostgreSQL
import World

/// A transaction in PostgreSQL: serializable, so that it holds against all others, and never tried again by itself.
struct PostgreSQLChange: Sendable {
  private let reach: Reach.Database
  private let database: String

  init(_ reach: Reach.Database, database: String) {
    self.reach = reach
    self.database = database
  }

  /// The session has a thread of its own, and hands its rows over to be kept here.
  func make(
    _ transaction: Transaction, keep: @Sendable ([FormerRows]) async throws -> Void
  ) async throws(ChangeRefusal) {
    let handover = Handover()
    async let made = session(transaction, handover)
    for await rows in handover.rows {
      do {
        try await keep(rows)
        handover.answer(Task.isCancelled ? "cancelled" : nil)
      } catch { handover.answer("\(error)") }
    }
    if let refusal = await made { throw refusal }
  }

  private func session(_ transaction: Transaction, _ handover: Handover) async -> ChangeRefusal? {
    defer { handover.finish() }
    do throws(PostgreSQLError) {
      let address = try reach.address(of: database)
      return try await Connection.open(
        address, connectTimeout: reach.connectTimeout, deadline: reach.deadline
      ) { connection in
        do throws(ChangeRefusal) {
          try change(transaction, over: connection, handover)
          return nil
        } catch { return error }
      }
    } catch {
      var refusal = words(for: error)
      refusal.mayBeDone = handover.giveUp()
      return refusal
    }
  }

  /// On the session's own thread. What is thrown closes the connection, and the transaction is gone.
  private func change(
    _ transaction: Transaction, over connection: Connection, _ handover: Handover
  ) throws(ChangeRefusal) {
    let session = try PostgreSQLSession(connection, of: transaction.database, reach, words: words)
    let former = try session.make(transaction)
    if let reason = handover.offer(former) { throw ChangeRefusal(reason) }
    try session.greet()
    guard handover.mayCommit() else { throw words(for: PostgreSQLError(.interrupted, "interrupted")) }
    try session.commit()
  }

  private func words(for error: PostgreSQLError) -> ChangeRefusal {
    let message = Text.printable(error.message.utf8)
    switch error.cause {
    case .interrupted:
      return ChangeRefusal(Task.isCancelled ? "cancelled" : "timed out after \(reach.deadline.seconds) s")
    case .passwordNeeded:
      return ChangeRefusal(message + ": put the password into ~/.pgpass (mode 0600) or a service file")
    case .statement("42501"):
      return ChangeRefusal(message + ": this role may read the service's tables only")
    case .statement("55P03"):
      return ChangeRefusal(message + ": another session has the rows locked, see pg_stat_activity")
    case .statement("40001"), .statement("40P01"):
      return ChangeRefusal(message + ": another session changed the same at the same time")
    case .statement(sqlState: nil): return ChangeRefusal("the connection was lost: \(message)")
    case .library, .address, .connection, .statement, .content, .flooded: return ChangeRefusal(message)
    }
  }
}
