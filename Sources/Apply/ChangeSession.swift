import World

/// A transaction that has begun in a database, and ends with it.
protocol ChangeSession {
  static var dialect: SQLDialect { get }

  /// Those of the service's tables that are there. `changed` are those whose rows are to be changed: one that is no plain
  /// table, or where a change sets off others, is refused.
  func tables(_ keys: Set<String>, changed: Set<String>) throws(ChangeRefusal) -> [FoundTable]

  /// Each row's columns in the database's own writing, so that they can be put back as they were. Nobody else changes these
  /// rows until the transaction ends.
  func rows(of table: FoundTable, _ query: (_ columns: String) -> String) throws(ChangeRefusal)
    -> [[Transaction.Cell]]

  /// How many rows it changed.
  func run(_ statement: String) throws(ChangeRefusal) -> Int
}

extension ChangeSession {
  /// Makes all changes, each only where it finds as many rows as it must. Gives what was there before.
  func make(_ transaction: Transaction) throws(ChangeRefusal) -> [FormerRows] {
    let needed = transaction.columns
    let changed = Set(transaction.changes.map(\.table))
    let tables = try tables(Set(needed.keys), changed: changed)
    let found = Dictionary(tables.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let names = try Self.names(
      found, needed, optional: Set(transaction.changes.filter(\.mayLackTable).map(\.table)))
    var former: [FormerRows] = []
    for (index, change) in transaction.changes.enumerated() {
      guard let table = found[change.table] else { continue }
      let place = "statement \(index + 1) of \(transaction.changes.count)"
      let rows = try make(change, in: table, names, place: place)
      former.append(
        FormerRows(database: transaction.database, table: change.table, action: change.action, rows: rows))
    }
    return former
  }

  private func make(
    _ change: Transaction.Change, in table: FoundTable, _ names: TransactionNames, place: String
  ) throws(ChangeRefusal) -> [[Transaction.Cell]] {
    var rows: [[Transaction.Cell]] = []
    if case .insert = change.action {
    } else {
      rows = try self.rows(of: table) { change.selection(of: $0, names: names) }
      try Self.expect(rows.count, of: change, place: place)
    }
    let count = try run(change.statement(for: Self.dialect, names: names))
    try Self.expect(count, of: change, place: place)
    if case .insert = change.action { return [] }
    guard count == rows.count else {
      throw ChangeRefusal("\(place) \(change.subject), found \(rows.count) rows and changed \(count)")
    }
    return rows
  }

  private static func expect(_ count: Int, of change: Transaction.Change, place: String) throws(ChangeRefusal)
  {
    if change.expected.contains(count) { return }
    throw ChangeRefusal("\(place) \(change.subject), expected \(change.expectation) and found \(count)")
  }

  /// What the database calls all that the transaction names.
  private static func names(
    _ found: [String: FoundTable], _ needed: [String: Set<String>], optional: Set<String>
  ) throws(ChangeRefusal) -> TransactionNames {
    var columns: [String: [String: String]] = [:]
    for (table, wanted) in needed.sorted(by: { $0.key < $1.key }) {
      guard let there = found[table] else {
        if optional.contains(table) { continue }
        throw ChangeRefusal("the database has no table \(table)")
      }
      let known = Dictionary(there.columns.map { ($0.key, $0.name) }, uniquingKeysWith: { first, _ in first })
      if let missing = wanted.sorted().first(where: { known[$0.lowercased()] == nil }) {
        throw ChangeRefusal("the database has no column \(table).\(Text.printable(missing.utf8))")
      }
      columns[table] = known
    }
    return TransactionNames(
      table: { found[$0]?.name ?? SQLLiteral.name($0) },
      column: { [columns] column, table in columns[table]?[column.lowercased()] ?? SQLLiteral.name(column) })
  }
}
