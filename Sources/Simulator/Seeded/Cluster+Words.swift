import Model

/// What can happen in a small world, told by a letter each; what they do to is the first that it can be done to, so worlds
/// that differ by the names of their nodes alone are not told apart.
public enum Letter: Character, CaseIterable, Sendable {
  case request = "m"
  case deletion = "d"
  case deletionAtOnce = "k"
  case purge = "p"
  case killedPilot = "9"
  case crashedNode = "n"
  case crashedService = "s"
  case lostMessage = "l"
  case swallowedMessage = "w"
  case doubledMessage = "2"
  case destroyedGuest = "x"
  case minute = "t"
}

extension Cluster {
  /// A world in which nothing happens but by letters.
  public static func small() -> Cluster {
    var terms = Terms()
    terms.nodes = 2
    terms.pace = .seconds(1_000_000_000)
    var cluster = Cluster(seed: 1, terms: terms)
    cluster.agenda = Agenda()
    return cluster
  }

  /// One thing, and 7 s; or a minute in which nothing else is done.
  public mutating func spell(_ letter: Letter) {
    let running = jobs(in: ["R"]).first
    let present = jobs(in: ["R", "Q"]).first
    switch letter {
    case .request: ask()
    case .deletion: if let present { delete(present, window: terms.window) }
    case .deletionAtOnce: if let present { delete(present, window: .zero) }
    case .purge: if let present { purge(present) }
    case .killedPilot:
      if let running, let host = jobs[running]?.host,
        let run = hosts[host].runs.first(where: { $0.job == running })
      {
        end(PilotName(host: host, pid: run.pid, boot: hosts[host].boot))
        plan(.buries(job: running), in: .milliseconds(500))
      }
    case .crashedNode:
      let host = running.flatMap { jobs[$0]?.host } ?? hosts.indices.first { hosts[$0].isUp }
      if let host { crash(host) }
    case .crashedService: crashService()
    case .lostMessage: ailments = [.refused]
    case .swallowedMessage: ailments = [.swallowed]
    case .doubledMessage: ailments = [.doubled]
    case .destroyedGuest:
      if let host = hosts.indices.first(where: { !hosts[$0].guests.isEmpty }),
        let guest = hosts[host].guests.first
      {
        remove(guest, of: host)
      }
    case .minute: advance(by: .seconds(53))
    }
    advance(by: .seconds(7))
  }

  /// Two worlds with the same key go on in the same way, but for what the dice say.
  public struct Key: Hashable, Sendable {
    let clock: Instant
    let hosts: [Host]
    let jobs: [Int: Job]
    let service: Service
    let ailments: [Ailment]
    let agenda: [Agenda<Happening>.Entry]
  }

  public var key: Key {
    Key(clock: clock, hosts: hosts, jobs: jobs, service: service, ailments: ailments, agenda: agenda.inOrder)
  }
}
