public import Model

/// What is expected of a series.
public struct WaveTerms: Sendable {
  /// The memory of one slot; KiB.
  public var quantumKib: Int64 = 64 * 1024
  /// What dom0 has with no lease; nil: the highest level until the first whole lease was over. KiB.
  public var baselineKib: Int64?
  /// Leases that a node has at the same time.
  public var slots = 1
  /// From asking for a machine to its lease; later is late.
  public var window: Duration = .seconds(30)

  public init() {}
}

/// What a series of one node tells.
public struct NodeWave: Sendable {
  public let node: String
  public internal(set) var samples = 0
  public internal(set) var start: Instant?
  public internal(set) var end: Instant?
  /// The standard deviation of the noise; KiB.
  public internal(set) var noiseKib = 0.0
  public internal(set) var levels: [Level] = []
  public internal(set) var gaps: [(start: Instant, end: Instant)] = []
  /// What dom0 had with no lease at first; KiB.
  public internal(set) var baselineKib = 0.0
  /// What it would have with no lease at the end; KiB.
  public internal(set) var lastBaselineKib = 0.0
  public internal(set) var leases: [Lease] = []
  public internal(set) var findings: [Finding] = []
  /// What became of each trial that was expected, in their order.
  public internal(set) var trials: [TrialVerdict] = []

  /// A fall by a slot, and the rise that gives it back.
  public struct Lease: Sendable {
    /// Counted from 1 on its node.
    public let number: Int
    /// When the fall began.
    public let deployed: Instant
    /// When the memory was there again; nil where it never was.
    public internal(set) var removed: Instant?
    /// What dom0 had with no lease once this one was over; KiB.
    public internal(set) var baselineAfterKib: Double?
    /// It ended, and its memory did not come back.
    public internal(set) var isLost = false

    /// It was under way when the series ended, as far as that tells.
    public var isOpen: Bool { removed == nil && !isLost }

    public var duration: Duration? {
      removed.map { .milliseconds($0.milliseconds - deployed.milliseconds) }
    }
  }

  /// Something that is not as it should be, named as the audit's rules name it where they see the same.
  public struct Finding: Sendable {
    public enum What: String, Sendable {
      /// A whole slot was not given back.
      case notRestored = "balloon-not-restored"
      /// Less than a slot is gone.
      case drift = "balloon-drift"
      /// dom0 has more than with no lease.
      case overRestored = "balloon-over-restored"
      /// From some time on nothing changes any more, though it did in turn before.
      case flatLine = "flat-line"
      /// Memory that was missing is there again, and no lease gave it back: no fault.
      case givenBack = "given-back"
    }

    public let what: What
    /// When it showed first.
    public internal(set) var at: Instant
    /// The lease that it happened in; nil before the first one.
    public let lease: Int?
    /// The number of that lease's trial, where trials were expected.
    public internal(set) var trial: Int?
    /// What is missing, or too much; KiB. 0 for a flat line.
    public internal(set) var amountKib: Double
    /// What else happened then.
    public internal(set) var cause: Cause?

    public var isFault: Bool { what != .givenBack }
  }

  /// What another record says of about the same time.
  public struct Cause: Sendable {
    public let text: String
    /// From it to what it is the cause of.
    public let before: Duration
  }
}

/// Something that a log tells: a deletion, a request, a repair.
public struct Happening: Sendable {
  public let at: Instant
  /// Nil where it concerns no node, or it is not told which.
  public let node: String?
  public let text: String
  /// Somebody did it; it did not come by itself.
  public let isDeed: Bool

  public init(at: Instant, node: String?, text: String, isDeed: Bool = true) {
    self.at = at
    self.node = node
    self.text = text
    self.isDeed = isDeed
  }
}
