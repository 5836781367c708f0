public import Model
public import World

extension Torque {
  /// What is asked of the batch server, in this order: the server counts its jobs before and after they are listed, so that
  /// a list of only the asker's own shows.
  ///
  /// The accounting log's files are named by day, in the server's own time: the last ones of the folder are read.
  public static func probes(_ reach: Reach.Torque) -> [Probe] {
    func probe(_ kind: ObservationKind, _ command: String...) -> Probe {
      let path = reach.bin.isEmpty ? command[0] : "\(reach.bin)/\(command[0])"
      return Probe(kind, command: [path] + command.dropFirst(), deadline: reach.deadline)
    }
    let count = probe(.torqueServer, "qstat", "-B", "-f")
    var probes = [
      count, probe(.torqueJobs, "qstat", "-f", "-x"), count, probe(.torqueNodes, "pbsnodes", "-x"),
      probe(.torqueSettings, "qmgr", "-c", "print server"),
    ]
    if !reach.accounting.isEmpty {
      // The folder is an argument, so nothing in its name is a command.
      let newest =
        "cd -- \"$1\" && set -- $(ls | grep '^[0-9]\\{8\\}$' | tail -n \"$2\") && cat -- \"$@\" /dev/null"
      probes.append(
        Probe(
          .torqueAccounting,
          command: ["sh", "-c", newest, "sh", reach.accounting, String(reach.accountingDays)],
          deadline: reach.deadline))
    }
    return probes
  }

  /// The nodes that `pbsnodes` names, in its order, and how whole its answer was; nil where it is no node list.
  public static func nodeNames(in observation: RawObservation) -> (names: [String], coverage: Coverage?) {
    var names = NodeNameList()
    let reading = read(observation, into: &names)
    return (names.found, reading?.coverage)
  }

  /// What is asked of a node's MOM, from where the server's commands are: only root may.
  public static func momProbe(of node: String, _ reach: Reach.Torque) -> Probe {
    let path = reach.bin.isEmpty ? "momctl" : "\(reach.bin)/momctl"
    return Probe(.torqueMom, node: node, command: [path, "-d", "3", "-h", node], deadline: reach.deadline)
  }
}

private struct NodeNameList: RowSink {
  var found: [String] = []

  mutating func insert(_ row: Row) {
    if row.table.description == "lrms_node", case .text(let name)? = row["name"] { found.append(name) }
  }
}
