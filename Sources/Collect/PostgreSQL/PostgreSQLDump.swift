internal import Model
internal import Persistence
internal import PostgreSQL

/// The text of one database, like pg_dump's: the tables that are read with all of their columns, and the rows with those
/// columns that are read. It has pg_dump's last comment only when nothing is missing.
struct PostgreSQLDump: Sendable {
  private(set) var text: [UInt8] = []
  var failure: PostgreSQLError?
  private let wanted: [ReadTable]
  private let reach: Reach.Database
  private let byteLimit: Int

  init(of kind: ObservationKind, reach: Reach.Database, byteLimit: Int) {
    wanted = ReadTable.all(of: kind)
    self.reach = reach
    self.byteLimit = byteLimit
  }

  /// Reads the database over a fresh connection. What came before a failure is kept.
  mutating func take(from connection: Connection) {
    do throws(PostgreSQLError) {
      let path = try connection.execute("SELECT pg_catalog.unnest(pg_catalog.current_schemas(false))")
      try connection.execute(Self.opening(reach))
      let tables = try PostgreSQLTable.all(named: wanted.map(\.name), over: connection)
      let chosen = try PostgreSQLTable.choose(tables, configured: reach.schema, path: path.flatMap(\.self))
      append("--\n-- PostgreSQL database dump\n--\n\n")
      append("-- Dumped from database version \(connection.serverVersion)\n")
      append("-- Dumped by trueup: the tables and the columns that it reads\n\n")
      for table in chosen { append(table.definition) }
      for table in chosen {
        let known = wanted.first { $0.name == table.key }
        guard let asked = known.flatMap(table.asked) else { continue }
        append("COPY \(table.name) (\(asked.columns)) FROM stdin;\n")
        try connection.copy(asked.query, to: &text, byteLimit: byteLimit)
        append("\\.\n\n")
      }
      append("--\n-- PostgreSQL database dump complete\n--\n")
    } catch {
      failure = error
    }
  }

  private mutating func append(_ more: String) { text += more.utf8 }

  /// One moment for all tables, nothing can be written, and the server gives up by itself when trueup is gone. With
  /// `row_security` off, rows that are hidden from the role are an error; a hidden row would look like none.
  static func opening(_ reach: Reach.Database) -> String {
    // Well after trueup itself, whose words are better.
    let deadline = reach.deadline.milliseconds + 10_000
    return """
      SET default_transaction_read_only = on;
      BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
      SET LOCAL statement_timeout = \(deadline);
      SET LOCAL idle_in_transaction_session_timeout = \(deadline);
      SET LOCAL lock_timeout = \(max(1, reach.connectTimeout.milliseconds));
      SET LOCAL row_security = off;
      SET LOCAL search_path = pg_catalog;
      SET LOCAL synchronize_seqscans = off;
      SET LOCAL extra_float_digits = 3;
      """
  }
}
