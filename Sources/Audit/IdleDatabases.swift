import Model
import RuleBook
import SQLite
import Synchronization

/// Databases of snapshots that are over, emptied, with the statements that were prepared on them: on a small site SQLite
/// takes longer to compile the rules than to run them. A database that is taken from here is as good as a new one.
final class IdleDatabases: Sendable {
  static let shared = IdleDatabases()

  /// Nobody else holds the database while it lies here.
  private struct Idle: @unchecked Sendable {
    let database: Database
    /// The text of the schema that it has, indexes and views too.
    let schema: String
  }

  private let idle = Mutex<[Idle]>([])
  /// As many as there may be tasks that audit.
  private static let most = 8

  func take(_ schema: Schema) -> Database? {
    idle.withLock { idle in
      idle.lastIndex { $0.schema == schema.source }.map { idle.remove(at: $0) }
    }?.database
  }

  /// Empties a database that nothing else holds, and keeps it. One that can't be emptied, or has nothing prepared, is let go.
  func put(_ database: Database, _ schema: Schema) {
    guard database.keepsStatements else { return }
    do throws(SQLiteError) {
      try database.setQueryOnly(false)
      for table in schema.tables { try database.prepare("DELETE FROM \(table.name)").run() }
    } catch { return }
    let kept = Idle(database: database, schema: schema.source)
    idle.withLock { idle in
      if idle.count == Self.most { idle.removeFirst() }
      idle.append(kept)
    }
  }
}
