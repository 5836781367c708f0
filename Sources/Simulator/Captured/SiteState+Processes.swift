import Model

/// The processes of a node whose list was not captured.
///
/// A pilot lives for each running pilot job on each of its nodes, or, where the jobs could not be read, for each slot that
/// was reported there and has not ended. Not so on a node that has nothing of a lease, neither a guest nor dom0's memory: it
/// was rebooted under its job.
extension SiteState {
  func processes(on node: String) -> Document {
    var text = "UID          PID    PPID  C STIME TTY          TIME CMD\n"
    text += Self.process("root", 1, 0, "00:00", "/sbin/init")
    text += Self.process("root", 25, 1, "00:00", "/usr/sbin/pbs_mom")
    if !isBare(node) { text += (pilotsOfJobs(on: node) + pilotsOfSlots(on: node)).joined() }
    return Document(text)
  }

  /// A row of `ps -ef`.
  private static func process(
    _ account: String, _ pid: Int64, _ parent: Int64, _ time: String, _ command: String
  ) -> String {
    let name = account + String(repeating: " ", count: max(0, 8 - account.utf8.count))
    return "\(name)\(padded(pid, to: 8))\(padded(parent, to: 8))  0 \(time) ?        00:00:00 \(command)\n"
  }

  /// A pilot's, with the options that the service gives it.
  private static func pilot(_ slot: String, memory: Int64, seconds: Int64) -> String {
    "/usr/bin/python /opt/workspacepilot.py -t --reserveslot -m \(memory / 1024) -d \(seconds) -g 8 -i \(slot)"
      + " -c http://localhost:41999/pilot_notification/v01/"
  }

  private func pilotsOfJobs(on node: String) -> [String] {
    let jobs = rows(.torqueJobs, "lrms_job").filter { job in
      job.integer("in_pilot_logs") == 1 && ["R", "E"].contains(job.text("state"))
        && job.text("id").map { hosts(of: $0).contains(node) } ?? false
    }
    return jobs.enumerated().compactMap { place, job in
      guard let slot = job.text("output_name") else { return nil }
      let pid = job.integer("session").map { $0 + 3 } ?? Int64(2217 + place)
      let started = job.integer("started_ms").map { Instant(milliseconds: $0).rfc3339 }
      let command = Self.pilot(
        slot, memory: memory(of: slot) ?? job.integer("memory_kib") ?? Self.measured,
        seconds: job.integer("walltime_s") ?? 600)
      return Self.process(
        job.text("account") ?? "globus", pid, pid - 1, String(started?.dropFirst(11).prefix(5) ?? "00:00"),
        command)
    }
  }

  private func pilotsOfSlots(on node: String) -> [String] {
    let lists = sources.filter { $0.kind == .torqueJobs }
    guard !lists.isEmpty, lists.allSatisfy(\.isFailed) else { return [] }
    let slots = rows(.dbMain, "db_slot").filter {
      $0.text("node").map(canonical) == node && $0.integer("is_pending") == 0
        && $0.integer("is_terminal") == 0
    }
    return slots.enumerated().compactMap { place, row in
      guard let slot = row.text("id") else { return nil }
      let pid = Int64(2217 + place)
      let command = Self.pilot(
        slot, memory: memory(of: slot) ?? Self.measured, seconds: row.integer("duration_s") ?? 600)
      return Self.process("globus", pid, pid - 1, "00:00", command)
    }
  }

  private func isBare(_ node: String) -> Bool {
    guard balloons, let balloon = memory[node], let whole = spellings[node]?.dom0 else { return false }
    return guests(of: node).isEmpty && balloon.current >= whole.count
  }

  /// Of the machine that a slot is for.
  private func memory(of slot: String) -> Int64? {
    let machine = rows(.dbMain, "db_slot").first { $0.text("id") == slot }?.integer("machine")
    guard let machine else { return nil }
    return rows(.dbMain, "db_deployment").first { $0.integer("machine") == machine }?.integer("memory_kib")
  }

  /// The slots of the site that was measured.
  private static let measured: Int64 = 64 * 1024
}
