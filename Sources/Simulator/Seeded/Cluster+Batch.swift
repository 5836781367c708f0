import Model

/// A job of the batch system.
struct Job: Hashable, Sendable {
  let number: Int
  /// The slot that its pilot is for.
  let slot: String
  /// MiB.
  let memory: Int64
  let walltime: Duration
  /// Q, R, E or C.
  var state: Character = "Q"
  var host: Int?
  let queued: Instant
  var started: Instant?
  var ended: Instant?
  var modified: Instant
  /// Its shell's.
  var session: Int?
  /// SIGTERM was sent.
  var isAsked = false

  var id: String { "\(number).\(Cluster.server)" }
  var isOver: Bool { state == "C" }
}

/// The batch server and the MOMs (`domain/torque.md`).
extension Cluster {
  static let server = "gridsn.example.org"

  /// `qsub`: gives the job's number.
  mutating func submit(_ slot: String, memory: Int64, walltime: Duration) -> Int {
    lastJob += 1
    jobs[lastJob] = Job(
      number: lastJob, slot: slot, memory: memory, walltime: walltime, queued: clock, modified: clock)
    // The scheduler looks every 10 s.
    plan(.dispatches, in: .milliseconds(10_000 - clock.milliseconds % 10_000))
    return lastJob
  }

  /// One pilot a node: it asks for all processors there.
  mutating func dispatch() {
    var isLeft = false
    for number in jobs.keys.sorted() where jobs[number]?.state == "Q" {
      let busy = Set(jobs.values.filter { $0.state == "R" || $0.state == "E" }.compactMap(\.host))
      let free = hosts.indices.filter { hosts[$0].isKnown && !hosts[$0].isOffline && !busy.contains($0) }
      guard let host = dice.pick(free) else {
        isLeft = true
        break
      }
      jobs[number]?.state = "R"
      jobs[number]?.host = host
      jobs[number]?.started = clock
      jobs[number]?.modified = clock
      jobs[number]?.session = hosts[host].newPid()
      let moment = clock
      hosts[host].setBooks({ $0.append(number) }, at: moment)
      tell("job \(number) runs on \(hosts[host].name)")
      plan(.begins(job: number), in: dice.milliseconds(1000...1500))
    }
    if isLeft { plan(.dispatches, in: .seconds(10)) }
  }

  /// The pilot's process is there.
  mutating func begin(_ number: Int) {
    guard let job = jobs[number], let host = job.host, job.state == "R", !job.isAsked, hosts[host].isUp else {
      if jobs[number]?.state == "R" { plan(.buries(job: number), in: dice.milliseconds(200...1000)) }
      return
    }
    let pid = hosts[host].newPid()
    hosts[host].runs.append(
      Host.Run(
        pid: pid, job: number, slot: job.slot, memory: job.memory, duration: job.walltime, started: clock))
    plan(.reserves(PilotName(host: host, pid: pid, boot: hosts[host].boot)), in: dice.milliseconds(500...800))
  }

  /// `qdel`: a queued job is gone at once; of a running one every process gets SIGTERM, and then SIGKILL.
  mutating func delete(_ number: Int, window: Duration) {
    guard let job = jobs[number], !job.isOver, job.state != "E", !job.isAsked else { return }
    guard let host = job.host else {
      complete(number)
      return
    }
    guard hosts[host].isUp else { return }
    jobs[number]?.isAsked = true
    jobs[number]?.modified = clock
    plan(.signals(job: number, isKill: false), in: .milliseconds(100))
    plan(.signals(job: number, isKill: true), in: .milliseconds(100) + window)
  }

  /// `qdel -p`: the server's books only.
  mutating func purge(_ number: Int) { jobs[number] = nil }

  mutating func signal(_ number: Int, isKill: Bool) {
    guard let job = jobs[number], let host = job.host, job.state != "C" else { return }
    let boot = hosts[host].boot
    for run in hosts[host].runs where run.job == number {
      let pilot = PilotName(host: host, pid: run.pid, boot: boot)
      if isKill {
        // A pilot that lost its shell is in no task of the MOM's any more.
        if terms.isExecuted || job.state == "R" { end(pilot) }
      } else {
        terminate(pilot)
      }
    }
    if isKill || !terms.isExecuted || !hosts[host].runs.contains(where: { $0.job == number }) {
      plan(.buries(job: number), in: dice.milliseconds(200...1000))
    }
  }

  /// The MOM tells the server that nothing of it runs any more.
  mutating func bury(_ number: Int) {
    guard let job = jobs[number], let host = job.host, job.state == "R" else {
      forgetAtMom(number)
      return
    }
    // A MOM that is not there tells it when it is.
    guard hosts[host].isUp else { return }
    jobs[number]?.state = "E"
    jobs[number]?.modified = clock
    plan(.completes(job: number), in: dice.milliseconds(300...800))
  }

  mutating func complete(_ number: Int) {
    guard let job = jobs[number], !job.isOver else { return }
    jobs[number]?.state = "C"
    jobs[number]?.ended = clock
    jobs[number]?.modified = clock
    forgetAtMom(number)
    tell("job \(number) is over")
    plan(.forgets(job: number), in: terms.keepCompleted)
  }

  /// The server does not know a job that was purged, so its MOM drops it when it is over.
  private mutating func forgetAtMom(_ number: Int) {
    let moment = clock
    for host in hosts.indices where hosts[host].isUp && hosts[host].books.contains(number) {
      if hosts[host].runs.contains(where: { $0.job == number }), terms.isExecuted { continue }
      hosts[host].setBooks({ $0.removeAll { $0 == number } }, at: moment)
    }
  }

  // MARK: Nodes

  mutating func crash(_ host: Int) {
    guard hosts[host].isUp else { return }
    let moment = clock
    hosts[host].catchUp(to: moment)
    hosts[host].crash(at: moment)
    tell("\(hosts[host].name) crashes")
    plan(.boots(host: host), in: dice.milliseconds(60_000...180_000))
  }

  mutating func boot(_ host: Int) {
    hosts[host].start(at: clock)
    tell("\(hosts[host].name) is up again")
    plan(.momStarts(host: host), in: dice.milliseconds(5000...20_000))
  }

  /// A MOM that starts again tells that its jobs are over.
  mutating func startMom(_ host: Int) {
    guard hosts[host].isUp else { return }
    hosts[host].isKnown = true
    for number in hosts[host].books { plan(.buries(job: number), in: dice.milliseconds(200...1000)) }
  }
}
