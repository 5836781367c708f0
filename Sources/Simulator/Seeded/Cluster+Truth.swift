import Model

/// Something that is not as it should be, by the name of the rule that is to find it.
public struct Divergence: Hashable, Sendable {
  public let rule: String
  /// The node, slot, machine or job that it is about.
  public let thing: String

  public init(_ rule: String, _ thing: String) {
    self.rule = rule
    self.thing = thing
  }
}

/// What is true of the site, whatever anybody prints. The rules' meaning is written here a second time, by other means: from
/// what things are, and not from what three sources say of them.
extension Cluster {
  /// Rules whose truth is told here. Findings of others can't be judged.
  public static let judged: Set<String> = [
    "balloon-not-restored", "balloon-drift", "balloon-over-restored", "domain-without-lease",
    "domain-without-machine", "slot-without-job", "slot-never-reported", "slot-without-machine",
    "machine-without-slot", "machine-without-domain", "machine-destroy-stuck", "job-without-slot",
    "pilot-outlives-job", "address-leaked", "machine-corrupted", "slot-terminal-lingering",
    "kill-delay-too-short",
  ]

  /// All that is wrong now.
  public var divergences: Set<Divergence> {
    var all: Set<Divergence> = []
    for host in hosts where host.isUp { all.formUnion(memory(of: host)) }
    for host in hosts.indices where hosts[host].isUp {
      for guest in hosts[host].guests {
        if service.machines[guest.machine] == nil {
          all.insert(Divergence("domain-without-machine", guest.name))
        } else if !isLeased(guest, on: host) {
          all.insert(Divergence("domain-without-lease", guest.name))
        }
      }
      for run in hosts[host].runs where jobs[run.job]?.isOver ?? true {
        all.insert(Divergence("pilot-outlives-job", run.slot))
      }
    }
    // It waits for half of its grace, and its commands take 2.3 s where it has to destroy a guest.
    if terms.window.milliseconds < terms.grace.milliseconds / 2 + 2300 {
      all.insert(Divergence("kill-delay-too-short", "2.5.13"))
    }
    for slot in service.slots { all.formUnion(divergences(of: slot)) }
    for machine in service.machines.values { all.formUnion(divergences(of: machine)) }
    for job in jobs.values where !job.isOver && !service.slots.contains(where: { $0.id == job.slot }) {
      all.insert(Divergence("job-without-slot", job.slot))
    }
    // What a killed service was about to make holds nothing.
    let creations = service.isRunning ? service.creations : [:]
    let held = Set(service.machines.values.map(\.address) + creations.values.map(\.address))
    for address in service.isUsed.indices where service.isUsed[address] && !held.contains(address) {
      all.insert(Divergence("address-leaked", Self.address(address)))
    }
    return all
  }

  /// dom0 goes for what is left of its own when the living pilots have theirs.
  private func memory(of host: Host) -> [Divergence] {
    let taken = host.runs.filter(\.hasTaken).map(\.memory).reduce(0, +)
    let lost = host.baseline - taken - host.balloon.target / 1024
    if lost < 0 { return [Divergence("balloon-over-restored", host.name)] }
    var all: [Divergence] = []
    if lost >= terms.memory { all.append(Divergence("balloon-not-restored", host.name)) }
    if lost % terms.memory > 0 { all.append(Divergence("balloon-drift", host.name)) }
    return all
  }

  private func isLeased(_ guest: Host.Guest, on host: Int) -> Bool {
    let slots = service.slots.filter { $0.machine == guest.machine }
    return slots.contains { slot in
      hosts[host].runs.contains { $0.slot == slot.id }
        || jobs.values.contains { $0.slot == slot.id && !$0.isOver && $0.host == host }
    }
  }

  private func divergences(of slot: Service.Slot) -> [Divergence] {
    var all: [Divergence] = []
    let job = jobs[slot.job]
    let isAlive = hosts.contains { $0.runs.contains { $0.slot == slot.id } }
    if service.machines[slot.machine] == nil, service.creations[slot.machine] == nil {
      all.append(Divergence("slot-without-machine", slot.id))
    }
    // As long as its job is listed, a pilot that never reported is told from one that ended.
    let hasBegun = job?.started != nil || isAlive
    if slot.isTerminal {
      all.append(Divergence("slot-terminal-lingering", slot.id))
    } else if slot.isPending, hasBegun {
      all.append(Divergence("slot-never-reported", slot.id))
    } else if job?.isOver ?? true {
      all.append(Divergence("slot-without-job", slot.id))
    }
    return all
  }

  private func divergences(of machine: Service.Machine) -> [Divergence] {
    var all: [Divergence] = []
    let name = String(machine.id)
    let isGoing = service.destructions.contains(machine.id)
    if machine.target == 28, !isGoing { all.append(Divergence("machine-destroy-stuck", name)) }
    if machine.state >= 29 { all.append(Divergence("machine-corrupted", name)) }
    if !service.slots.contains(where: { $0.machine == machine.id }) {
      all.append(Divergence("machine-without-slot", name))
    }
    // A machine that could not be started is none that ended with its pilot.
    let isEnded = service.slots.contains { $0.machine == machine.id && $0.isTerminal }
    if machine.state == 8 || machine.state == 38 && !isEnded, let host = machine.node, hosts[host].isUp,
      !hosts[host].guests.contains(where: { $0.machine == machine.id })
    {
      all.append(Divergence("machine-without-domain", name))
    }
    return all
  }

  /// A deadline of the service's will end what hangs on a machine.
  public func isHealing(_ divergence: Divergence) -> Bool {
    guard service.isRunning else { return false }
    let machine: Int?
    switch divergence.rule {
    case "slot-without-job", "slot-terminal-lingering", "slot-never-reported":
      machine = service.slots.first { $0.id == divergence.thing }?.machine
    case "domain-without-lease": machine = Int(divergence.thing.dropFirst("wrksp-".count))
    case "machine-without-domain", "machine-corrupted", "machine-without-slot":
      machine = Int(divergence.thing)
    case "pilot-outlives-job": return true
    case "job-without-slot":
      return jobs.values.contains { $0.slot == divergence.thing && ($0.state == "R" || $0.isAsked) }
    case "balloon-not-restored", "balloon-drift":
      return false
    default: machine = nil
    }
    guard let machine, let row = service.machines[machine],
      row.target != 28 || service.destructions.contains(machine)
    else { return false }
    return row.shutdown != nil || service.destructions.contains(machine)
  }
}

extension Cluster {
  /// Names of other things that the same cause left: the machine of a slot, the slot of a machine, and their guest.
  public func relatives(of divergence: Divergence) -> Set<String> {
    var machines: Set<Int> = []
    for slot in service.slots where slot.id == divergence.thing { machines.insert(slot.machine) }
    if let machine = Int(divergence.thing) { machines.insert(machine) }
    if divergence.thing.hasPrefix("wrksp-"), let machine = Int(divergence.thing.dropFirst(6)) {
      machines.insert(machine)
    }
    var names: Set<String> = []
    for machine in machines {
      names.formUnion([String(machine), "wrksp-\(machine)"])
      for slot in service.slots where slot.machine == machine { names.insert(slot.id) }
    }
    names.remove(divergence.thing)
    return names
  }
}
