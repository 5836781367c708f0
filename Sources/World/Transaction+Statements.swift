extension Transaction.Change {
  /// The one statement that makes the change, without a semicolon. It finds the rows only while they are what was seen of
  /// them: it is the same whether a program runs it or a person.
  public func statement(for dialect: SQLDialect, names: TransactionNames = .own) -> String {
    let table = names.table(table)
    switch action {
    case .delete: return lines(["DELETE FROM \(table)"], names)
    case .update(let cells):
      let values = cells.map { "\(names.column($0.column, self.table)) = \($0.literal)" }
      return lines(["UPDATE \(table) SET \(values.joined(separator: ", "))"], names)
    case .insert(let cells):
      // Derby knows no NULL without a type, and a column that is left out is NULL.
      let given = dialect == .derby ? cells.filter { $0.literal != SQLLiteral.null } : cells
      let columns = given.map { names.column($0.column, self.table) }.joined(separator: ", ")
      let values = given.map(\.literal).joined(separator: ", ")
      let source = dialect == .derby ? " FROM SYSIBM.SYSDUMMY1" : ""
      return lines(["INSERT INTO \(table) (\(columns))", "SELECT \(values)\(source)"], names)
    }
  }

  /// The query for the columns of the rows that it would change, as they are.
  public func selection(of columns: String, names: TransactionNames = .own) -> String {
    lines(["SELECT \(columns) FROM \(names.table(table))"], names)
  }

  private func lines(_ head: [String], _ names: TransactionNames) -> String {
    var terms = condition.cells.map { $0.term(of: table, names) }
    if !terms.isEmpty { terms = [terms.joined(separator: " AND ")] }
    terms += condition.others.map { $0.term(names) }
    let clauses = terms.enumerated().map { ($0.offset == 0 ? "WHERE " : "  AND ") + $0.element }
    return (head + clauses).joined(separator: "\n")
  }
}

extension Transaction.Cell {
  fileprivate func term(of table: String, _ names: TransactionNames) -> String {
    let name = names.column(column, table)
    return literal == SQLLiteral.null ? "\(name) IS NULL" : "\(name) = \(literal)"
  }
}

extension Transaction.Condition.Other {
  fileprivate func term(_ names: TransactionNames) -> String {
    let terms =
      cells.map { $0.term(of: table, names) }
      + tests.map { "\(names.column($0.column, table)) \($0.relation.rawValue) \($0.literal)" }
    let filter = terms.isEmpty ? "" : " WHERE \(terms.joined(separator: " AND "))"
    return "\(isThere ? "" : "NOT ")EXISTS (SELECT 1 FROM \(names.table(table))\(filter))"
  }
}

extension Transaction {
  /// Every table that it names, with the columns that it needs there.
  public var columns: [String: Set<String>] {
    var columns: [String: Set<String>] = [:]
    for change in changes {
      var cells = change.condition.cells
      switch change.action {
      case .delete: break
      case .update(let new), .insert(let new): cells += new
      }
      columns[change.table, default: []].formUnion(cells.map(\.column))
      for other in change.condition.others {
        columns[other.table, default: []].formUnion(other.cells.map(\.column) + other.tests.map(\.column))
      }
    }
    return columns
  }
}
