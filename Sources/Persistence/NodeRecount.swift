internal import Model
internal import World

/// Counts a pool node's memory anew: what its machines leave of it, as the service itself does when it starts (up to 2.5).
struct NodeRecount {
  private let node: String
  private let available: Int64
  private let facts: Persistence.Facts

  init(_ act: Act, _ facts: Persistence.Facts) {
    node = act.text("node")
    available = act.integer("available_kib")
    self.facts = facts
  }

  /// As long as the same machines are there, with the memory that they were seen to have.
  func transaction() throws(DeedRefusal) -> Transaction {
    let nodes = try facts.rows("db_node")
    guard let row = nodes.first, nodes.count == 1 else {
      throw DeedRefusal("\(node) has \(nodes.count) rows among the pools' nodes, expected 1")
    }
    guard let told = row.text("told"), let maximum = row.integer("maximum_kib") else {
      throw DeedRefusal("the row of \(node) was not understood")
    }
    let machines = try facts.rows("db_vm").compactMap { $0.integer("machine") }.uniqued.sorted()
    let deployments = try facts.rows("db_deployment").filter {
      $0.integer("machine").map(machines.contains) == true
    }
    let used = deployments.reduce(0) { $0 + ($1.integer("memory_kib") ?? 0) }
    guard maximum - used == available, available >= 0 else {
      throw DeedRefusal("the machines of \(node) leave \(maximum - used) KiB of it, and not \(available) KiB")
    }
    let memory = Transaction.Cell("available_memory", try SeenRow.mebibytes(available))
    return Transaction(
      database: .dbMain,
      changes: [
        Transaction.Change(
          .update([memory]), MainTables.nodes.name,
          where: Transaction.Condition(
            try cells(of: row), others: try conditions(machines, deployments, told)))
      ])
  }

  /// What is not known of its memory is NULL there.
  private func cells(of row: FactRow) throws(DeedRefusal) -> [Transaction.Cell] {
    var cells = try SeenRow(row, in: MainTables.nodes).cells(needing: ["resourcepool", "maximum_memory"])
    if row.integer("available_kib") == nil {
      cells.append(Transaction.Cell("available_memory", SQLLiteral.null))
    }
    return cells
  }

  private func conditions(
    _ machines: [Int64], _ deployments: [FactRow], _ told: String
  ) throws(DeedRefusal) -> [Transaction.Condition.Other] {
    let table = MainTables.virtualMachines.name
    var others = machines.map {
      Transaction.Condition.Other(table, [Transaction.Cell("id", String($0))], isThere: true)
    }
    for row in deployments {
      others.append(
        Transaction.Condition.Other(
          MainTables.deployments.name, try SeenRow(row, in: MainTables.deployments).cells(), isThere: true))
    }
    let different = machines.map { Transaction.Condition.Test("id", .differs, String($0)) }
    let onNode = Transaction.Cell("node", try SeenRow.literal(told))
    return others + [Transaction.Condition.Other(table, [onNode], tests: different, isThere: false)]
  }
}
