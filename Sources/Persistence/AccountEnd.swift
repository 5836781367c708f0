internal import Model
internal import World

/// Ends a lease in the accounting ledger. Nobody is charged for time that is not on record.
enum AccountEnd {
  static func transaction(_ act: Act, _ facts: Persistence.Facts) throws(DeedRefusal) -> Transaction {
    let (uuid, machine) = (act.text("uuid"), act.integer("machine"))
    let rows = try facts.rows("db_account").filter { $0.text("uuid") == uuid }
    guard let row = rows.first, rows.count == 1, row.integer("machine") == machine else {
      throw DeedRefusal("the ledger has no single lease \(uuid) of machine \(machine)")
    }
    guard row.integer("is_active") == 1 else { throw DeedRefusal("lease \(uuid) is not outstanding") }
    var new = [Transaction.Cell("active", "0")]
    // The service sums the minutes of what has ended up, and NULL is none (`SQL_SUM_ELAPSED`).
    if row.value("elapsed_min") == .null { new.append(Transaction.Cell("elapsed_minutes", "0")) }
    let cells = try SeenRow(row, in: AccountingTables.ledger).cells(needing: ["active"])
    return Transaction(
      database: .dbAccounting,
      changes: [
        Transaction.Change(.update(new), AccountingTables.ledger.name, where: Transaction.Condition(cells))
      ])
  }
}
