internal import Persistence
internal import PostgreSQL

/// One table as the server's catalogue tells of it.
struct PostgreSQLTable {
  /// In lower case, for comparison.
  let key: String
  let schema: String
  /// With its schema, quoted where it must be.
  let name: String
  private(set) var columns: [Column] = []

  struct Column {
    /// In lower case.
    let key: String
    /// Quoted where it must be.
    let name: String
    let type: String
  }

  var definition: String {
    let lines = columns.map { "    \($0.name) \($0.type)" }
    return "CREATE TABLE \(name) (\n\(lines.joined(separator: ",\n"))\n);\n\n"
  }

  /// The list of those columns that are read; nil if it has none of them.
  func asked(of wanted: [ReadTable]) -> String? {
    let read = wanted.first { $0.name == key }?.columns ?? []
    let names = columns.filter { read.contains($0.key) }.map(\.name)
    return names.isEmpty ? nil : names.joined(separator: ", ")
  }
}

extension PostgreSQLTable {
  /// Every table of one of these names, in whatever schema. Real tables only: a view is a program.
  static func all(
    of wanted: [ReadTable], over connection: Connection
  ) throws(PostgreSQLError) -> [PostgreSQLTable] {
    let names = wanted.map { "'\($0.name)'" }.joined(separator: ", ")
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
