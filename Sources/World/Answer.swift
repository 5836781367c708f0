public import Model

/// What came of one probe.
public struct Answer: Sendable {
  public let observation: RawObservation
  /// When the source made it, where that is earlier than it was read: a snapshot of the file system, a saved file.
  public let produced: Instant?

  public init(_ observation: RawObservation, produced: Instant? = nil) {
    self.observation = observation
    self.produced = produced
  }
}
