import Model

/// Nodes, and what their MOMs do (`domain/torque.md`).
extension Cluster {
  /// The MOM signals a job's processes.
  mutating func signal(_ number: Int, isKill: Bool) {
    guard let job = jobs[number], let host = job.host, !job.isOver, hosts[host].obeys else { return }
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

  /// The MOM sees that nothing of it runs any more, runs the epilogue, and tells the server.
  mutating func bury(_ number: Int) {
    guard let job = jobs[number], let host = job.host, job.state == "R" else {
      forgetAtMom(number)
      return
    }
    // A MOM that is not there tells it when it is.
    guard hosts[host].obeys else { return }
    guard batch.isRunning else {
      plan(.buries(job: number), in: .seconds(5))
      return
    }
    jobs[number]?.state = "E"
    jobs[number]?.modified = clock
    plan(.completes(job: number), in: dice.milliseconds(300...800) + terms.epilogue)
  }

  /// The server does not know a job that was purged, so its MOM drops it when it is over.
  mutating func forgetAtMom(_ number: Int) {
    let moment = clock
    for host in hosts.indices where hosts[host].obeys && hosts[host].books.contains(number) {
      if hosts[host].runs.contains(where: { $0.job == number }), terms.isExecuted { continue }
      hosts[host].setBooks({ $0.removeAll { $0 == number } }, at: moment)
    }
  }

  // MARK: Their lives

  mutating func crash(_ host: Int) {
    guard hosts[host].isUp else { return }
    let moment = clock
    hosts[host].crash(at: moment)
    tell("\(hosts[host].name) crashes")
    plan(.boots(host: host), in: dice.milliseconds(60_000...180_000))
  }

  mutating func boot(_ host: Int) {
    hosts[host].start(at: clock)
    tell("\(hosts[host].name) is up again")
    plan(.momStarts(host: host), in: dice.milliseconds(5000...20_000))
  }

  /// A MOM is killed, or stands still. What runs on its node runs on.
  mutating func stopMom(_ mom: Host.Mom, on host: Int) {
    guard hosts[host].obeys else { return }
    let moment = clock
    hosts[host].stopMom(mom, at: moment)
    plan(.momStarts(host: host), in: dice.milliseconds(30_000...300_000))
  }

  /// It tells of each job in its books what became of it. What the server does not know it drops, without ending its
  /// processes (`domain/torque.md` 7, 2.5.13). What it was asked to end meanwhile it ends.
  mutating func startMom(_ host: Int) {
    guard hosts[host].isUp else { return }
    let moment = clock
    hosts[host].startMom()
    tell("the MOM of \(hosts[host].name) answers")
    for number in hosts[host].books {
      if let job = jobs[number], job.host == host {
        jobs[number]?.isAsked = false
        if job.state == "E" {
          jobs[number]?.state = "R"
          delete(number, window: terms.window)
        } else if !hosts[host].runs.contains(where: { $0.job == number }) {
          plan(.buries(job: number), in: dice.milliseconds(200...1000))
        }
      } else {
        hosts[host].setBooks({ $0.removeAll { $0 == number } }, at: moment)
      }
    }
  }
}
