import Model
import SQLite
import World

extension Database {
  /// Makes the changes in their order; gives what was there before each.
  func make(_ transaction: Transaction) throws(Refusal) -> [FormerRows] {
    var former: [FormerRows] = []
    for change in transaction.changes {
      let columns = try Refusal.telling { () throws(SQLiteError) in try self.columns(of: change.table) }
      if columns.isEmpty {
        if change.mayLackTable { continue }
        throw Refusal("no such table: \(change.table)")
      }
      let rows = try Refusal.telling { () throws(SQLiteError) in try self.former(change, columns) }
      let count = try Refusal.telling { () throws(SQLiteError) in try self.make(change) }
      guard change.expected.contains(count) else {
        throw Refusal(
          "\(change.table): \(count) rows, expected \(change.expected.lowerBound) to \(change.expected.upperBound)"
        )
      }
      former.append(
        FormerRows(database: transaction.database, table: change.table, action: change.action, rows: rows))
    }
    return former
  }

  private func make(_ change: Transaction.Change) throws(SQLiteError) -> Int {
    try prepare(change.statement(for: .sqlite)).run()
    return Int(try rows("SELECT changes()").first?.first.flatMap { Int64($0) } ?? 0)
  }

  /// All columns of the rows that it is about to change; a row that is put in was not there.
  private func former(_ change: Transaction.Change, _ columns: [String]) throws(SQLiteError) -> [[Transaction
    .Cell]]
  {
    if case .insert = change.action { return [] }
    let all = columns.map { "quote(\(Self.quoted($0)))" }.joined(separator: ", ")
    return try rows(change.selection(of: all)).map { row in
      zip(columns, row).map { Transaction.Cell($0.lowercased(), $1) }
    }
  }

  static func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

  func columns(of table: String) throws(SQLiteError) -> [String] {
    try rows("SELECT name FROM pragma_table_info(?)", [.text(table)]).compactMap(\.first)
  }
}
