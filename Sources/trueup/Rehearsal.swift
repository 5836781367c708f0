import Capture
import Configuration
import Model
import Simulator
import World

extension Recording {
  /// dom0's memory as it was followed.
  var samples: [Answer] {
    capture.observations.filter { $0.kind == .xenBalloon }.map {
      Answer(capture.rawObservation($0), produced: $0.entry.produced)
    }
  }

  /// A simulated site made of this capture.
  func simulated(_ configuration: Configuration) -> SimulatedSite {
    let captured = capture.observations.map {
      Answer(capture.rawObservation($0), produced: $0.entry.produced)
    }
    return SimulatedSite(
      captured, nodes: configuration.site.nodes, absent: configuration.site.absentSources,
      destroy: configuration.reach.service.destroy
    ) { Doors.read($0, into: &$1) }
  }
}
