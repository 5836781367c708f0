import Model

/// Pilots that are asked to end, as those of TP2.2 do (`domain/nimbus.md` 2.3 and 2.4). They restore by what they read then,
/// and nobody checks what comes of it.
extension SiteState {
  /// All that are alive, by the nodes' process lists.
  var pilots: [Pilot] {
    spellings.keys.sorted().flatMap { node in
      sources.filter { $0.kind == .nodePilots && $0.node == node }.flatMap { rows(of: $0, "pilot_process") }
        .compactMap { Self.pilot($0, on: node) }
    }
  }

  private static func pilot(_ row: Row, on node: String) -> Pilot? {
    guard let pid = row.integer("pid"), let slot = row.text("slot") else { return nil }
    return Pilot(
      node: node, pid: pid, slot: slot, memory: (row.integer("memory_kib") ?? 0) / 1024,
      grace: .seconds(row.integer("grace_s") ?? 8))
  }

  /// SIGTERM now, and SIGKILL after the window. It waits for a part of its grace, so that its guests can be shut down.
  mutating func terminate(_ pilot: Pilot, window: Duration) {
    guard ending.insert(pilot).inserted else { return }
    if window > .zero {
      tell(of: pilot)
      schedule(.release(pilot), in: earlyWait(pilot))
    }
    schedule(.exit(pilot), in: window)
  }

  private func earlyWait(_ pilot: Pilot) -> Duration {
    let told = rows(.pilotSettings, "pilot_setting", of: pilot.node).first {
      $0.text("key") == "earlywaitratio"
    }
    let ratio = told?.text("value").flatMap(Double.init) ?? 0.5
    return .milliseconds(Int64(Double(pilot.grace.milliseconds) * ratio))
  }

  /// With `bubble_mem = no` it never touches dom0's memory (2.8 and later).
  private func hasTaken(_ pilot: Pilot) -> Bool {
    balloons
      && !rows(.pilotSettings, "pilot_setting", of: pilot.node).contains {
        $0.text("key") == "bubble_mem" && $0.text("value") == "no"
      }
  }

  /// `xl info` tells whole MiB.
  private func isShort(_ pilot: Pilot) -> Bool {
    memory[pilot.node]?.free.map { $0 / 1024 < pilot.memory } ?? false
  }

  private func isAlive(_ pilot: Pilot) -> Bool { pilots.contains(pilot) }

  /// With too little memory free it destroys every guest, whosever it is; where there is none, it gives up. Its commands
  /// take 0.7 s, those to destroy guests 1.6 s more and 0.4 s a guest.
  mutating func release(_ pilot: Pilot) {
    guard isAlive(pilot) else { return }
    guard hasTaken(pilot) else { return schedule(.exit(pilot), in: .milliseconds(700)) }
    guard isShort(pilot) else { return schedule(.restore(pilot), in: .milliseconds(700)) }
    let victims = guests(of: pilot.node)
    guard !victims.isEmpty else { return schedule(.exit(pilot), in: .milliseconds(700)) }
    for victim in victims { remove(victim, of: pilot.node) }
    tell(of: victims)
    schedule(.restore(pilot), in: .milliseconds(2300 + 400 * victims.count))
  }

  /// What dom0 has now, in whole MiB, and the slot's memory. Whether the target is reached is not waited for.
  mutating func restore(_ pilot: Pilot) {
    guard isAlive(pilot), let current = memory[pilot.node]?.current else { return }
    _ = setMemory("\(current / 1024 + pilot.memory)", of: pilot.node)
    exit(pilot)
  }

  mutating func exit(_ pilot: Pilot) {
    guard isAlive(pilot) else { return }
    edit(.nodePilots, "pilot_process", of: pilot.node) { document, row in
      if row.integer("pid") == pilot.pid { document.remove(row.bytes) }
    }
    // Its locks go with it.
    edit(.nodePilots, of: pilot.node) { document in
      document.removeLines { $0.contains(" FLOCK ") && $0.contains(" \(pilot.pid) ") }
    }
    note(.pilotEnded(node: pilot.node, pid: pilot.pid, slot: pilot.slot))
  }

  /// The script asks first whether the process is the pilot of that slot; else it has nothing to do.
  mutating func endPilot(_ pid: Int64, slot: String, grace: Duration, on node: String) -> Ending {
    guard let pilot = pilots.first(where: { $0.node == node && $0.pid == pid && $0.slot == slot }) else {
      return .done
    }
    terminate(pilot, window: grace)
    let start = clock
    // It looks once a second.
    while isAlive(pilot), clock - start < grace { advance(by: .seconds(1)) }
    exit(pilot)
    return .done
  }
}
