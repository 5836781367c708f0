import Model
import Node
import OpenPBS
import Persistence
import Torque
import World
import Xen

/// Which package reads which source. The switch has no default: a new kind must find its reader here.
enum Doors {
  static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading {
    let reading =
      switch observation.kind {
      case .torqueJobs, .torqueNodes, .torqueServer, .torqueSettings, .torqueAccounting, .torqueMom:
        OpenPBS.read(observation, into: &sink) ?? Torque.read(observation, into: &sink)
      case .xenList, .xenLong, .xenInfo, .xenStore, .xenBalloon, .nodeMemory:
        Xen.read(observation, into: &sink)
      case .nodeClock, .nodePilots, .nodeResidue, .pilotSettings:
        Node.read(observation, into: &sink)
      case .dbMain, .dbAccounting, .dbReservations, .dbEvents, .dbNotifications, .serviceSettings:
        Persistence.read(observation, into: &sink)
      }
    return reading
      ?? Reading(
        form: "unknown", coverage: .failed(Problem("this version cannot read \(observation.kind.rawValue)")))
  }
}
