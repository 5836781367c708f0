public import Model
public import World

extension OpenPBS {
  /// What is asked of the batch server, in this order: the server counts its jobs before and after they are listed, so that
  /// a list of only the asker's own shows.
  ///
  /// `qstat` writes moments in the zone of whoever asks, so it is asked in UTC. Jobs that have ended are asked for where the
  /// site says that the server keeps them: it refuses otherwise.
  public static func probes(_ reach: Reach.Torque) -> [Probe] {
    func probe(_ kind: ObservationKind, _ command: String...) -> Probe {
      Probe(kind, command: command, deadline: reach.deadline)
    }
    let qstat = reach.path(of: "qstat")
    let history = reach.history ? ["-x"] : []
    let count = probe(.torqueServer, qstat, "-B", "-f", "-F", "json")
    let jobs = Probe(
      .torqueJobs, command: ["env", "TZ=UTC0", qstat, "-f"] + history + ["-F", "json"],
      deadline: reach.deadline)
    return [
      count, jobs, count, probe(.torqueNodes, reach.path(of: "pbsnodes"), "-av", "-F", "json"),
      probe(.torqueSettings, qstat, "-Q", "-f", "-F", "json"),
    ]
  }
}
