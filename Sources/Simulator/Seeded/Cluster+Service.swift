import Model

/// What the workspace service of TP2.2 does, in its own order (`domain/nimbus.md` 1.7, 3.2 to 3.4 and 5). Each write is a
/// transaction of its own, so a crash can come between any two.
extension Cluster {
  // MARK: Creation

  /// A client asks for a machine, if there is an address left.
  mutating func ask() {
    guard !isQuiet else { return }
    let pace = Int(terms.pace.milliseconds)
    plan(.asks, in: dice.milliseconds(pace / 3...pace * 5 / 3))
    guard service.creations.count + service.machines.count < terms.nodes + 2 else { return }
    _ = request(on: nil) { .seconds(60 + $0.below(540)) }
  }

  /// What a client's request comes to: the machine's number; nil where the service does not run, or has no address left.
  mutating func request(on host: Int?, for duration: (inout Dice) -> Duration) -> Int? {
    guard service.isRunning, let address = service.isUsed.firstIndex(of: false) else { return nil }
    service.isUsed[address] = true
    service.lastMachine += 1
    let id = service.lastMachine
    let slot = slotName()
    service.creations[id] = Service.Creation(
      address: address, slot: slot, duration: duration(&dice), memory: terms.memory, host: host)
    tell("machine \(id) is asked for")
    plan(.creates(machine: id, step: 1, life: service.life), in: dice.milliseconds(20...60))
    return id
  }

  /// A UUID.
  private mutating func slotName() -> String {
    func digits(_ count: Int) -> String {
      (0..<count).map { _ in String(dice.below(16), radix: 16) }.joined()
    }
    return [8, 4, 4, 4, 12].map(digits).joined(separator: "-")
  }

  /// qsub, the slot's row, the machine's rows.
  mutating func create(_ id: Int, _ step: Int) {
    guard let creation = service.creations[id], !burns(.creation(step)) else { return }
    switch step {
    case 1:
      let walltime = creation.duration + terms.padding
      guard
        let job = submit(
          creation.slot, memory: creation.memory, walltime: walltime, on: creation.host)
      else {
        service.isUsed[creation.address] = false
        service.creations[id] = nil
        return
      }
      service.creations[id]?.job = job
    case 2:
      guard let job = creation.job else { return }
      service.slots.append(
        Service.Slot(id: creation.slot, machine: id, job: job, duration: creation.duration + terms.padding))
    default:
      service.machines[id] = Service.Machine(
        id: id, address: creation.address, duration: creation.duration, memory: creation.memory,
        isDriven: creation.host != nil)
      service.creations[id] = nil
      return
    }
    plan(.creates(machine: id, step: step + 1, life: service.life), in: dice.milliseconds(20...100))
  }

  // MARK: Messages

  mutating func hear(_ message: Message) {
    guard service.isRunning else { return }
    switch message.word {
    case .reserved: reserved(message)
    case .reservedFailed:
      if let place = service.slot(message.slot, on: nil) {
        service.slots[place].node = message.host
        service.slots[place].isPending = false
        spoil(service.slots[place].machine)
        service.slots[place].isTerminal = true
      }
    case .earlyUnreserving, .unreserving:
      if let place = service.slot(message.slot, on: message.host) {
        spoil(service.slots[place].machine)
        service.slots[place].isTerminal = true
      }
    case .killed(let machines):
      if let place = service.slot(message.slot, on: message.host) { service.slots[place].isTerminal = true }
      for machine in machines { spoil(machine) }
    }
  }

  private mutating func reserved(_ message: Message) {
    guard let place = service.slot(message.slot, on: nil) else { return }
    let id = service.slots[place].machine
    service.slots[place].node = message.host
    service.slots[place].isPending = false
    guard let machine = service.machines[id], machine.target != 28 else { return }
    let end = message.at + machine.duration
    service.machines[id]?.shutdown = end
    service.machines[id]?.term = end + .seconds(600)
    service.machines[id]?.started = message.at
    service.machines[id]?.node = message.host
    service.machines[id]?.isOperable = true
    planSweep(after: end)
    plan(.moves(machine: id, to: 2, life: service.life), in: .milliseconds(50))
    // Some leave before their time.
    if !machine.isDriven, dice.chance(30) {
      let early = Int(machine.duration.milliseconds)
      plan(.destroys(machine: id, step: 0, life: service.life), in: dice.milliseconds(20_000...early))
    }
  }

  /// It is Corrupted, and what it was about to be is told by its number.
  private mutating func spoil(_ id: Int) {
    guard let machine = service.machines[id], machine.target != 28 else { return }
    if machine.state < 29 { service.machines[id]?.state = machine.state + 30 }
    service.machines[id]?.isReachable = false
    service.machines[id]?.isOperable = false
    // A client that is subscribed destroys it.
    if dice.chance(40) {
      plan(.destroys(machine: id, step: 0, life: service.life), in: dice.milliseconds(3000...20_000))
    }
  }

