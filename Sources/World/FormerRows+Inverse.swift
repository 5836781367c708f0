import Model

extension FormerRows {
  /// What puts the rows back: one that is there already is not put there twice, and one that is not as it was left is not
  /// touched.
  public var inverse: Transaction { Transaction(database: database, changes: undoing) }

  /// What undoes all of these, the last change first: one transaction for each database.
  public static func inverse(of all: [FormerRows]) -> [Transaction] {
    let databases: [ObservationKind] = all.reversed().map(\.database).uniqued
    return databases.map { database in
      Transaction(
        database: database, changes: all.reversed().filter { $0.database == database }.flatMap(\.undoing))
    }
  }

  private var undoing: [Transaction.Change] {
    switch action {
    case .delete: rows.reversed().grouped.flatMap { puttingBack($0.row, times: $0.count) }
    case .update(let new): rows.grouped.map { settingBack($0.row, times: $0.count, new) }
    case .insert(let cells):
      [Transaction.Change(.delete, table, where: Transaction.Condition(cells))]
    }
  }

  /// The first of several rows that were the same finds none there, and the others find the first.
  private func puttingBack(_ row: [Transaction.Cell], times: Int) -> [Transaction.Change] {
    (0..<times).map { time in
      let such = Transaction.Condition.Other(table, row, isThere: time > 0)
      return Transaction.Change(.insert(row), table, where: Transaction.Condition([], others: [such]))
    }
  }

  private func settingBack(
    _ row: [Transaction.Cell], times: Int, _ new: [Transaction.Cell]
  ) -> Transaction.Change {
    let left = Dictionary(new.map { ($0.column.lowercased(), $0.literal) }, uniquingKeysWith: { $1 })
    let old = row.filter { left[$0.column.lowercased()] != nil }
    let now = row.map { Transaction.Cell($0.column, left[$0.column.lowercased()] ?? $0.literal) }
    return Transaction.Change(
      .update(old), table, where: Transaction.Condition(now), expecting: times...times)
  }
}

extension Collection<[Transaction.Cell]> {
  /// The rows in their order, each once, with how often it is there.
  fileprivate var grouped: [(row: [Transaction.Cell], count: Int)] {
    var places: [[Transaction.Cell]: Int] = [:]
    var groups: [(row: [Transaction.Cell], count: Int)] = []
    for row in self {
      if let place = places[row] {
        groups[place].count += 1
      } else {
        places[row] = groups.count
        groups.append((row, 1))
      }
    }
    return groups
  }
}
