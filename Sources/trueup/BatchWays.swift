import Model
import OpenPBS
import Torque
import World

/// How the site's batch system, whichever it is, is changed.
enum BatchWays {
  static func deeds(
    for act: Act, note: String, former: String, grace: Duration, _ reach: Reach.Torque
  ) throws(DeedRefusal) -> [Deed] {
    switch reach.kind {
    case .torque: Torque.deeds(for: act, note: note, former: former, grace: grace, reach)
    case .openpbs: try OpenPBS.deeds(for: act, note: note, former: former, reach)
    }
  }

  /// What it has no safe way for, and why.
  static func refused(_ reach: Reach.Torque) -> [Verb: String] {
    switch reach.kind {
    case .torque: [:]
    case .openpbs:
      Verb.allCases.reduce(into: [:]) { refused, verb in refused[verb] = OpenPBS.refusal(of: verb) }
    }
  }

  /// The command that gives a drained node back, for a person.
  static func givingBack(_ node: String, _ reach: Reach.Torque) -> String {
    switch reach.kind {
    case .torque: "pbsnodes -c -N '' \(node)"
    case .openpbs: "pbsnodes -r -C '' \(node)"
    }
  }
}
