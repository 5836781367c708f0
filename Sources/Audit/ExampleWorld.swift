import Model
import RuleBook
import SQLite

/// The small world of a rule's example as a snapshot.
enum ExampleWorld {
  /// - Parameter hidden: tables, or a table on a node (`vmm_domain@gsn-wn2`), of which nothing is seen: their rows are gone.
  static func snapshot(
    of example: Rule.Example, schema: Schema, hidden: [String] = []
  ) throws(AuditError) -> Snapshot {
    let unseen = example.unseen + hidden
    let builder = try SnapshotBuilder(schema: schema, site: site(of: example))
    do {
      for (table, rows) in example.given where !unseen.contains(table) && table != "site" {
        for row in rows { try insert(row, into: table, of: builder) }
      }
    } catch { throw AuditError(error) }
    look(at: example, unseen: unseen, with: builder)
    return try builder.finish(now: example.now)
  }

  /// The site as configured, but for what `given.site` says of it.
  private static func site(of example: Rule.Example) -> Site {
    let row = example.given.first { $0.table == "site" }?.rows.first ?? [:]
    func kibibytes(_ column: String) -> Kibibytes? {
      if case .integer(let count) = row[column] { Kibibytes(count) } else { nil }
    }
    return Site(
      name: "example", serviceAccount: row["service_account"]?.text, quantum: kibibytes("quantum_kib"),
      balloons: row["balloons"] != .integer(0),
      foreignDomains: row["foreign_domains"]?.text.flatMap(Severity.init) ?? .notice)
  }

  private static func insert(
    _ row: [String: Value], into table: String, of builder: SnapshotBuilder
  ) throws(SQLiteError) {
    let columns = row.keys.sorted()
    let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
    let statement = try builder.database.prepare(
      "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(places))")
    try statement.bind(columns.map { row[$0] ?? .null })
    try statement.run()
  }

  /// Every source was looked at on every node that the example mentions, and seen but for what is hidden.
  private static func look(at example: Rule.Example, unseen: [String], with builder: SnapshotBuilder) {
    let named = example.given.flatMap { given in
      given.rows.compactMap { $0[given.table == "node" ? "name" : "node"]?.text }
    }
    let elsewhere = unseen.compactMap { $0.split(separator: "@").dropFirst().first.map(String.init) }
    let nodes = Set(named + elsewhere).sorted()
    var id = 0
    for kind in ObservationKind.allCases {
      for node in kind.isPerNode ? nodes.map(Optional.some) : [nil] {
        id += 1
        let tables = builder.schema.tables.filter { $0.sources.contains(kind) }.map(\.name)
        let isHidden = tables.contains { table in
          unseen.contains(table) || node.map { unseen.contains("\(table)@\($0)") } == true
        }
        var record = ObservationRecord(
          id: id, round: 1, kind: kind, node: node, command: [],
          started: example.now, finished: example.now,
          exitStatus: 0)
        if isHidden { record.coverage = .failed(Problem("it did not answer")) }
        builder.begin(id)
        builder.end(record, precedence: 0, unreadable: [])
      }
    }
  }
}
