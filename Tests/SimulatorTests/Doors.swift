import Model
import Node
import Persistence
import Torque
import World
import Xen

/// The real doors, as the program gives them to the simulated site.
enum Doors {
  static func read(_ observation: RawObservation, into sink: inout RowList) -> Reading {
    Torque.read(observation, into: &sink) ?? Xen.read(observation, into: &sink)
      ?? Node.read(observation, into: &sink) ?? Persistence.read(observation, into: &sink)
      ?? Reading(form: "unknown", coverage: .failed(Problem("no door reads \(observation.kind.rawValue)")))
  }
}
