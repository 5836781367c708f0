import Model

/// `pbs_server`.
struct BatchServer: Hashable, Sendable {
  var isRunning = true
  var started: Instant

  /// After a start it takes some seconds until it has heard of its nodes (`domain/torque.md` 3).
  func knowsNodes(at moment: Instant) -> Bool { isRunning && moment - started > .seconds(7) }
}

/// The batch server (`domain/torque.md`).
extension Cluster {
  static let server = "gridsn.example.org"

  /// `qsub`: gives the job's number; nil where the server does not answer. The numbers begin again, and one that is still
  /// listed is passed over.
  mutating func submit(_ slot: String, memory: Int64, walltime: Duration, on wanted: Int?) -> Int? {
    guard batch.isRunning else { return nil }
    repeat { lastJob = (lastJob + 1) % terms.numbers } while jobs[lastJob] != nil
    jobs[lastJob] = Job(
      number: lastJob, slot: slot, memory: memory, walltime: walltime, wanted: wanted, queued: clock,
      modified: clock)
    // The scheduler looks every 10 s.
    plan(.dispatches, in: .milliseconds(10_000 - clock.milliseconds % 10_000))
    return lastJob
  }

  /// Numbers of jobs, the first that came first.
  func jobs(in states: Set<Character>) -> [Int] {
    jobs.values.filter { states.contains($0.state) }.sorted {
      ($0.queued, $0.number) < ($1.queued, $1.number)
    }
    .map(\.number)
  }

  mutating func dispatch() {
    var isLeft = false
    for number in jobs(in: ["Q"]) {
      let wanted = jobs[number]?.wanted
      let fit = hosts.indices.filter { hasRoom($0) && (wanted == nil || wanted == $0) }
      guard batch.knowsNodes(at: clock), let host = dice.pick(fit) else {
        isLeft = true
        if wanted == nil { break } else { continue }
      }
      let taken = Set(jobs.values.filter { $0.host == host && !$0.isOver }.map(\.place))
      jobs[number]?.place = (0..<terms.slots).first { !taken.contains($0) } ?? 0
      jobs[number]?.state = "R"
      jobs[number]?.host = host
      jobs[number]?.started = clock
      jobs[number]?.modified = clock
      jobs[number]?.session = hosts[host].newPid()
      let moment = clock
      hosts[host].setBooks({ $0.append(number) }, at: moment)
      tell("job \(number) runs on \(hosts[host].name)")
      if let job = jobs[number] { plan(.begins(job), in: dice.milliseconds(1000...1500)) }
    }
    if isLeft { plan(.dispatches, in: .seconds(10)) }
  }

  private func hasRoom(_ host: Int) -> Bool {
    hosts[host].obeys && !hosts[host].isOffline
      && jobs.values.count { $0.host == host && !$0.isOver } < terms.slots
  }

  /// The pilot's process is there, also of a job that was taken from the server's books meanwhile.
  mutating func begin(_ job: Job) {
    let isAsked = jobs[job.number].map { $0.slot == job.slot && ($0.state != "R" || $0.isAsked) } ?? false
    guard let host = job.host, hosts[host].obeys, hosts[host].books.contains(job.number), !isAsked else {
      plan(.buries(job: job.number), in: dice.milliseconds(200...1000))
      return
    }
    let pid = hosts[host].newPid()
    hosts[host].runs.append(
      Host.Run(
        pid: pid, job: job.number, slot: job.slot, memory: job.memory, duration: job.walltime, started: clock)
    )
    plan(.reserves(PilotName(host: host, pid: pid, boot: hosts[host].boot)), in: dice.milliseconds(500...800))
  }

  /// `qdel`: a queued job is gone at once; of a running one every process gets SIGTERM, and then SIGKILL. It fails where the
  /// server or the MOM is dead; where the MOM hangs the job is exiting until it does not any more.
  mutating func delete(_ number: Int, window: Duration) {
    guard batch.isRunning, let job = jobs[number], !job.isOver, job.state != "E", !job.isAsked else { return }
    guard let host = job.host else {
      complete(number)
      return
    }
    guard hosts[host].isUp, hosts[host].mom != .isDead else { return }
    jobs[number]?.isAsked = true
    jobs[number]?.modified = clock
    guard hosts[host].obeys else {
      jobs[number]?.state = "E"
      return
    }
    plan(.signals(job: number, isKill: false), in: .milliseconds(100))
    plan(.signals(job: number, isKill: true), in: .milliseconds(100) + window)
  }

  /// `qdel -p`: the server's books only.
  mutating func purge(_ number: Int) { if batch.isRunning { jobs[number] = nil } }

  /// The epilogue has run, and the server is told.
  mutating func complete(_ number: Int) {
    guard let job = jobs[number], !job.isOver else { return }
    guard batch.isRunning, job.host.map({ hosts[$0].obeys }) ?? true else {
      // It is told again.
      plan(.completes(job: number), in: .seconds(5))
      return
    }
    jobs[number]?.state = "C"
    jobs[number]?.ended = clock
    jobs[number]?.modified = clock
    forgetAtMom(number)
    tell("job \(number) is over")
    if terms.keepCompleted == .zero {
      jobs[number] = nil
    } else {
      plan(.forgets(job: number), in: terms.keepCompleted)
    }
  }

  // MARK: Its own life

  mutating func crashServer() {
    guard batch.isRunning else { return }
    batch.isRunning = false
    tell("the batch server dies")
    plan(.serverStarts, in: dice.milliseconds(5000...60_000))
  }

  /// It has all its jobs, and no node has reported yet.
  mutating func startServer() {
    batch.isRunning = true
    batch.started = clock
    tell("the batch server starts")
  }
}
