import Model

/// What goes wrong, by whom it is done (`domain/nimbus.md` 8: F01 to F33).
extension Cluster {
  private enum Fault: CaseIterable {
    case deletion, deletionAtOnce, purge, killedPilot, crashedNode, crashedService, lostMessage,
      swallowedMessage
    case lateMessage, doubledMessage, destroyedGuest, storm
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
    let running = jobs.values.filter { $0.state == "R" }.map(\.number).sorted()
    let present = jobs.values.filter { $0.state == "R" || $0.state == "Q" }.map(\.number).sorted()
    switch fault {
    case .deletion:
      guard let job = own.pick(present) else { return }
      tell("[\(number)] qdel \(job)")
      delete(job, window: terms.window)
    case .deletionAtOnce:
      guard let job = own.pick(present) else { return }
      tell("[\(number)] qdel -W 0 \(job)")
      delete(job, window: .zero)
    case .purge:
      guard let job = own.pick(present) else { return }
      tell("[\(number)] qdel -p \(job)")
      purge(job)
    case .killedPilot:
      guard let job = own.pick(running), let host = jobs[job]?.host else { return }
      for run in hosts[host].runs where run.job == job {
        tell("[\(number)] kill -9 of the pilot of job \(job)")
        end(PilotName(host: host, pid: run.pid, boot: hosts[host].boot))
        plan(.buries(job: job), in: own.milliseconds(200...1000))
      }
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
    case .destroyedGuest:
      let places = hosts.indices.flatMap { host in hosts[host].guests.map { (host, $0) } }
      guard let (host, guest) = own.pick(places) else { return }
      tell("[\(number)] xl destroy \(guest.name) on \(hosts[host].name)")
      remove(guest, of: host)
    case .storm:
      tell("[\(number)] qdel all")
      deleteAllJobs()
    }
  }

  /// `qdel all`.
  public mutating func deleteAllJobs() {
    for job in jobs.values.map(\.number).sorted() { delete(job, window: terms.window) }
  }

  private mutating func ail(_ ailment: Ailment, _ number: Int) {
    tell("[\(number)] the next message is \(ailment)")
    ailments = [ailment]
  }
}
