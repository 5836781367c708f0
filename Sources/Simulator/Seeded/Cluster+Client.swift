import Model

/// The site as a client of the service sees it, and whoever resets its database: what a trial does to it.
extension Cluster {
  /// `workspace --deploy NODE MINUTES`, `--query ID` (0 once it runs), `--job ID`, `--destroy ID`, `--reset`.
  mutating func workspace(_ arguments: [String]) -> Answered {
    let subject = arguments.dropFirst().first ?? ""
    let id = Int(subject)
    switch arguments.first {
    case "--deploy":
      guard let host = hosts.firstIndex(where: { $0.name == subject }) else {
        return Answered(complaint: "workspace: no node \(subject)\n", status: 1)
      }
      let minutes = arguments.last.flatMap { Int64($0) } ?? 10
      guard let machine = request(on: host, for: { _ in .seconds(60 * minutes) }) else {
        let reason = service.isRunning ? "network 'public' is not currently available" : "connection refused"
        return Answered(complaint: "workspace: \(reason)\n", status: 1)
      }
      return Answered(output: "\(machine)\n")
    case "--query":
      return Answered(status: id.flatMap { service.machines[$0] }?.state == 8 ? 0 : 1)
    case "--job":
      guard let slot = service.slots.first(where: { $0.machine == id }), let job = jobs[slot.job] else {
        return Answered(complaint: "workspace: no job of \(subject)\n", status: 1)
      }
      return Answered(output: job.id + "\n")
    case "--destroy":
      guard service.isRunning, let id, service.machines[id] != nil else {
        return Answered(complaint: "workspace: no machine \(subject)\n", status: 1)
      }
      destroy(id, 0)
      return Answered()
    case "--reset":
      resetDatabase()
      return Answered()
    default: return Answered(complaint: "workspace: not simulated\n", status: 2)
    }
  }
}
