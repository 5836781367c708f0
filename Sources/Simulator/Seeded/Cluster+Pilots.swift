import Model

/// Pilots of TP2.2 (`domain/nimbus.md` 2.3 and 2.4): all that they do to memory is relative, in whole MiB, and not checked.
extension Cluster {
  private func place(of pilot: PilotName) -> Int? {
    guard hosts[pilot.host].boot == pilot.boot else { return nil }
    return hosts[pilot.host].runs.firstIndex { $0.pid == pilot.pid }
  }

  private mutating func change(_ pilot: PilotName, _ change: (inout Host.Run) -> Void) {
    if let place = place(of: pilot) { change(&hosts[pilot.host].runs[place]) }
  }

  private func run(_ pilot: PilotName) -> Host.Run? {
    place(of: pilot).map { hosts[pilot.host].runs[$0] }
  }

  /// A command of the toolstack.
  private mutating func command() -> Duration { dice.milliseconds(150...400) }

  mutating func reserve(_ pilot: PilotName) {
    guard let run = run(pilot), run.phase == .starting else { return }
    guard takesLock(pilot) else {
      plan(.reserves(pilot), in: .milliseconds(50))
      return
    }
    let target = hosts[pilot.host].balloon.current / 1024 - run.memory
    // xen.minmem
    guard target >= 256 else {
      send(.reservedFailed, of: run, on: pilot.host)
      leave(pilot)
      return
    }
    hosts[pilot.host].balloon.set(target * 1024)
    change(pilot) {
      $0.phase = .reserving
      $0.hasTaken = true
    }
    plan(.reports(pilot), in: command())
    let end = run.started + run.duration
    plan(.wakes(pilot), in: end - clock)
  }

  /// Where its message does not arrive, it leaves without giving anything back (F03).
  mutating func report(_ pilot: PilotName) {
    guard let run = run(pilot), run.phase == .reserving else { return }
    hosts[pilot.host].lock = nil
    if send(.reserved, of: run, on: pilot.host) {
      change(pilot) { $0.phase = .reserved }
    } else {
      tell("the pilot of job \(run.job) can't tell that it has its memory, and leaves")
      leave(pilot)
    }
  }

  /// The lease is over.
  mutating func wake(_ pilot: PilotName) {
    guard let run = run(pilot), run.phase == .reserved else { return }
    change(pilot) { $0.phase = .restoring }
    send(.unreserving, of: run, on: pilot.host)
    plan(.releases(pilot), in: command())
  }

  mutating func terminate(_ pilot: PilotName) {
    guard let run = run(pilot) else { return }
    switch run.phase {
    case .starting: leave(pilot)
    case .reserving:
      send(.reservedFailed, of: run, on: pilot.host)
      leave(pilot)
    case .reserved:
      change(pilot) { $0.phase = .leaving }
      send(.earlyUnreserving, of: run, on: pilot.host)
      // It waits for half of its grace.
      plan(.releases(pilot), in: .milliseconds(terms.grace.milliseconds / 2))
    case .leaving, .restoring: break
    }
  }

  /// With less free than it is to give back, it destroys every guest of the node; where there is none, it gives up.
  mutating func release(_ pilot: PilotName) {
    guard let run = run(pilot), run.phase == .leaving || run.phase == .restoring else { return }
    if run.phase == .leaving { send(.unreserving, of: run, on: pilot.host) }
    change(pilot) { $0.phase = .restoring }
    let free = (hosts[pilot.host].balloon.free ?? 0) / 1024
    guard free < run.memory else {
      plan(.restores(pilot), in: command() + command())
      return
    }
    let victims = hosts[pilot.host].guests
    guard !victims.isEmpty else {
      leave(pilot)
      return
    }
    for victim in victims { remove(victim, of: pilot.host) }
    tell("the pilot of job \(run.job) destroys \(victims.map(\.name).joined(separator: ", "))")
    send(.killed(victims.map(\.machine)), of: run, on: pilot.host)
    var slow: Duration = .milliseconds(700)
    for _ in victims { slow = slow + command() + command() }
    plan(.restores(pilot), in: slow)
  }