  /// 2 Unpropagated, 6 Propagated, 7 Starting, 8 Started.
  mutating func move(_ id: Int, to state: Int) {
    guard let machine = service.machines[id], machine.state < 28, machine.target == 8 else { return }
    switch state {
    case 2: plan(.moves(machine: id, to: 6, life: service.life), in: dice.milliseconds(50...200))
    case 6: plan(.moves(machine: id, to: 7, life: service.life), in: dice.milliseconds(50...200))
    case 7: plan(.moves(machine: id, to: 8, life: service.life), in: dice.milliseconds(1500...4000))
    default:
      guard let host = machine.node, hosts[host].isUp,
        let slot = service.slots.first(where: { $0.machine == id })?.id,
        !hosts[host].guests.contains(where: { $0.machine == id }),
        hosts[host].balloon.take(machine.memory * 1024)
      else {
        service.machines[id]?.state = 38
        tell("machine \(id) can't be started")
        return
      }
      if terms.creep > 0, dice.chance(terms.creep) {
        let amount = Int64(1 + dice.below(5))
        hosts[host].balloon.set(hosts[host].balloon.target - amount * 1024)
        tell("the toolstack takes \(amount) MiB from dom0 of \(hosts[host].name) for machine \(id)")
      }
      hosts[host].guests.append(
        Host.Guest(domid: hosts[host].nextDomid, machine: id, slot: slot, kib: machine.memory * 1024))
      hosts[host].nextDomid += 1
      tell("machine \(id) runs on \(hosts[host].name)")
    }
    service.machines[id]?.state = state
  }

  // MARK: Destruction

  /// It looks every 2 s.
  private mutating func planSweep(after moment: Instant) {
    let wait = max(0, moment.milliseconds - clock.milliseconds)
    plan(.sweeps, in: .milliseconds(wait + 2000 - (clock.milliseconds + wait) % 2000))
  }

  mutating func sweep() {
    guard service.isRunning else { return }
    for machine in service.machines.values.sorted(by: { $0.id < $1.id }) {
      if let end = machine.shutdown, end <= clock { destroy(machine.id, 0) }
    }
  }

  /// Marked; its guest; its row of the scheduler; its job and slot; its address; its rows. One that is marked already is left
  /// alone, also where nobody is about it any more (F19).
  mutating func destroy(_ id: Int, _ step: Int) {
    guard let machine = service.machines[id], !burns(.destruction(step)) else { return }
    var wait = dice.milliseconds(20...100)
    switch step {
    case 0:
      guard machine.target != 28 else { return }
      service.machines[id]?.target = 28
      service.destructions.insert(id)
      tell("machine \(id) is being destroyed")
    case 1:
      let reached = machine.state >= 30 ? machine.state - 30 : machine.state
      guard (3...14).contains(reached), let host = machine.node else {
        service.machines[id]?.state = 28
        break
      }
      service.machines[id]?.state = 24
      wait = dice.milliseconds(500...1500)
      if !hosts[host].isUp { wait = .seconds(30) }
    case 2:
      // Errors of the node are only logged (F14).
      if machine.state == 24, let host = machine.node, hosts[host].isUp,
        let guest = hosts[host].guests.first(where: { $0.machine == id })
      {
        remove(guest, of: host)
      }
      service.machines[id]?.state = 28
    case 3: service.machines[id]?.shutdown = nil
    case 4:
      if let slot = service.slots.first(where: { $0.machine == id }), !(slot.isTerminal && !slot.isPending) {
        delete(slot.job, window: terms.window)
      }
    case 5: service.slots.removeAll { $0.machine == id }
    case 6: service.isUsed[machine.address] = false
    default:
      service.machines[id] = nil
      service.destructions.remove(id)
      tell("machine \(id) is gone")
      return
    }
    plan(.destroys(machine: id, step: step + 1, life: service.life), in: wait)
  }

  // MARK: Its own life

  /// It dies right before this, as was decreed.
  private mutating func burns(_ fuse: Fuse) -> Bool {
    guard self.fuse == fuse else { return false }
    self.fuse = nil
    crashService()
    return true
  }

  /// The tables are emptied and the service is started anew (F32): numbers of machines begin at 1 again.
  mutating func resetDatabase() {
    let addresses = service.isUsed.count
    let life = service.life
    service = Service(addresses: addresses)
    (service.life, service.isRunning) = (life, false)
    plan(.serviceStarts, in: dice.milliseconds(5000...30_000))
  }

  mutating func crashService() {
    guard service.isRunning else { return }
    service.isRunning = false
    tell("the service dies")
    plan(.serviceStarts, in: dice.milliseconds(10_000...120_000))
  }

  /// Nothing but deadlines is looked after.
  mutating func startService() {
    guard !service.isRunning else { return }
    service.isRunning = true
    service.life += 1
    service.creations = [:]
    service.destructions = []
    tell("the service starts")
    for machine in service.machines.values {
      if let end = machine.shutdown { planSweep(after: end) }
    }
  }
}

/// Where the service will die.
enum Fuse: Hashable, Sendable {
  case creation(Int)
  case destruction(Int)
}
