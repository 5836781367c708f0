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
    let builder = try SnapshotBuilder(schema: schema, site: site(of: example), trial: trial(of: example))
    do {
      for (table, rows) in example.given where !unseen.contains(table) && !["site", "trial"].contains(table) {
        for row in rows { try insert(row, into: table, of: builder) }
      }
    } catch { throw AuditError(error) }
    look(at: example, unseen: unseen, with: builder)
    return try builder.finish(now: example.now)
  }

  /// The site as configured, but for what `given.site` says of it.
  private static func site(of example: Rule.Example) -> Site {
    let row = row("site", of: example)
    return Site(
      name: "example", serviceAccount: row["service_account"]?.text, quantum: kibibytes(row["quantum_kib"]),
      balloons: row["balloons"] != .integer(0),
      foreignDomains: row["foreign_domains"]?.text.flatMap(Severity.init) ?? .notice)
  }

  /// The usual trial, but for what `given.trial` says of it.
  private static func trial(of example: Rule.Example) -> Trial {
    let row = row("trial", of: example)
    var trial = Trial(slotMemory: kibibytes(row["slot_memory_kib"]))
    trial.nodes = row["nodes"]?.text ?? trial.nodes
    if case .integer(let slots) = row["slots"] { trial.slots = Int(slots) }
    return trial
  }

  /// The only row of a table of the configuration.
  private static func row(_ table: String, of example: Rule.Example) -> [String: Value] {
    example.given.first { $0.table == table }?.rows.first ?? [:]
  }

  private static func kibibytes(_ value: Value?) -> Kibibytes? {
    if case .integer(let count) = value { Kibibytes(count) } else { nil }
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
