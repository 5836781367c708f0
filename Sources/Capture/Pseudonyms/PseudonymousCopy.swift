public import Model
import World

extension Capture {
  /// Writes this capture anew, under stand-ins. Kinds of observations that this version does not know are left out: it can't
  /// tell where names stand in them.
  ///
  /// - Returns: how many names got one.
  public func writePseudonymous(to path: String, key: Pseudonyms.Key) throws(Complaint) -> Int {
    let site = try siteFile()
    var pseudonyms = Pseudonyms(key: key)
    let open = OpenCapture(self)
    if let site { pseudonyms.learn(site: site) }
    for observation in observations { pseudonyms.learn(rawObservation(observation, from: open)) }
    var writer = try CaptureWriter(creating: path)
    for round in rounds {
      let started = round.started ?? round.observations.map(\.entry.started).min()
      try writer.beginRound(started: started ?? Instant(milliseconds: 0))
      for observation in round.observations {
        try writer.add(
          pseudonyms.apply(rawObservation(observation, from: open)), produced: observation.entry.produced,
          redacted: observation.entry.redacted + ["names"])
      }
    }
    try writer.save(site: site.map { pseudonyms.apply(site: $0) })
    return pseudonyms.nameCount
  }
}
