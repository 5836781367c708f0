import Model

extension FormerRows {
  /// What puts the rows back: one that is there already is not put there twice, and one that is not as it was left is not
  /// touched.
  public var inverse: Transaction { Transaction(database: database, changes: undoing) }

  /// What undoes all of these, the last change first: one transaction for each database.
  public static func inverse(of all: [FormerRows]) -> [Transaction] {
    let databases: [ObservationKind] = all.reversed().map(\.database).uniqued
    return databases.map { database in
      let changes = all.reversed().filter { $0.database == database }.flatMap(\.undoing)
      return Transaction(database: database, changes: together(changes))
    }
  }

  /// Rows that are the same were put there one by one, and go as one.
  private static func together(_ changes: [Transaction.Change]) -> [Transaction.Change] {
    var counts: [Transaction.Change: Int] = [:]
    for change in changes where change.action == .delete { counts[change, default: 0] += 1 }
    return changes.uniqued(by: { $0.action == .delete }).map { change in
      let count = counts[change] ?? 1
      return count == 1
        ? change
        : Transaction.Change(.delete, change.table, where: change.condition, expecting: count...count)
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

extension [Transaction.Change] {
  /// Without those that are there before, as far as they are of a kind.
  fileprivate func uniqued(by isOfKind: (Element) -> Bool) -> [Element] {
    var seen: Set<Element> = []
    return filter { !isOfKind($0) || seen.insert($0).inserted }
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
