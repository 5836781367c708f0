public import Model

/// A question to the outside: the command that answers it. A value; asking it is somebody else's work.
public struct Probe: Hashable, Sendable {
  public let kind: ObservationKind
  /// The node it is about; empty for the whole site.
  public let node: String
  /// The argument vector. Never a shell's line, except as the argument of a `sh -c` that is written here.
  public let command: [String]
  /// When it is given up.
  public let deadline: Duration
  /// More output than this is not read.
  public let byteLimit: Int

  public init(
    _ kind: ObservationKind, node: String = "", command: [String], deadline: Duration = .seconds(20),
    byteLimit: Int = 256 << 20
  ) {
    self.kind = kind
    self.node = node
    self.command = command
    self.deadline = deadline
    self.byteLimit = byteLimit
  }
}
