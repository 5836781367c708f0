public import Model
import World

/// A capture written anew, under stand-ins. Its folder is made at once, so that a run that takes minutes knows from its begin
/// that there is a place for what it will have seen.
public struct PseudonymousCopy: Sendable {
  private let writer: CaptureWriter
  private let key: Pseudonyms.Key

  public init(creating path: String, key: Pseudonyms.Key) throws(Complaint) {
    writer = try CaptureWriter(creating: path)
    self.key = key
  }

  /// Writes the copy. Kinds of observations that this version does not know are left out: it can't tell where names stand in
  /// them. It ends early where its task is cancelled.
  ///
  /// - Returns: how many names got a stand-in.
  public func write(_ original: Capture) throws(Complaint) -> Int {
    let site = try original.siteFile()
    let open = OpenCapture(original)
    var pseudonyms = Pseudonyms(key: key)
    if let site { pseudonyms.learn(site: site) }
    for observation in original.observations {
      try goOn()
      pseudonyms.learn(original.rawObservation(observation, from: open))
    }
    var writer = writer
    for round in original.rounds {
      let started = round.started ?? round.observations.map(\.entry.started).min()
      try writer.beginRound(started: started ?? Instant(milliseconds: 0))
      for observation in round.observations {
        try goOn()
        try writer.add(
          pseudonyms.apply(original.rawObservation(observation, from: open)),
          produced: observation.entry.produced, redacted: observation.entry.redacted + ["names"])
      }
    }
    try writer.save(site: site.map { pseudonyms.apply(site: $0) })
    return pseudonyms.nameCount
  }

  private func goOn() throws(Complaint) {
    if Task.isCancelled {
      throw Complaint(file: writer.path, problem: "was called off", remedy: "remove what there is of it")
    }
  }
}
