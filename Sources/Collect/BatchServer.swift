public import Model
import OpenPBS
import Torque
public import World

/// The batch server, whichever it is.
public enum BatchServer {
  /// What is asked of it.
  static func probes(_ reach: Reach.Torque) -> [Probe] {
    let asked =
      switch reach.kind {
      case .torque: Torque.probes(reach)
      case .openpbs: OpenPBS.probes(reach)
      }
    return asked + [Torque.accountingProbe(reach)].compactMap(\.self)
  }

  /// The nodes that `pbsnodes` names, in its order, and how whole its answer was.
  public static func nodeNames(in observation: RawObservation) -> (names: [String], coverage: Coverage?) {
    var names = NodeNameList()
    let reading = OpenPBS.read(observation, into: &names) ?? Torque.read(observation, into: &names)
    return (names.found, reading?.coverage)
  }
}

private struct NodeNameList: RowSink {
  var found: [String] = []

  mutating func insert(_ row: Row) {
    if row.table.description == "lrms_node", case .text(let name)? = row["name"] { found.append(name) }
  }
}
