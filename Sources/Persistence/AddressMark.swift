internal import Model
internal import World

/// An address of a pool, and whether it is marked used.
struct AddressMark {
  private let association: String
  private let address: String
  private let facts: Persistence.Facts

  init(_ act: Act, _ facts: Persistence.Facts) {
    association = act.text("association")
    address = act.text("address")
    self.facts = facts
  }

  /// As long as no machine's interfaces name it.
  func freeing() throws(DeedRefusal) -> Transaction {
    if let holder = try facts.rows("db_nic").first(where: isIt) {
      throw DeedRefusal("machine \(holder.integer("machine").map { "\($0)" } ?? "?") has \(address)")
    }
    let nobody = try MachineAddresses.holder(of: address, in: association, isThere: false)
    return try transaction(to: 0, while: [nobody])
  }

  /// As long as the machine that has it is there, with the interfaces that were seen.
  func marking() throws(DeedRefusal) -> Transaction {
    let holders = Set(try facts.rows("db_nic").filter(isIt).compactMap { $0.integer("machine") })
    let rows = try facts.rows("db_vm").filter { $0.integer("machine").map(holders.contains) == true }
    guard let row = rows.first else { throw DeedRefusal("no machine has \(address)") }
    let cells = try SeenRow(row, in: MainTables.virtualMachines).cells()
    return try transaction(
      to: 1, while: [Transaction.Condition.Other(MainTables.virtualMachines.name, cells, isThere: true)])
  }

  private func isIt(_ row: FactRow) -> Bool {
    row.text("address") == address && row.text("association") == association
  }

  private func transaction(
    to mark: Int64, while others: [Transaction.Condition.Other]
  ) throws(DeedRefusal) -> Transaction {
    guard let entry = try facts.rows("db_address").first(where: isIt) else {
      throw DeedRefusal("\(association) has no address \(address)")
    }
    let seen = entry.integer("is_used")
    guard seen != mark else {
      throw DeedRefusal("\(address) of \(association) is marked \(mark == 1 ? "used" : "free") already")
    }
    // What is neither 0 nor 1 may be NULL there.
    let used = seen.map(MachineAddresses.used) ?? Transaction.Cell("used", SQLLiteral.null)
    return Transaction(
      database: .dbMain,
      changes: [
        Transaction.Change(
          .update([MachineAddresses.used(mark)]), MainTables.addresses.name,
          where: Transaction.Condition(
            try MachineAddresses.entry(association, address) + [used], others: others))
      ])
  }
}
