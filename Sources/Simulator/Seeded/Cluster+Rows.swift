import Model
import SQLite
import World

/// The service's database, as the sqlite3 shell dumps a copy of it.
extension Cluster {
  /// TP2.2's `workspace_service_derby_schema.sql`, in the types of SQLite.
  private static let tables = """
    CREATE TABLE resources (id INT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, state SMALLINT NOT NULL,
      target_state SMALLINT NOT NULL, term_time BIGINT NOT NULL, ops_enabled SMALLINT NOT NULL, creator_dn VARCHAR(512),
      start_time BIGINT NOT NULL, vmm_access_ok SMALLINT NOT NULL, ensembleid CHAR(36), groupid CHAR(36), groupsize INT,
      last_in_group SMALLINT, launch_index INT, error_fault BLOB);
    CREATE TABLE groupresources (groupid CHAR(36) NOT NULL PRIMARY KEY, creator_dn VARCHAR(512));
    CREATE TABLE vms (id INT NOT NULL PRIMARY KEY, name VARCHAR(128) NOT NULL, node VARCHAR(128), prop_required SMALLINT
      NOT NULL, unprop_required SMALLINT NOT NULL, network VARCHAR(1024), kernel_parameters VARCHAR(128), vmm VARCHAR(32),
      vmm_version VARCHAR(32), assocs_needed VARCHAR(256), md_user_data VARCHAR(30720));
    CREATE TABLE vm_customization (vmid INT NOT NULL, sourcepath VARCHAR(32) NOT NULL, destpath VARCHAR(512) NOT NULL,
      sent SMALLINT NOT NULL);
    CREATE TABLE vm_partitions (vmid INT NOT NULL, image VARCHAR(128) NOT NULL, imagemount VARCHAR(128) NOT NULL,
      readwrite SMALLINT NOT NULL, rootdisk SMALLINT NOT NULL, blankspace INT NOT NULL, prop_required SMALLINT NOT NULL,
      unprop_required SMALLINT NOT NULL, alternate_unprop VARCHAR(128));
    CREATE TABLE vm_deployment (vmid INT NOT NULL, requested_state SMALLINT, requested_shutdown SMALLINT, min_duration
      INT, ind_physmem INT);
    CREATE TABLE associations (association VARCHAR(128) NOT NULL PRIMARY KEY, dns VARCHAR(32), file_time BIGINT NOT
      NULL);
    CREATE TABLE association_entries (association VARCHAR(128) NOT NULL, ipaddress VARCHAR(32) NOT NULL, mac
      VARCHAR(32), hostname VARCHAR(128), gateway VARCHAR(32), broadcast VARCHAR(32), subnetmask VARCHAR(32), used
      SMALLINT, PRIMARY KEY(association,ipaddress));
    CREATE TABLE default_scheduler_current_tasks (id INT NOT NULL, shutdown_time BIGINT NOT NULL, shutdown SMALLINT NOT
      NULL);
    CREATE TABLE default_scheduler_workspid (id INT NOT NULL PRIMARY KEY DEFAULT 0);
    CREATE TABLE default_scheduler_pending_ensemb (coschedid CHAR(36) NOT NULL, groupid CHAR(36), id INT, min_duration
      INT NOT NULL, ind_physmem INT NOT NULL, assocs_needed VARCHAR(256));
    CREATE TABLE default_scheduler_done_ensemb (coschedid CHAR(36) NOT NULL);
    CREATE TABLE resourcepools (resourcepool VARCHAR(128) NOT NULL PRIMARY KEY, file_time BIGINT NOT NULL);
    CREATE TABLE resourcepool_entries (resourcepool VARCHAR(128) NOT NULL, hostname VARCHAR(128) NOT NULL, associations
      VARCHAR(512) NOT NULL, maximum_memory INT, available_memory INT);
    CREATE TABLE pilot_slots (id CHAR(36) NOT NULL, vmid INT NOT NULL, pending SMALLINT NOT NULL, terminal SMALLINT NOT
      NULL, lrmhandle VARCHAR(128) NOT NULL, duration BIGINT NOT NULL, partofgroup SMALLINT NOT NULL, pendingremove
      SMALLINT NOT NULL, nodename VARCHAR(128));
    CREATE TABLE pilot_groups (groupid CHAR(36) NOT NULL, vmid INT NOT NULL);
    CREATE TABLE pilot_notification_position (position BIGINT);
    CREATE TABLE counter (id SMALLINT, pending INT);
    CREATE TABLE notification_position (position BIGINT);
    """

