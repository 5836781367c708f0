import ArgumentParser
import Configuration
import History
import Model

/// Which history: shared by the commands that write one.
struct HistoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The history that audits write: a file, or PostgreSQL as postgresql://user@host/name; by default history.database.",
      valueName: "file"), completion: .file())
  var history: String?

  /// The history, and what to call it; nil where none is named. `configuration` is nil where its word does not count.
  func place(_ configuration: Configuration?) -> String? {
    history ?? configuration.flatMap { $0.reach.history.database.isEmpty ? nil : $0.reach.history.database }
  }
}

extension History {
  /// The one that is called so.
  init(_ place: String, _ configuration: Configuration?) throws(Complaint) {
    let reach = configuration?.reach.history ?? Reach.History()
    try self.init(Place(place), connectTimeout: reach.connectTimeout, deadline: reach.deadline)
  }

  /// The one that is called so, to be read: it is not begun.
  init(existing place: String, _ configuration: Configuration?) throws {
    guard Self.isThere(place) else {
      throw Refusal("\(place): there is no history; trueup audit --history \(place) begins one")
    }
    try self.init(place, configuration)
  }

  /// Whether there is such a file; of a server only a look can tell.
  static func isThere(_ place: String) -> Bool {
    if case .file(let path) = Place(place) { Disk.facts(path) != nil } else { true }
  }
}
