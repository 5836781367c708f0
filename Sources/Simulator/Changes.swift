import World

/// A change as SQLite's SQL: the one statement that makes it, and the query for the rows that it would change. Both find the
/// rows only while they are what was seen of them.
extension Transaction.Change {
  var statement: String {
    switch action {
    case .delete: "DELETE FROM \(Self.name(table))" + filter
    case .update(let cells):
      "UPDATE \(Self.name(table)) SET "
        + cells.map { "\(Self.name($0.column)) = \($0.literal)" }.joined(separator: ", ") + filter
    case .insert(let cells):
      "INSERT INTO \(Self.name(table)) (\(cells.map { Self.name($0.column) }.joined(separator: ", "))) SELECT "
        + cells.map(\.literal).joined(separator: ", ") + filter
    }
  }

  func selection(of columns: [String]) -> String {
    "SELECT \(columns.map { "quote(\(Self.name($0)))" }.joined(separator: ", ")) FROM \(Self.name(table))"
      + filter
  }

  private var filter: String {
    let terms = condition.cells.map(Self.term) + condition.others.map(Self.term)
    return terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ")
  }

  private static func term(_ cell: Transaction.Cell) -> String { "\(name(cell.column)) IS \(cell.literal)" }

  private static func term(_ other: Transaction.Condition.Other) -> String {
    let terms = other.cells.map(term).joined(separator: " AND ")
    return (other.isThere ? "" : "NOT ")
      + "EXISTS (SELECT 1 FROM \(name(other.table))\(terms.isEmpty ? "" : " WHERE \(terms)"))"
  }

  static func name(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