  var dump: String {
    var rows: [(table: String, cells: [String])] = []
    for id in service.machines.keys.sorted() {
      guard let machine = service.machines[id] else { continue }
      for row in Self.rows(of: machine, on: machine.node.map { hosts[$0].name }) { rows.append(row) }
    }
    rows.append(("associations", ["'public'", "'192.168.0.1'", "1204300000000"]))
    for place in service.isUsed.indices {
      rows.append(("association_entries", Self.entry(place, isUsed: service.isUsed[place])))
    }
    rows.append(("default_scheduler_workspid", ["\(service.lastMachine)"]))
    for slot in service.slots {
      let node = slot.node.map { "'\(hosts[$0].name)'" } ?? "NULL"
      let flags = [slot.isPending, slot.isTerminal].map { $0 ? "1" : "0" }
      rows.append(
        (
          "pilot_slots",
          ["'\(slot.id)'", "\(slot.machine)"] + flags + [
            "'\(slot.job).\(Self.server)'", "\(slot.duration.seconds)", "0", "0", node,
          ]
        ))
    }
    rows += [
      ("pilot_notification_position", ["0"]), ("counter", ["1", "0"]), ("notification_position", ["0"]),
    ]
    let lines = rows.map { "INSERT INTO \($0.table) VALUES(\($0.cells.joined(separator: ",")));" }
    return "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n\(Self.tables)\n"
      + lines.joined(separator: "\n") + "\nCOMMIT;\n"
  }

  private static func rows(of machine: Service.Machine, on node: String?) -> [(String, [String])] {
    let id = String(machine.id)
    let flags = [machine.isOperable, machine.isReachable].map { $0 ? "1" : "0" }
    let (term, start) = (machine.term?.milliseconds ?? 0, machine.started?.milliseconds ?? 0)
    var rows: [(String, [String])] = [
      (
        "resources",
        [
          id, "'ttylinux'", "\(machine.state)", "\(machine.target)", "\(term)", flags[0],
          "'/C=CA/O=Grid/CN=Test'",
          "\(start)", flags[1], "NULL", "NULL", "1", "1", "0", "NULL",
        ]
      ),
      (
        "vms",
        [
          id, "'ttylinux'", node.map { "'\($0)'" } ?? "NULL", "0", "0", "'\(network(machine.address))'",
          "NULL",
          "'Xen'", "'3'", "'public'", "NULL",
        ]
      ),
      ("vm_partitions", [id, "'file://ttylinux'", "'sda1'", "1", "1", "0", "0", "0", "NULL"]),
      ("vm_deployment", [id, "8", "2", "\(machine.duration.seconds)", "\(machine.memory)"]),
    ]
    if let end = machine.shutdown {
      rows.append(("default_scheduler_current_tasks", [id, "\(end.milliseconds)", "0"]))
    }
    return rows
  }

  private static func hardware(_ place: Int) -> String {
    func two(_ number: Int) -> String {
      (number < 16 ? "0" : "") + String(number, radix: 16, uppercase: true)
    }
    return "A2:AA:BB:00:\(two(place / 250)):\(two(place % 250 + 2))"
  }

  private static func network(_ place: Int) -> String {
    "eth0;public;\(hardware(place));Bridged;AllocateAndConfigure;\(address(place));192.168.0.1;192.168.0.255;"
      + "255.255.255.0;192.168.0.1;pub\(place + 2);null;null;null;null"
  }

  private static func entry(_ place: Int, isUsed: Bool) -> [String] {
    [
      "'public'", "'\(address(place))'", "'\(hardware(place))'", "'pub\(place + 2)'", "'192.168.0.1'",
      "'192.168.0.255'", "'255.255.255.0'", isUsed ? "1" : "0",
    ]
  }

  // MARK: Changes from outside

  /// Takes what somebody made of the tables: rows that are gone, and addresses that were marked.
  mutating func take(_ database: Database) throws(SQLiteError) {
    let machines = Set(try database.rows("SELECT id FROM resources").compactMap { Int($0[0]) })
    for id in service.machines.keys where !machines.contains(id) {
      service.machines[id] = nil
      service.destructions.remove(id)
    }
    let slots = Set(try database.rows("SELECT id || vmid FROM pilot_slots").map { $0[0] })
    service.slots.removeAll { !slots.contains("\($0.id)\($0.machine)") }
    let used = Set(
      try database.rows("SELECT ipaddress FROM association_entries WHERE used = 1").map { $0[0] })
    for place in service.isUsed.indices { service.isUsed[place] = used.contains(Self.address(place)) }
  }
}