  mutating func restore(_ pilot: PilotName) {
    guard let run = run(pilot), run.phase == .restoring else { return }
    guard takesLock(pilot) else {
      plan(.restores(pilot), in: .milliseconds(50))
      return
    }
    let target = hosts[pilot.host].balloon.current / 1024 + run.memory
    if terms.isBounded, target > hosts[pilot.host].baseline {
      tell(
        "dom0 of \(hosts[pilot.host].name) may not have \(target) MiB: the pilot of job \(run.job) gives up")
    } else {
      hosts[pilot.host].balloon.set(target * 1024)
      change(pilot) { $0.hasTaken = false }
    }
    plan(.leaves(pilot), in: command())
  }

  /// Whether it may read and set dom0's memory now; with no lock it always may. A lock dies with the process that holds it.
  private mutating func takesLock(_ pilot: PilotName) -> Bool {
    guard terms.isLocked else { return true }
    if let holder = hosts[pilot.host].lock, holder != pilot.pid,
      hosts[pilot.host].runs.contains(where: { $0.pid == holder })
    {
      return false
    }
    hosts[pilot.host].lock = pilot.pid
    return true
  }

  /// It ends, and its job with it.
  mutating func leave(_ pilot: PilotName) {
    guard let run = run(pilot) else { return }
    end(pilot)
    plan(.buries(job: run.job), in: dice.milliseconds(200...1000))
  }

  /// Its process is gone, and whatever it has taken stays taken.
  mutating func end(_ pilot: PilotName) {
    guard let place = place(of: pilot) else { return }
    let run = hosts[pilot.host].runs.remove(at: place)
    if hosts[pilot.host].lock == pilot.pid { hosts[pilot.host].lock = nil }
    if run.hasTaken {
      tell("the pilot of job \(run.job) ends on \(hosts[pilot.host].name), and gives nothing back")
    }
  }

  /// Its memory is scrubbed before it is Xen's again.
  mutating func remove(_ guest: Host.Guest, of host: Int) {
    hosts[host].guests.removeAll { $0.domid == guest.domid }
    let boot = hosts[host].boot
    if terms.scrubbing == .zero {
      hosts[host].balloon.release(guest.kib)
    } else {
      let longest = Int(terms.scrubbing.milliseconds)
      plan(.scrubs(host: host, boot: boot, kib: guest.kib), in: dice.milliseconds(longest / 8...longest))
    }
    if hosts[host].isClinging {
      hosts[host].isClinging = false
      hosts[host].dying.append(guest.domid)
      tell("domain \(guest.domid) of \(hosts[host].name) was destroyed and does not go away")
      plan(.vanishes(host: host, boot: boot, domid: guest.domid), in: dice.milliseconds(20_000...240_000))
    }
  }

  // MARK: Messages

  /// Whether it was taken, as far as the pilot can tell.
  @discardableResult
  private mutating func send(_ word: Message.Word, of run: Host.Run, on host: Int) -> Bool {
    guard service.isRunning else { return false }
    let message = Message(word: word, slot: run.slot, host: host, at: clock)
    let way = dice.milliseconds(20...200)
    switch ailments.popLast() {
    case nil: plan(.hears(message), in: way)
    case .refused: return false
    case .swallowed: tell("a message of job \(run.job) is taken, and not acted upon")
    case .late: plan(.hears(message), in: way + dice.milliseconds(10_000...40_000))
    case .doubled:
      plan(.hears(message), in: way)
      plan(.hears(message), in: way + dice.milliseconds(100...5000))
    }
    return true
  }
}

/// What may become of a message.
enum Ailment: Hashable, Sendable {
  case refused, swallowed, late, doubled
}
