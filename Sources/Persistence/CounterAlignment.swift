internal import Model
internal import World

/// Raises the counter of machine ids to the highest in use, as long as no higher one is. It is never lowered.
enum CounterAlignment {
  static func transaction(to machine: Int64, _ facts: Persistence.Facts) throws(DeedRefusal) -> Transaction {
    let rows = try facts.rows("db_counter").filter { $0.text("name") == "last_machine" }
    let last = rows.compactMap { $0.integer("value") }
    guard rows.count == last.count, last.count <= 1 else {
      throw DeedRefusal("the counter of machine ids has \(rows.count) rows, expected 1 that is understood")
    }
    guard (last.first ?? 0) < machine else {
      throw DeedRefusal("the counter is not behind machine \(machine)")
    }
    let table = MainTables.lastMachine.name
    let others = [("id", MainTables.machines), ("vmid", MainTables.slots)].map { column, map in
      Transaction.Condition.Other(
        map.name, [], tests: [Transaction.Condition.Test(column, .exceeds, String(machine))], isThere: false)
    }
    let new = [Transaction.Cell("id", String(machine))]
    let change =
      if let last = last.first {
        Transaction.Change(
          .update(new), table,
          where: Transaction.Condition([Transaction.Cell("id", String(last))], others: others))
      } else {
        Transaction.Change(
          .insert(new), table,
          where: Transaction.Condition(
            [], others: [Transaction.Condition.Other(table, [], isThere: false)] + others))
      }
    return Transaction(database: .dbMain, changes: [change])
  }
}
