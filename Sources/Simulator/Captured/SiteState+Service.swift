import Model
import SQLite
import World

/// The workspace service (`domain/nimbus.md` 1.7, 3.2, 3.3 and 5).
extension SiteState {
  // MARK: What pilots tell it

  /// A pilot that was asked to end says so; its machine is Corrupted from then on. A service that is stopped never hears it.
  mutating func tell(of pilot: Pilot) {
    guard case .running = service else { return }
    let machines = rows(.dbMain, "db_slot").filter {
      $0.text("id") == pilot.slot && $0.text("node").map(canonical) == pilot.node
    }.compactMap { $0.integer("machine") }
    corrupt(machines) { database throws(SQLiteError) in
      for machine in machines {
        try database.run(
          "UPDATE pilot_slots SET terminal = 1 WHERE id = ? AND vmid = ?",
          [.text(pilot.slot), .integer(machine)])
      }
    }
  }

  /// The names of the guests that it destroyed.
  mutating func tell(of guests: [Row]) {
    guard case .running = service else { return }
    let names = guests.compactMap { $0.text("name") }.filter { $0.hasPrefix("wrksp-") }
    corrupt(names.compactMap { Int64($0.dropFirst(6)) }) { _ throws(SQLiteError) in }
  }

  private mutating func corrupt(_ machines: [Int64], _ more: (Database) throws(SQLiteError) -> Void) {
    if machines.isEmpty { return }
    // Where the database is not to be had, nothing of it is shown either.
    try? write(.dbMain) { database throws(SQLiteError) in
      for machine in machines {
        try database.run(
          "UPDATE resources SET state = state + 30, ops_enabled = 0 WHERE id = ? AND state BETWEEN 0 AND 23",
          [.integer(machine)])
      }
      try more(database)
    }
  }

  // MARK: Its own destroy

  /// The machine that a command asks the service to destroy: `{machine}` of the site's own command.
  func machine(in command: [String]) -> Int64? {
    guard command.count == destroy.count, destroy.contains(where: { $0.contains("{machine}") }) else {
      return nil
    }
    var machine: Int64?
    for (part, given) in zip(destroy, command) where part != given {
      let sides = part.split(separator: "{machine}", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, given.hasPrefix(sides[0]), given.hasSuffix(sides[1]),
        let number = Int64(given.dropFirst(sides[0].count).dropLast(sides[1].count)),
        number == machine ?? number
      else { return nil }
      machine = number
    }
    return machine
  }

  /// Guest, job, slot, accounting, addresses and rows, in this order. Where a destroy of it is under way already, nothing is
  /// done, and that is no error (F19).
  mutating func destroyMachine(_ machine: Int64) -> Ending {
    if case .stopped = service { return .exit(1, "the service does not answer: connection refused") }
    do throws(Refusal) {
      let records = try Records(
        of: machine, in: try Database.captured(try database(.dbMain).observation.stdout))
      guard let records else { return .exit(1, "no such machine: \(machine)") }
      if records.target == 28 { return .done }
      advance(by: .milliseconds(500))
      if !removeFromNode(records) {
        try write(.dbMain) { database throws(SQLiteError) in try records.markUndead(in: database) }
        return .exit(1, "machine \(machine) could not be destroyed on \(records.node ?? "its node")")
      }
      if let job = records.jobToDelete { _ = delete(job, delay: .seconds(2)) }
      try write(.dbMain) { database throws(SQLiteError) in try records.remove(from: database) }
      closeAccount(machine)
      note(.machineDestroyed(machine: machine))
      return .done
    } catch { return .exit(1, error.reason) }
  }

  /// Over workspace-control, where something was begun there. Up to 2.7 its failures are only logged.
  private mutating func removeFromNode(_ records: Records) -> Bool {
    guard records.isOnNode, let node = records.node.map(canonical) else { return true }
    if silent.contains(node) || spellings[node] == nil { return !records.triesAgain }
    let named = guests(of: node).compactMap { $0.text("name") }.first { $0 == "workspace-\(records.machine)" }
    let ending = removeGuest(named ?? "wrksp-\(records.machine)", on: node)
    switch ending {
    case .exit(0, _), .exit(18, _), .exit(27, _): return true
    case .exit, .hangs, .notSimulated: return !records.triesAgain
    }
  }

  private mutating func closeAccount(_ machine: Int64) {
    let now = Double(clock.milliseconds)
    // Sites may have no ledger that can be read.
    try? write(.dbAccounting) { database throws(SQLiteError) in
      try database.run(
        "UPDATE deployments SET active = 0, elapsed_minutes = round((? - creation_time) / 60000 + 0.5)"
          + " WHERE workspaceid = ? AND active = 1", [.real(now), .integer(machine)])
    }
  }

  // MARK: Files beside it

  /// A notification file, in what `stat` says of it.
  mutating func emptyFile(_ path: String) -> Ending {
    for index in sources.indices where sources[index].kind == .dbNotifications && !sources[index].isFailed {
      sources[index].edit(read: read) { document in
        for line in document.lines.reversed() where document.text(line).hasPrefix(path + " ") {
          document.replace(line, by: "\(path) 0\n")
        }
      }
    }
    let left = rows(.dbNotifications, "db_notification_sink").first {
      ($0.text("file").map { path.hasSuffix($0) } ?? false) && $0.integer("size_bytes") != 0
    }
    if left != nil { return .notSimulated("what something else than stat says of a file") }
    note(.fileEmptied(path: path))
    return .done
  }
}
