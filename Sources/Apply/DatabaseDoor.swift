import Model
import World

/// The service's databases as the site's configuration lets them be changed.
struct DatabaseDoor: Sendable {
  private let reach: Reach.Database

  init(_ reach: Reach) { self.reach = reach.database }

  /// All of it or nothing, and tried once. What is there before is given to `keep` first.
  func perform(
    _ transaction: Transaction, keep: @Sendable ([FormerRows]) async throws -> Void
  ) async -> Deed.Outcome {
    do throws(ChangeRefusal) {
      try await change(transaction, keep: keep)
      return .done
    } catch { return .failed(error.outcome) }
  }

  private func change(
    _ transaction: Transaction, keep: @Sendable ([FormerRows]) async throws -> Void
  ) async throws(ChangeRefusal) {
    guard !reach.mirror else {
      throw ChangeRefusal(
        "database.mirror says that this is a copy: a change would be gone when it is next made, and the service would "
          + "never see it")
    }
    let key = transaction.database == .dbAccounting ? "accounting" : "main"
    let database = transaction.database == .dbAccounting ? reach.accounting : reach.main
    switch reach.engine {
    case .sqlite, .postgresql:
      guard !database.isEmpty else {
        throw ChangeRefusal("site.toml does not say where it is: set database.\(key)")
      }
    case .embedded, .derbyServer, .derbyCopy:
      throw ChangeRefusal(
        "a Derby database is changed by a script that a person reviews: trueup repair --sql-out writes it, and ij runs it "
          + "while the service is stopped")
    case .none: throw ChangeRefusal("the site has no database: database.engine is \"none\"")
    }
    if reach.engine == .sqlite {
      try await SQLiteChange(database, busyTimeout: reach.connectTimeout).make(transaction, keep: keep)
    } else {
      try await PostgreSQLChange(reach, database: database).make(transaction, keep: keep)
    }
  }
}
