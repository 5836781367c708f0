import Model

/// What goes wrong, by whom it is done (`domain/nimbus.md` 8: F01 to F33).
extension Cluster {
  private enum Fault: CaseIterable {
    case deletion, deletionAtOnce, purge, killedPilot, crashedNode, crashedService, lostMessage,
      swallowedMessage, lateMessage, doubledMessage, destroyedGuest, storm
    case cutCreation, cutDestruction, reset, killedMom, hungMom, crashedServer
    case drift, givenBackByHand, crashedGuest, clingingGuest, keptOffline, lostSlotRow, freedAddress
  }

  /// Each fault has dice of its own: leaving one out changes none of the others' choices of kind.
  mutating func breakSomething() {
    guard !isQuiet, let pace = terms.faults.map({ Int($0.milliseconds) }) else { return }
    faultCount += 1
    let number = faultCount
    let seed = UInt64(dice.below(1 << 30))
    plan(.breaks, in: dice.milliseconds(pace / 3...pace * 5 / 3))
    if spared.contains(number) { return }
    var own = Dice(seed: seed)
    guard let fault = own.pick(Fault.allCases) else { return }
    if breakJob(fault, number, &own) || breakPart(fault, number, &own) { return }
    let host = own.below(hosts.count)
    switch fault {
    case .drift:
      // A toolstack that makes room for a guest takes it from dom0, in whole MiB, and never gives it back.
      let amount = Int64(1 + own.below(5))
      tell("[\(number)] the toolstack takes \(amount) MiB from dom0 of \(hosts[host].name)")
      hosts[host].balloon.set(hosts[host].balloon.target / 1024 * 1024 - amount * 1024)
    case .givenBackByHand:
      tell("[\(number)] xl mem-set 0 \(hosts[host].baseline)m on \(hosts[host].name)")
      hosts[host].balloon.set(hosts[host].baseline * 1024)
    case .keptOffline:
      tell("[\(number)] pbsnodes -o \(hosts[host].name)")
      (hosts[host].isOffline, hosts[host].isKeptOffline, hosts[host].note) = (true, true, "disk")
    case .killedMom, .hungMom:
      tell("[\(number)] the MOM of \(hosts[host].name) \(fault == .hungMom ? "hangs" : "is killed")")
      stopMom(fault == .hungMom ? .hangs : .isDead, on: host)
    case .clingingGuest:
      hosts[host].isClinging = true
    case .crashedGuest, .destroyedGuest:
      let places = hosts.indices.flatMap { host in hosts[host].guests.map { (host, $0) } }
      guard let (host, guest) = own.pick(places) else { return }
      tell(
        "[\(number)] \(guest.name) on \(hosts[host].name) \(fault == .crashedGuest ? "crashes" : "is destroyed")"
      )
      if fault == .destroyedGuest {
        remove(guest, of: host)
      } else if let place = hosts[host].guests.firstIndex(of: guest) {
        hosts[host].guests[place].hasCrashed = true
      }
    case .lostSlotRow:
      guard let slot = own.pick(service.slots) else { return }
      tell("[\(number)] somebody deletes the row of slot \(slot.id)")
      service.slots.removeAll { $0 == slot }
    case .freedAddress:
      guard let machine = own.pick(service.machines.values.sorted { $0.id < $1.id }) else { return }
      tell("[\(number)] somebody marks the address of machine \(machine.id) free")
      service.isUsed[machine.address] = false
    default: break
    }
  }

  /// Jobs and their pilots.
  private mutating func breakJob(_ fault: Fault, _ number: Int, _ own: inout Dice) -> Bool {
    let running = jobs(in: ["R"])
    let present = jobs(in: ["R", "Q"])
    switch fault {
    case .deletion:
      guard let job = own.pick(present) else { return true }
      tell("[\(number)] qdel \(job)")
      delete(job, window: terms.window)
    case .deletionAtOnce:
      guard let job = own.pick(present) else { return true }
      tell("[\(number)] qdel -W 0 \(job)")
      delete(job, window: .zero)
    case .purge:
      guard let job = own.pick(present) else { return true }
      tell("[\(number)] qdel -p \(job)")
      purge(job)
    case .killedPilot:
      guard let job = own.pick(running), let host = jobs[job]?.host else { return true }
      for run in hosts[host].runs where run.job == job {
        tell("[\(number)] kill -9 of the pilot of job \(job)")
        end(PilotName(host: host, pid: run.pid, boot: hosts[host].boot))
        plan(.buries(job: job), in: own.milliseconds(200...1000))
      }
    case .storm:
      tell("[\(number)] qdel all")
      deleteAllJobs()
    default: return false
    }
    return true
  }

  /// Machines, servers and messages.
  private mutating func breakPart(_ fault: Fault, _ number: Int, _ own: inout Dice) -> Bool {
    switch fault {
    case .crashedNode:
      tell("[\(number)] a node goes down")
      crash(own.below(hosts.count))
    case .crashedService:
      tell("[\(number)] the service is killed")
      crashService()
    case .lostMessage: ail(.refused, number)
    case .swallowedMessage: ail(.swallowed, number)
    case .lateMessage: ail(.late, number)
    case .doubledMessage: ail(.doubled, number)
    case .crashedServer:
      tell("[\(number)] the batch server is killed")
      crashServer()
    case .cutCreation:
      tell("[\(number)] the service dies in its next creation")
      fuse = .creation(2 + own.below(2))
    case .cutDestruction:
      tell("[\(number)] the service dies in its next destruction")
      fuse = .destruction(1 + own.below(7))
    case .reset:
      tell("[\(number)] the database is reset")
      resetDatabase()
    default: return false
    }
    return true
  }

  /// `qdel all`.
  public mutating func deleteAllJobs() {
    for job in jobs(in: ["Q", "R"]) { delete(job, window: terms.window) }
  }

  mutating func emptyQueue() {
    for job in jobs(in: ["Q"]) { delete(job, window: terms.window) }
  }

  /// The site's own script, where it has one.
  mutating func tend() {
    plan(.tends, in: .seconds(60))
    for host in hosts.indices where hosts[host].isUp && hosts[host].runs.isEmpty {
      if jobs.values.contains(where: { $0.host == host && !$0.isOver }) { continue }
      if hosts[host].balloon.target / 1024 != hosts[host].baseline {
        tell("the site's script gives dom0 of \(hosts[host].name) its memory back")
        hosts[host].balloon.set(hosts[host].baseline * 1024)
      }
    }
  }

  private mutating func ail(_ ailment: Ailment, _ number: Int) {
    tell("[\(number)] the next message is \(ailment)")
    ailments = [ailment]
  }
}
