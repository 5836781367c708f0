import Model
import SQLite

/// A machine's rows in the service's database, as the service itself reads them before it destroys it.
struct Records {
  let machine: Int64
  let state: Int64
  let target: Int64
  let node: String?
  /// From 2.8 on a destroy that fails on the node is tried again and again; the columns are those of 2.7.
  let triesAgain: Bool
  /// To be deleted, unless its pilot said that it ends, or others of its block are still there.
  let jobToDelete: String?
  private let slot: String?
  private let staysInBlock: Bool
  private let network: String
  private let memory: Int64

  /// Nil for a machine that is not there.
  init?(of machine: Int64, in database: Database) throws(Refusal) {
    do throws(SQLiteError) { try self.init(reading: machine, from: database) } catch { throw Refusal(error) }
  }

  private init?(reading machine: Int64, from database: Database) throws(SQLiteError) {
    let key: [Value] = [.integer(machine)]
    guard let row = try database.rows("SELECT state, target_state FROM resources WHERE id = ?", key).first
    else {
      return nil
    }
    self.machine = machine
    state = Int64(row[0]) ?? 0
    target = Int64(row[1]) ?? 0
    triesAgain = try database.columns(of: "resources").contains("charge_ratio")
    let vm = try database.rows("SELECT node, network FROM vms WHERE id = ?", key).first
    node = vm?[0].isEmpty == false ? vm?[0] : nil
    network = vm?[1] ?? ""
    memory =
      try database.rows("SELECT ind_physmem FROM vm_deployment WHERE vmid = ?", key).first.flatMap {
        Double($0[0]).map { Int64($0) }
      } ?? 0
    let own = try database.rows(
      "SELECT id, lrmhandle, pending, terminal, nodename FROM pilot_slots WHERE vmid = ?", key
    ).first
    slot = own?[0]
    // Members whose pilot was not heard of are not waited for, which is how a block is lost (F33).
    let others = try database.rows(
      "SELECT 1 FROM pilot_slots WHERE id = ? AND vmid <> ? AND nodename <> '' AND pendingremove = 0",
      [.text(own?[0] ?? ""), .integer(machine)])
    staysInBlock = !others.isEmpty
    let isTerminal = own?[3] == "1" && own?[2] == "0"
    jobToDelete = others.isEmpty && !isTerminal ? own?[1] : nil
  }

  /// A machine that never came to a node leaves nothing there.
  var isOnNode: Bool {
    let reached = (30...58).contains(state) ? state - 30 : state
    return reached == -128 || (3...14).contains(reached)
  }

  func markUndead(in database: Database) throws(SQLiteError) {
    try database.run(
      "UPDATE resources SET state = -128, target_state = -128 WHERE id = ?", [.integer(machine)])
  }

  func remove(from database: Database) throws(SQLiteError) {
    let key: [Value] = [.integer(machine)]
    try database.run("DELETE FROM default_scheduler_current_tasks WHERE id = ?", key)
    if let slot, staysInBlock {
      try database.run(
        "UPDATE pilot_slots SET pendingremove = 1 WHERE id = ? AND vmid = ? AND nodename <> ''",
        [.text(slot), .integer(machine)])
    } else if let slot {
      try database.run("DELETE FROM pilot_slots WHERE id = ?", [.text(slot)])
    } else {
      try giveBackToPool(in: database)
    }
    try database.run("DELETE FROM default_scheduler_pending_ensemb WHERE id = ?", key)
    try freeAddresses(in: database)
    for table in ["vm_customization", "file_copy", "vm_partitions", "vm_deployment"]
    where try isThere(table, database) {
      try database.run("DELETE FROM \(table) WHERE vmid = ?", key)
    }
    try database.run("DELETE FROM vms WHERE id = ?", key)
    try database.run("DELETE FROM resources WHERE id = ?", key)
  }

  private func isThere(_ table: String, _ database: Database) throws(SQLiteError) -> Bool {
    try !database.columns(of: table).isEmpty
  }

  /// Of the encoded interfaces those that have their address from a pool.
  private func freeAddresses(in database: Database) throws(SQLiteError) {
    for interface in network.split(separator: ";;") {
      let fields = interface.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      guard fields.count > 5, fields[4] == "AllocateAndConfigure" else { continue }
      try database.run(
        "UPDATE association_entries SET used = 0 WHERE association = ? AND ipaddress = ?",
        [.text(fields[1]), .text(fields[5])])
    }
  }

  /// In pool mode the node's memory is counted in the database.
  private func giveBackToPool(in database: Database) throws(SQLiteError) {
    guard let node, try isThere("resourcepool_entries", database) else { return }
    try database.run(
      "UPDATE resourcepool_entries SET available_memory = available_memory + ? WHERE hostname = ?",
      [.integer(memory), .text(node)])
  }
}
