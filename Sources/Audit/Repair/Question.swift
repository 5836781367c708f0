import Model
import RuleBook
import SQLite

/// A query that a decision hangs on, with what it reads. Where that was not wholly seen, its answer proves nothing.
struct Question {
  let query: Statement
  private let columns: Set<String>
  private let tables: Set<String>
  /// Whether it asks about one node at a time.
  let isOfNode: Bool
  /// Tables that sharpen it where the site has them.
  private let optional: Set<String>

  init(_ text: String, optional: Set<String> = [], on snapshot: Snapshot) throws(SQLiteError) {
    let reads = ReadLog()
    snapshot.database.authorize(reads.allow)
    defer { snapshot.database.authorize(nil) }
    query = try snapshot.database.prepare(text)
    columns = reads.columns
    tables = reads.tables.intersection(snapshot.schema.tables.map(\.name))
    isOfNode = query.parameterNames.contains(":node")
    self.optional = optional
  }

  /// The sources that it needs to be seen.
  func sources(_ schema: Schema) -> Set<ObservationKind> {
    Set(tables.flatMap { schema.table($0)?.sources ?? [] })
  }

  /// Binds each of its parameters to the value of that name, and `:now`.
  func bind(now: Instant, _ value: (String) -> Value) throws(SQLiteError) {
    query.reset()
    query.clearBindings()
    for name in query.parameterNames.compactMap({ $0 }) {
      try query.bind(name == ":now" ? Value(now) : value(String(name.dropFirst())), to: name)
    }
  }

  /// What of it was not seen, in words. A source that was not collected at all is one where `isStrict`; else the rule that
  /// asks has answered for it.
  func doubts(
    about nodes: [String]?, in rows: RowReader, of schema: Schema, isStrict: Bool
  ) throws(SQLiteError) -> [String] {
    var doubts: [String] = []
    for table in tables.sorted() {
      // On no node there is nothing to be seen.
      let isPerNode = schema.table(table)?.isPerNode == true
      let asked: [String?] = if isOfNode, isPerNode, let nodes { nodes } else { [nil] }
      for node in asked {
        doubts += try gaps(in: table, on: node, rows, schema, isStrict: isStrict)
        doubts += try rows.defects(in: table, node: node, reading: columns)
      }
    }
    return doubts.uniqued
  }

  private func gaps(
    in table: String, on node: String?, _ rows: RowReader, _ schema: Schema, isStrict: Bool
  ) throws(SQLiteError) -> [String] {
    var doubts: [String] = []
    for kind in schema.table(table)?.sources ?? [] {
      for gap in rows.gaps(kind, node: node) {
        switch gap {
        case .complete: break
        case .unseen(let reason): doubts.append(reason)
        case .absent where isStrict && !optional.contains(table):
          doubts.append("\(kind.rawValue)\(node.map { " of \($0)" } ?? "") was not looked at")
        case .absent: break
        }
      }
    }
    return doubts
  }
}
