public import Model
internal import Persistence
public import PostgreSQL

/// One table as the server's catalogue tells of it.
public struct PostgreSQLTable: Sendable {
  /// In lower case, for comparison.
  public let key: String
  public let schema: String
  /// With its schema, quoted where it must be.
  public let name: String
  public private(set) var columns: [Column] = []

  public struct Column: Sendable {
    /// In lower case.
    public let key: String
    /// Quoted where it must be.
    public let name: String
    let type: String
  }

  var definition: String {
    let lines = columns.map { "    \($0.name) \($0.type)" }
    return "CREATE TABLE \(name) (\n\(lines.joined(separator: ",\n"))\n);\n\n"
  }

  /// The columns of its COPY and the query for them: those that are read, and NULL for secrets, whose column must show for
  /// a reader to know that it holds none. Nil if nothing of it is read.
  func asked(for table: ReadTable) -> (columns: String, query: String)? {
    let asked = columns.filter { table.columns.contains($0.key) || table.secrets.contains($0.key) }
    if asked.isEmpty { return nil }
    let values = asked.map { table.secrets.contains($0.key) ? "NULL" : $0.name }
    return (
      asked.map(\.name).joined(separator: ", "), "SELECT \(values.joined(separator: ", ")) FROM \(name)"
    )
  }
}

extension PostgreSQLTable {
  /// Those of the service's tables that one of its databases has, where they are read from, and others of these names beside
  /// them. `path` is the session's own.
  public static func service(
    _ kind: ObservationKind, and others: Set<String>, schema: String, path: [String],
    over connection: Connection
  ) throws(PostgreSQLError) -> [PostgreSQLTable] {
    let read = ReadTable.all(of: kind).map(\.name)
    let all = try all(named: (read + others).uniqued, over: connection)
    let chosen = try choose(all.filter { read.contains($0.key) }, configured: schema, path: path)
    return all.filter { $0.schema == chosen.first?.schema }
  }

  /// Every table of one of these names, in whatever schema. Real tables only: a view is a program.
  static func all(
    named wanted: [String], over connection: Connection
  ) throws(PostgreSQLError) -> [PostgreSQLTable] {
    let names = wanted.map { "'\($0)'" }.joined(separator: ", ")
    let rows = try connection.execute(
      """
      SELECT c.oid, lower(c.relname), n.nspname, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
        lower(a.attname), quote_ident(a.attname), format_type(a.atttypid, a.atttypmod)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relkind IN ('r', 'p') AND lower(c.relname) IN (\(names)) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY n.nspname, c.relname, a.attnum
      """)
    var tables: [PostgreSQLTable] = []
    var last = ""
    for row in rows {
      if row[0] != last { tables.append(PostgreSQLTable(key: row[1], schema: row[2], name: row[3])) }
      last = row[0]
      tables[tables.count - 1].columns.append(Column(key: row[4], name: row[5], type: row[6]))
    }
    return tables
  }

  /// Those of the configured schema, or of the first on the search path that has most of them.
  static func choose(
    _ tables: [PostgreSQLTable], configured: String, path: [String]
  ) throws(PostgreSQLError) -> [PostgreSQLTable] {
    let bySchema = Dictionary(grouping: tables, by: \.schema)
    func count(_ schema: String) -> Int { bySchema[schema]?.count ?? 0 }
    let candidates =
      configured.isEmpty ? path : bySchema.keys.filter { $0.lowercased() == configured.lowercased() }.sorted()
    let best = candidates.map(count).max() ?? 0
    if let chosen = candidates.first(where: { count($0) == best }), best > 0 { return bySchema[chosen] ?? [] }
    let place =
      configured.isEmpty
      ? "the schemas on the search path (\(path.joined(separator: ", ")))" : "the schema \(configured)"
    let elsewhere = bySchema.keys.sorted().joined(separator: ", ")
    throw PostgreSQLError(
      .content,
      "none of the service's tables is in \(place): "
        + (elsewhere.isEmpty
          ? "is it the right database?" : "set database.schema, for they are in \(elsewhere)"))
  }
}
