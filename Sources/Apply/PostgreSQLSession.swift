import Collect
import Model
import PostgreSQL
import World

/// A serializable transaction of a PostgreSQL database.
struct PostgreSQLSession: ChangeSession {
  static let dialect = SQLDialect.postgresql
  private let connection: Connection
  private let kind: ObservationKind
  private let schema: String
  private let path: [String]
  private let words: (PostgreSQLError) -> ChangeRefusal

  init(
    _ connection: Connection, of kind: ObservationKind, _ reach: Reach.Database,
    words: @escaping (PostgreSQLError) -> ChangeRefusal
  ) throws(ChangeRefusal) {
    self.connection = connection
    self.kind = kind
    self.words = words
    schema = reach.schema
    do throws(PostgreSQLError) {
      path = try connection.execute("SELECT pg_catalog.unnest(pg_catalog.current_schemas(false))").flatMap(
        \.self)
      try connection.execute(Self.opening(reach))
    } catch { throw words(error) }
  }

  /// The server gives up by itself when trueup is gone; values are written so that they come back to the last bit.
  private static func opening(_ reach: Reach.Database) -> String {
    // Well after trueup itself, whose words are better.
    let deadline = reach.deadline.milliseconds + 10_000
    return """
      BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE;
      SET LOCAL statement_timeout = \(deadline);
      SET LOCAL idle_in_transaction_session_timeout = \(deadline);
      SET LOCAL lock_timeout = \(max(1, reach.connectTimeout.milliseconds));
      SET LOCAL row_security = off;
      SET LOCAL search_path = pg_catalog;
      SET LOCAL standard_conforming_strings = on;
      SET LOCAL extra_float_digits = 3;
      SET LOCAL bytea_output = 'hex';
      SET LOCAL synchronous_commit = on;
      """
  }

  func tables(_ keys: Set<String>, changed: Set<String>) throws(ChangeRefusal) -> [FoundTable] {
    do throws(PostgreSQLError) {
      let found = try PostgreSQLTable.service(
        kind, and: keys, schema: schema, path: path, over: connection
      ).filter { keys.contains($0.key) }
      let names = found.filter { changed.contains($0.key) }.map(\.name)
      if let obstacle = try obstacle(in: names) {
        throw PostgreSQLError(.content, "\(obstacle), and what it would do is not known")
      }
      return found.map { table in
        FoundTable(
          key: table.key, name: table.name,
          columns: table.columns.map { FoundTable.Column(key: $0.key, name: $0.name) })
      }
    } catch { throw words(error) }
  }

  /// What would do more than the statements say: triggers, rules, and keys of other tables that follow a change.
  private func obstacle(in tables: [String]) throws(PostgreSQLError) -> String? {
    let names = tables.compactMap { SQLLiteral.text($0) }.map { "\($0)::regclass" }.joined(separator: ", ")
    if names.isEmpty { return nil }
    return try connection.execute(
      """
      SELECT 'the table ' || tgrelid::regclass || ' has the trigger ' || tgname FROM pg_trigger
        WHERE tgrelid IN (\(names)) AND NOT tgisinternal AND tgenabled <> 'D'
      UNION ALL SELECT 'the table ' || ev_class::regclass || ' has the rule ' || rulename FROM pg_rewrite
        WHERE ev_class IN (\(names)) AND ev_enabled <> 'D'
      UNION ALL SELECT 'the table ' || conrelid::regclass || ' follows by the key ' || conname FROM pg_constraint
        WHERE confrelid IN (\(names)) AND contype = 'f' AND (confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd'))
      ORDER BY 1
      """
    ).first?.first
  }

  func rows(
    of table: FoundTable, _ query: (_ columns: String) -> String
  ) throws(ChangeRefusal) -> [[Transaction.Cell]] {
    let columns = table.columns.map { "quote_nullable(\($0.name)::text)" }.joined(separator: ", ")
    return try asking(query(columns) + "\nFOR UPDATE").map { row in
      zip(table.columns, row).map { Transaction.Cell($0.key, $1) }
    }
  }

  func run(_ statement: String) throws(ChangeRefusal) -> Int {
    let rows = try asking("WITH changed AS (\(statement)\nRETURNING 1) SELECT count(*) FROM changed")
    return rows.first?.first.flatMap { Int($0) } ?? 0
  }

  /// Whether the server is there: a connection that was lost before is told from one that was lost in a COMMIT.
  func greet() throws(ChangeRefusal) { _ = try asking("SELECT 1") }

  func commit() throws(ChangeRefusal) {
    do throws(PostgreSQLError) {
      try connection.execute("COMMIT")
    } catch {
      var refusal = words(error)
      refusal.mayBeDone = !Self.isRefused(error)
      throw refusal
    }
  }

  /// Whether the server said that the transaction is rolled back. One that was told to go may have committed before, and
  /// 40003 says that it does not know itself. https://www.postgresql.org/docs/current/errcodes-appendix.html
  private static func isRefused(_ error: PostgreSQLError) -> Bool {
    guard case .statement(let state?) = error.cause else { return false }
    return !state.hasPrefix("08") && !state.hasPrefix("57") && !state.hasPrefix("58") && state != "40003"
  }

  private func asking(_ sql: String) throws(ChangeRefusal) -> [[String]] {
    do throws(PostgreSQLError) { return try connection.execute(sql) } catch { throw words(error) }
  }
}
