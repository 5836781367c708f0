import Model
import RuleBook
import SQLite

/// Looks up single rows of the snapshot: as evidence, and for what is wrong with them.
final class RowReader {
  private let snapshot: Snapshot
  private var fetches: [String: Statement] = [:]
  private let rowDefects: Statement
  private var tableDefects: [String: Statement] = [:]
  /// What an absence on all nodes rests on is the same for every finding of a site, and as much as it has nodes.
  private var gapsEverywhere: [ObservationKind: [SourceBoard.State]] = [:]
  private var observationsEverywhere: [String: [Int]] = [:]
  private let meta: Set<String> = ["observation", "at_byte", "byte_count", "ambiguous"]

  init(_ snapshot: Snapshot) throws(SQLiteError) {
    self.snapshot = snapshot
    rowDefects = try snapshot.database.prepare(
      "SELECT column_name, problem FROM defect WHERE table_name = ? AND row = ?")
  }

  private func fetch(_ row: Int64, of table: String) throws(SQLiteError) -> Statement? {
    guard snapshot.schema.table(table) != nil else { return nil }
    let statement: Statement
    if let known = fetches[table] {
      statement = known
    } else {
      statement = try snapshot.database.prepare("SELECT * FROM \(table) WHERE rowid = ?")
      fetches[table] = statement
    }
    statement.reset()
    try statement.bind(.integer(row), at: 1)
    return try statement.step() ? statement : nil
  }

  /// A row with all that is known of it.
  func evidence(_ row: Int64, of table: String) throws(SQLiteError) -> Finding.Evidence? {
    guard let statement = try fetch(row, of: table) else { return nil }
    defer { statement.reset() }
    let known = Dictionary(
      uniqueKeysWithValues: (snapshot.schema.table(table)?.columns ?? []).map { ($0.name, $0.isVolatile) })
    var columns: [Finding.Column] = []
    var witness: [String] = [table]
    var place: [String: Int64] = [:]
    for (index, name) in statement.columnNames.enumerated() {
      if meta.contains(name) {
        if statement.storage(index) == .integer { place[name] = statement.columnInteger(index) }
        continue
      }
      let value = statement.column(index)
      columns.append(Finding.Column(name: name, value: value))
      if known[name] == false { witness += [name, value.text ?? "\u{0}"] }
    }
    let start = Int(place["at_byte"] ?? 0)
    return Finding.Evidence(
      table: table, node: columns.first { $0.name == "node" }?.value.text, columns: columns,
      observation: place["observation"].map { Int($0) },
      bytes: place["at_byte"].map { _ in start..<start + Int(max(place["byte_count"] ?? 0, 0)) },
      witness: Fingerprint(of: witness))
  }

  /// Why nothing may rest on a row: it may be forged, or a column that the rule reads is unknown.
  func doubts(about row: Int64, of table: String, reading columns: Set<String>) throws(SQLiteError)
    -> [String]
  {
    var doubts: [String] = []
    if let statement = try fetch(row, of: table) {
      defer { statement.reset() }
      if let place = statement.columnNames.firstIndex(of: "ambiguous"), statement.columnInteger(place) != 0 {
        doubts.append("a record of \(table) may be forged: its source's form cannot tell")
      }
    }
    guard snapshot.tablesWithDefects.contains(table) else { return doubts }
    rowDefects.reset()
    try rowDefects.bind([.text(table), .integer(row)])
    while try rowDefects.step() {
      let column = rowDefects.columnText(0) ?? ""
      guard columns.contains("\(table).\(column)") else { continue }
      doubts.append("\(table).\(column) is not understood: \(rowDefects.columnText(1) ?? "")")
    }
    return doubts
  }

  /// Why an absence may not be one: a record there has an unknown value in a column that the rule compares.
  func defects(in table: String, node: String?, reading columns: Set<String>) throws(SQLiteError) -> [String]
  {
    guard snapshot.tablesWithDefects.contains(table), let known = snapshot.schema.table(table) else {
      return []
    }
    let isNarrow = node != nil && known.columns.contains { $0.name == "node" }
    let key = "\(table) \(isNarrow)"
    let statement: Statement
    if let prepared = tableDefects[key] {
      statement = prepared
    } else {
      statement = try snapshot.database.prepare(
        "SELECT DISTINCT d.column_name, d.problem, t.\(known.keyColumn) FROM defect d JOIN \(table) t ON t.rowid = d.row "
          + "WHERE d.table_name = ?1 AND (?2 IS NULL\(isNarrow ? " OR t.node = ?2" : " OR 1"))")
      tableDefects[key] = statement
    }
    statement.reset()
    try statement.bind([.text(table), Value(node)])
    var doubts: [String] = []
    while try statement.step() {
      let column = statement.columnText(0) ?? ""
      guard columns.contains("\(table).\(column)") else { continue }
      let key = statement.columnText(2) ?? "?"
      doubts.append("\(column) of \(table) \(key) is not understood: \(statement.columnText(1) ?? "")")
    }
    return doubts
  }

  /// What was not wholly seen of what an absence rests on, remembered where that is all nodes.
  func gaps(_ kind: ObservationKind, node: String?) -> [SourceBoard.State] {
    if node == nil, let known = gapsEverywhere[kind] { return known }
    let gaps = snapshot.board.states(kind, node: node).filter { !$0.isComplete }
    if node == nil { gapsEverywhere[kind] = gaps }
    return gaps
  }

  /// `SourceBoard.observations`, and remembered where they are of all nodes.
  func observations(of table: String, node: String?) -> [Int] {
    if node != nil { return snapshot.board.observations(of: table, node: node) }
    if let known = observationsEverywhere[table] { return known }
    let observations = snapshot.board.observations(of: table, node: nil)
    observationsEverywhere[table] = observations
    return observations
  }
}
