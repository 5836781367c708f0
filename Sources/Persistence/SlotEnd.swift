internal import Model
internal import World

/// Ends one slot row, as long as none of the machines of its block is there: they all live in one job.
struct SlotEnd {
  private let slot: String
  private let machine: Int64
  private let job: String
  private let facts: Persistence.Facts

  init(_ act: Act, _ facts: Persistence.Facts) {
    slot = act.text("slot")
    machine = act.integer("machine")
    job = act.text("job")
    self.facts = facts
  }

  func transaction() throws(DeedRefusal) -> Transaction {
    let block = try facts.rows("db_slot").filter { $0.text("id") == slot }
    let members = block.compactMap { $0.integer("machine") }.uniqued.sorted()
    for alive in try facts.rows("db_machine").compactMap({ $0.integer("id") }) where members.contains(alive) {
      throw DeedRefusal("machine \(alive) lives by slot \(slot)")
    }
    let rows = block.filter { $0.integer("machine") == machine && $0.text("job") == job }
    guard let row = rows.first else {
      throw DeedRefusal("slot \(slot) has no row of machine \(machine) and job \(job)")
    }
    guard Set(rows).count == 1 else {
      throw DeedRefusal("slot \(slot) has rows of machine \(machine) that differ")
    }
    let cells = try SeenRow(row, in: MainTables.slots)
      .cells(needing: ["lrmhandle", "pending", "terminal", "pendingremove"])
    let nobody = members.map { member in
      Transaction.Condition.Other(
        MainTables.machines.name, [Transaction.Cell("id", String(member))], isThere: false)
    }
    return Transaction(
      database: .dbMain,
      changes: [
        Transaction.Change(
          .delete, MainTables.slots.name, where: Transaction.Condition(cells, others: nobody),
          expecting: rows.count...rows.count)
      ])
  }
}
