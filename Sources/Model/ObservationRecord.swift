/// One look at one source: what was run, when, and how it went. A line of the report's coverage.
public struct ObservationRecord: Sendable {
  /// Counted from 1 in the order of the manifest, over all rounds.
  public let id: Int
  /// 1 is the first look.
  public let round: Int
  public let kind: ObservationKind
  /// The node it is about, by its one name; nil for the whole site.
  public let node: String?
  public let command: [String]
  /// When the source made what it said: by the observer's clock, or earlier if the manifest says so (`produced`).
  public let started: Instant
  public let finished: Instant
  /// Nil when it did not end by itself.
  public let exitStatus: Int?
  public var form = ""
  public var coverage: Coverage = .complete
  /// A later or better look at the same source speaks in its place.
  public var isSuperseded = false
  public var remarks: [Problem] = []

  public init(
    id: Int, round: Int, kind: ObservationKind, node: String?, command: [String], started: Instant,
    finished: Instant, exitStatus: Int?
  ) {
    self.id = id
    self.round = round
    self.kind = kind
    self.node = node
    self.command = command
    self.started = started
    self.finished = finished
    self.exitStatus = exitStatus
  }

  /// `xen.list of gsn-wn2`
  public var source: String { node.map { "\(kind.rawValue) of \($0)" } ?? kind.rawValue }
}
