public import Model
public import World

extension Torque {
  /// What is asked of the batch server, in this order: the server counts its jobs before and after they are listed, so that
  /// a list of only the asker's own shows.
  public static func probes(_ reach: Reach.Torque) -> [Probe] {
    func probe(_ kind: ObservationKind, _ command: String...) -> Probe {
      Probe(kind, command: [reach.path(of: command[0])] + command.dropFirst(), deadline: reach.deadline)
    }
    let count = probe(.torqueServer, "qstat", "-B", "-f")
    return [
      count, probe(.torqueJobs, "qstat", "-f", "-x"), count, probe(.torqueNodes, "pbsnodes", "-x"),
      probe(.torqueSettings, "qmgr", "-c", "print server"),
    ]
  }

  /// The accounting log's files are named by day, in the server's own time: the last ones of the folder are read. OpenPBS
  /// keeps the same ones. Nil where the site keeps none.
  public static func accountingProbe(_ reach: Reach.Torque) -> Probe? {
    if reach.accountingFolder.isEmpty { return nil }
    // The folder is an argument, so nothing in its name is a command.
    let newest =
      "cd -- \"$1\" && set -- $(ls | grep '^[0-9]\\{8\\}$' | tail -n \"$2\") && cat -- \"$@\" /dev/null"
    return Probe(
      .torqueAccounting,
      command: ["sh", "-c", newest, "sh", reach.accountingFolder, String(reach.accountingDays)],
      deadline: reach.deadline)
  }

  /// What is asked of a node's MOM, from where the server's commands are: only root may.
  public static func momProbe(of node: String, _ reach: Reach.Torque) -> Probe {
    Probe(
      .torqueMom, node: node, command: [reach.path(of: "momctl"), "-d", "3", "-h", node],
      deadline: reach.deadline)
  }
}
