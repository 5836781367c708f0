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
    "address-conflict", "address-leaked", "address-unmarked", "balloon-drift", "balloon-missing",
    "balloon-not-restored", "balloon-over-restored", "balloon-target-unreached", "domain-crashed",
    "domain-duplicated", "domain-dying", "domain-misplaced", "domain-without-lease",
    "domain-without-machine", "job-on-down-node", "job-stuck-exiting", "job-unknown-to-mom",
    "job-without-slot", "kill-delay-too-short", "machine-corrupted", "machine-destroy-stuck",
    "machine-expired", "machine-without-domain", "machine-without-slot", "mom-stray-job",
    "node-down-with-lease", "pilot-outlives-job", "slot-lease-overrun", "slot-never-reported",
    "slot-terminal-lingering", "slot-without-job", "slot-without-machine", "slots-overlap",
  ]

  /// All that is wrong now.
  public var divergences: Set<Divergence> {
    var all: Set<Divergence> = []
    for host in hosts.indices where hosts[host].isUp {
      tellMemory(of: hosts[host], in: &all)
      tellGuests(of: host, in: &all)
      for run in hosts[host].runs where jobs[run.job].map({ $0.isOver || $0.slot != run.slot }) ?? true {
        all.insert(Divergence("pilot-outlives-job", run.slot))
      }
    }
    // It waits for half of its grace, and its commands take 2.3 s where it has to destroy a guest.
    if terms.window.milliseconds < terms.grace.milliseconds / 2 + 2300 {
      all.insert(Divergence("kill-delay-too-short", "2.5.13"))
    }
    for slot in service.slots { tell(of: slot, in: &all) }
    for machine in service.machines.values { tell(of: machine, in: &all) }
    for job in jobs.values where !job.isOver { tell(of: job, in: &all) }
    tellBooks(in: &all)
    tellAddresses(in: &all)
    return all
  }

  /// The job that a slot is of: not another one with its number.
  func job(of slot: Service.Slot) -> Job? { jobs[slot.job].flatMap { $0.slot == slot.id ? $0 : nil } }

  // MARK: Nodes

  /// dom0 goes for what is left of its own when the living pilots have theirs.
  private func tellMemory(of host: Host, in all: inout Set<Divergence>) {
    let target = host.balloon.target / 1024
    let lost = host.baseline - host.taken - target
    if target > host.baseline { all.insert(Divergence("balloon-over-restored", host.name)) }
    if lost <= -terms.memory, target <= host.baseline { all.insert(Divergence("balloon-missing", host.name)) }
    if lost >= terms.memory { all.insert(Divergence("balloon-not-restored", host.name)) }
    if lost > 0, lost % terms.memory > 0 { all.insert(Divergence("balloon-drift", host.name)) }
    if abs(host.balloon.target - host.balloon.current) >= 1024 {
      all.insert(Divergence("balloon-target-unreached", host.name))
    }
  }

  private func tellGuests(of host: Int, in all: inout Set<Divergence>) {
    for guest in hosts[host].guests {
      if let machine = service.machines[guest.machine] {
        if machine.node != host { all.insert(Divergence("domain-misplaced", guest.name)) }
        if !isLeased(guest, on: host) { all.insert(Divergence("domain-without-lease", guest.name)) }
      } else {
        all.insert(Divergence("domain-without-machine", guest.name))
      }
      if hosts[host].guests.contains(where: { $0.machine == guest.machine && $0 != guest })
        || hosts.indices.contains(where: { other in
          other != host && hosts[other].guests.contains { $0.machine == guest.machine }
        })
      {
        all.insert(Divergence("domain-duplicated", String(guest.machine)))
      }
      if guest.hasCrashed { all.insert(Divergence("domain-crashed", "\(hosts[host].name)/\(guest.domid)")) }
    }
    for domid in hosts[host].dying { all.insert(Divergence("domain-dying", "\(hosts[host].name)/\(domid)")) }
  }

  /// The slot that it was started in is still its machine's, and has a pilot or a job.
  private func isLeased(_ guest: Host.Guest, on host: Int) -> Bool {
    service.slots.contains { $0.id == guest.slot && $0.machine == guest.machine }
      && (hosts[host].runs.contains { $0.slot == guest.slot }
        || jobs.values.contains { $0.slot == guest.slot && !$0.isOver && $0.host == host })
  }

  /// What MOMs have that the server has not, and the other way round.
  private func tellBooks(in all: inout Set<Divergence>) {
    for host in hosts where host.obeys {
      for number in host.books where jobs[number] == nil {
        // Whose it is can be told: the server has others, or a slot names it.
        guard !jobs.isEmpty || service.slots.contains(where: { $0.job == number }) else { continue }
        all.insert(Divergence("mom-stray-job", "\(host.name)/\(number).\(Self.server)"))
      }
    }
    for job in jobs.values where job.state == "R" {
      guard let host = job.host, hosts[host].obeys, !hosts[host].books.contains(job.number),
        job.started.map({ clock - $0 > .seconds(15) }) ?? false
      else { continue }
      all.insert(Divergence("job-unknown-to-mom", job.id))
    }
  }

  // MARK: Jobs, slots and machines

  private func tell(of job: Job, in all: inout Set<Divergence>) {
    let slot = service.slots.first { $0.id == job.slot && $0.job == job.number }
    if slot == nil { all.insert(Divergence("job-without-slot", job.slot)) }
    if job.state == "E", clock - job.modified > .seconds(60) {
      all.insert(Divergence("job-stuck-exiting", job.id))
    }
    guard job.state == "R", let host = job.host, let started = job.started else { return }
    if slot != nil, clock - (started + job.walltime) > .seconds(120) {
      all.insert(Divergence("slot-lease-overrun", job.id))
    }
    if batch.knowsNodes(at: clock), isDown(host) { all.insert(Divergence("job-on-down-node", job.id)) }
  }

  private func tell(of slot: Service.Slot, in all: inout Set<Divergence>) {
    let job = job(of: slot)
    // What a killed service was about to make will never be.
    let isComing = service.isRunning && service.creations[slot.machine] != nil
    if service.machines[slot.machine] == nil, !isComing {
      all.insert(Divergence("slot-without-machine", slot.id))
    }
    if service.slots.contains(where: { $0.job == slot.job && $0.id != slot.id }) {
      all.insert(Divergence("slots-overlap", slot.id))
    }
    // As long as its job is listed, a pilot that never reported is told from one that ended.
    let hasBegun = job?.started != nil || hosts.contains { $0.runs.contains { $0.slot == slot.id } }
    if slot.isTerminal {
      all.insert(Divergence("slot-terminal-lingering", slot.id))
    } else if slot.isPending, hasBegun {
      all.insert(Divergence("slot-never-reported", slot.id))
    } else if job?.isOver ?? true {
      all.insert(Divergence("slot-without-job", slot.id))
    }
    guard !slot.isTerminal, let host = slot.node, let job, !job.isOver, let started = job.started else {
      return
    }
    let isLost = batch.knowsNodes(at: clock) && isDown(host)
    if isLost || hosts[host].isUp && hosts[host].booted - started > .seconds(60) {
      all.insert(Divergence("node-down-with-lease", hosts[host].name))
    }
  }

  private func tell(of machine: Service.Machine, in all: inout Set<Divergence>) {
    let name = String(machine.id)
    if machine.target == 28, !service.destructions.contains(machine.id) {
      all.insert(Divergence("machine-destroy-stuck", name))
    }
    if machine.state >= 29 { all.insert(Divergence("machine-corrupted", name)) }
    if !service.slots.contains(where: { $0.machine == machine.id }) {
      all.insert(Divergence("machine-without-slot", name))
    }
    if let end = machine.shutdown ?? machine.term, machine.target != 28, clock - end > .seconds(30) {
      all.insert(Divergence("machine-expired", name))
    }
    // A machine that could not be started is none that ended with its pilot.
    let isEnded = service.slots.contains { $0.machine == machine.id && $0.isTerminal }
    if machine.state == 8 || machine.state == 38 && !isEnded, let host = machine.node, hosts[host].isUp,
      !hosts[host].guests.contains(where: { $0.machine == machine.id })
    {
      all.insert(Divergence("machine-without-domain", name))
    }
  }

  private func tellAddresses(in all: inout Set<Divergence>) {
    let machines = service.machines.values.map(\.address)
    // What a killed service was about to make holds nothing.
    let held = Set(machines + (service.isRunning ? service.creations.values.map(\.address) : []))
    for place in service.isUsed.indices {
      let address = Self.address(place)
      if service.isUsed[place] {
        if !held.contains(place) { all.insert(Divergence("address-leaked", address)) }
      } else if machines.contains(place) {
        all.insert(Divergence("address-unmarked", address))
      }
      if machines.count(where: { $0 == place }) > 1 { all.insert(Divergence("address-conflict", address)) }
    }
  }
}
