public import Model

/// What one command printed, and how it ended: the only thing that a parser may know of the outside.
public struct RawObservation: Sendable {
  public let kind: ObservationKind
  /// The node it is about as the collector called it; empty for the whole site.
  public let node: String
  /// The argument vector that was run.
  public let command: [String]
  /// When it began and ended by the observer's clock.
  public let started: Instant
  public let finished: Instant
  public let ending: Ending
  public let stdout: [UInt8]
  public let stderr: [UInt8]

  public enum Ending: Hashable, Sendable {
    case exit(Int)
    /// It did not end by itself: a time-out, a host that refused. The text says which.
    case failure(String)
  }

  public init(
    kind: ObservationKind, node: String = "", command: [String] = [],
    started: Instant = Instant(milliseconds: 0), finished: Instant = Instant(milliseconds: 0),
    ending: Ending = .exit(0), stdout: [UInt8], stderr: [UInt8] = []
  ) {
    self.kind = kind
    self.node = node
    self.command = command
    self.started = started
    self.finished = finished
    self.ending = ending
    self.stdout = stdout
    self.stderr = stderr
  }
}
