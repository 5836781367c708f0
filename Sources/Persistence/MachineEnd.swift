internal import Model
internal import World

/// Ends a machine's rows as the service itself would have (`do_remove` after `StateTransition.remove`, TP2.2): its addresses
/// are free again, and every row goes that names it; `resources` last. `pilot_groups`, `groupresources` and the counter of ids
/// stay, as they do there, and so do other machines' rows of the same slot.
///
/// Each change says of all tables how they must be at that point: as seen behind it, and without a row of the machine before
/// it. So none is made when anything has moved, were they run one by one.
struct MachineEnd {
  private let machine: Int64
  private let facts: Persistence.Facts

  init(_ machine: Int64, _ facts: Persistence.Facts) {
    self.machine = machine
    self.facts = facts
  }

  /// The rows of one table that go.
  private struct Stage {
    let table: String
    let key: Transaction.Cell
    /// Rows that look the same, and how many of them there are.
    var groups: [(cells: [Transaction.Cell], count: Int)] = []

    func present(from first: Int = 0, but skipped: Int? = nil) -> [Transaction.Condition.Other] {
      if groups.isEmpty { return [absent] }
      return groups.indices.filter { $0 >= first && $0 != skipped }.map { index in
        Transaction.Condition.Other(table, groups[index].cells, isThere: true)
      }
    }

    var absent: Transaction.Condition.Other { Transaction.Condition.Other(table, [key], isThere: false) }
  }

  func transaction() throws(DeedRefusal) -> Transaction {
    let stages = try stages()
    guard stages.contains(where: { !$0.groups.isEmpty }) else {
      throw DeedRefusal("no row of machine \(machine) was seen")
    }
    let all = stages.flatMap { $0.present() }
    let addresses = try MachineAddresses(of: machine, facts)
    var changes = addresses.freeing(while: all)
    for (index, stage) in stages.enumerated() {
      let before = addresses.freed + stages[..<index].map(\.absent)
      let behind = stages[(index + 1)...].flatMap { $0.present() }
      changes += deletions(of: stage, while: before + behind)
      // Files that were to be copied into its image belong to nothing else, and nobody reads them.
      if stage.table == MainTables.slots.name {
        changes += filesToCopy(while: before + [stage.absent] + behind)
      }
    }
    return Transaction(database: .dbMain, changes: changes)
  }

  private func deletions(
    of stage: Stage, while others: [Transaction.Condition.Other]
  ) -> [Transaction.Change] {
    stage.groups.enumerated().map { index, group in
      let gone = stage.groups[..<index].map {
        Transaction.Condition.Other(stage.table, $0.cells, isThere: false)
      }
      return Transaction.Change(
        .delete, stage.table,
        where: Transaction.Condition(group.cells, others: others + gone + stage.present(from: index + 1)),
        expecting: group.count...group.count)
    }
  }

  /// `vm_customization` up to 2.6, `file_copy` from 2.7 on.
  private func filesToCopy(while others: [Transaction.Condition.Other]) -> [Transaction.Change] {
    ["vm_customization", "file_copy"].map { table in
      Transaction.Change(
        .delete, table, where: Transaction.Condition([Self.cell("vmid", machine)], others: others),
        expecting: 0...(.max), mayLackTable: true)
    }
  }

  /// In the order in which they go.
  private func stages() throws(DeedRefusal) -> [Stage] {
    [
      try stage(MainTables.schedules, by: "id"),
      try stage(MainTables.pendingEnsembles, by: "id"),
      try stage(
        MainTables.slots, by: "vmid", needing: ["lrmhandle", "pending", "terminal", "pendingremove"]),
      try stage(MainTables.partitions, by: "vmid"),
      try stage(MainTables.deployments, by: "vmid"),
      try stage(MainTables.virtualMachines, by: "id"),
      try stage(MainTables.machines, by: "id", needing: ["state", "target_state"]),
    ]
  }

  private func stage(
    _ map: TableMap, by key: String, needing needed: Set<String> = []
  ) throws(DeedRefusal) -> Stage {
    var stage = Stage(table: map.name, key: Self.cell(key, machine))
    let ours = map === MainTables.machines ? "id" : "machine"
    for row in try facts.rows(map.table.description) where row.integer(ours) == machine {
      let cells = try SeenRow(row, in: map).cells(needing: needed)
      if let same = stage.groups.firstIndex(where: { $0.cells == cells }) {
        stage.groups[same].count += 1
      } else {
        stage.groups.append((cells, 1))
      }
    }
    return stage
  }

  private static func cell(_ column: String, _ number: Int64) -> Transaction.Cell {
    Transaction.Cell(column, String(number))
  }
}
