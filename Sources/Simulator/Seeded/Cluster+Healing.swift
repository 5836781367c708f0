import Model

/// What of that which is wrong will end without anybody doing anything, and what else the same cause left.
extension Cluster {
  /// Somebody will mend it: the service by a deadline, a MOM that comes back, a pilot that ends, a driver that moves.
  public func isHealing(_ divergence: Divergence) -> Bool {
    let thing = divergence.thing
    switch divergence.rule {
    case "balloon-not-restored", "balloon-drift", "balloon-missing", "balloon-over-restored":
      return terms.isTended
    case "balloon-target-unreached":
      return terms.isTended || hosts.contains { $0.name == thing && $0.balloon.phase != .asleep }
    case "pilot-outlives-job", "domain-dying", "job-on-down-node", "job-stuck-exiting", "job-unknown-to-mom",
      "slot-lease-overrun", "node-down-with-lease":
      return true
    case "mom-stray-job":
      return hosts.contains { host in
        host.runs.contains { "\(host.name)/\($0.job).\(Self.server)" == thing }
      }
    case "job-without-slot":
      return jobs.values.contains { $0.slot == thing && ($0.state == "R" || $0.isAsked) }
    case "slot-without-job", "slot-terminal-lingering", "slot-never-reported", "slots-overlap":
      return service.slots.contains { $0.id == thing && isEnding($0.machine) }
    case "domain-without-lease", "domain-misplaced":
      return Int(thing.dropFirst("wrksp-".count)).map(isEnding) ?? false
    case "domain-crashed":
      return hosts.contains { host in
        host.guests.contains { "\(host.name)/\($0.domid)" == thing && isEnding($0.machine) }
      }
    case "machine-without-domain", "machine-corrupted", "machine-without-slot", "machine-expired",
      "domain-duplicated":
      return Int(thing).map(isEnding) ?? false
    case "address-conflict", "address-unmarked":
      return service.machines.values.contains { Self.address($0.address) == thing && isEnding($0.id) }
    default: return false
    }
  }

  /// A node that somebody took out of the batch system for a reason of their own: a repair leaves it to them.
  public func isKeptOffline(_ name: String) -> Bool {
    hosts.contains { $0.name == name && $0.isKeptOffline }
  }

  /// The service is about to destroy it, or has a deadline for it.
  private func isEnding(_ machine: Int) -> Bool {
    guard service.isRunning, let row = service.machines[machine] else { return false }
    return service.destructions.contains(machine) || row.target != 28 && row.shutdown != nil
  }

  /// Names of other things that the same cause left: the machine of a slot, the slot of a machine, their guest, their job.
  public func relatives(of divergence: Divergence) -> Set<String> {
    let thing = divergence.thing
    var machines: Set<Int> = []
    for slot in service.slots where slot.id == thing { machines.insert(slot.machine) }
    if let machine = Int(thing) { machines.insert(machine) }
    if thing.hasPrefix("wrksp-"), let machine = Int(thing.dropFirst(6)) { machines.insert(machine) }
    for machine in service.machines.values where Self.address(machine.address) == thing {
      machines.insert(machine.id)
    }
    for host in hosts {
      for guest in host.guests where "\(host.name)/\(guest.domid)" == thing { machines.insert(guest.machine) }
    }
    var names: Set<String> = []
    for machine in machines {
      names.formUnion([String(machine), "wrksp-\(machine)"])
      for slot in service.slots where slot.machine == machine { names.insert(slot.id) }
    }
    names.remove(thing)
    return names
  }
}
