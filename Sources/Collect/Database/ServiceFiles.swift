internal import Commands
import Glibc
internal import Model
internal import Persistence
internal import World

/// The workspace service's text files on this machine.
struct ServiceFiles: Sendable {
  let service: Reach.Service
  let clock: ObserverClock

  /// What of a kind is configured, each read by a command of its own.
  func answers(_ kind: ObservationKind) async -> [Answer] {
    var answers: [Answer] = []
    for probe in probes where probe.kind == kind {
      let command = Command(probe.command, deadline: probe.deadline, byteLimit: probe.byteLimit)
      answers.append(Answer(await command.run(clock: clock), kind, probe.command))
    }
    return answers
  }

  private var probes: [Probe] {
    var probes = Persistence.probes(of: service)
    let notifications = service.notifications.flatMap(Self.files(fitting:))
    if !notifications.isEmpty { probes.append(Persistence.notifications(notifications)) }
    let settings = service.configuration.flatMap(Self.files(fitting:))
    if !settings.isEmpty { probes.append(Persistence.settings(settings)) }
    return probes
  }

  /// The files that a shell's pattern fits; the pattern itself when there are none, so that its absence is told.
  private static func files(fitting pattern: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob(pattern, GLOB_NOCHECK, nil, &found) == 0 else { return [pattern] }
    return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
  }
}
