public import Model

/// A trial that somebody ran: a machine was asked for on a node, and later told to go.
public struct ExpectedTrial: Hashable, Sendable {
  public let number: Int
  public let node: String
  /// When the machine was asked for.
  public let asked: Instant
  /// When it was told to go; nil where that is not on record.
  public let removal: Instant?

  public init(number: Int, node: String, asked: Instant, removal: Instant?) {
    self.number = number
    self.node = node
    self.asked = asked
    self.removal = removal
  }
}

/// What became of a trial, as dom0's memory shows it.
public struct TrialVerdict: Sendable {
  public let trial: ExpectedTrial
  /// Nil where dom0 never lent it anything.
  public internal(set) var lease: NodeWave.Lease?
  /// From asking to the fall.
  public internal(set) var latency: Duration?
  /// From telling it to go to the rise.
  public internal(set) var removalLatency: Duration?
  /// What dom0 lost by it for good; KiB.
  public internal(set) var lostKib = 0.0
  public internal(set) var faults: Set<Fault> = []

  public enum Fault: String, CaseIterable, Sendable {
    /// The lease began later than its window: no low when it was due.
    case late
    /// It never began: the low is missing.
    case lostDeployment = "lost deployment"
    /// Nobody can tell: dom0's memory was not recorded then.
    case notRecorded = "not recorded"
    /// Less than a slot was not given back: the high is lower.
    case drift
    /// A whole slot was not given back: the high is missing.
    case notRestored = "memory not restored"
  }

  /// The machine ran in time, and all of its memory came back.
  public var isSuccess: Bool { faults.isEmpty }
}

extension NodeWave {
  /// How far a node's clock and the log's may be apart.
  private static let slack: Duration = .seconds(2)
  /// A machine that was told to go does not come any more after that.
  private static let afterthought: Duration = .seconds(10)
  /// A pilot that gives its memory back has done so by then.
  private static let restoring: Duration = .seconds(30)

  /// Holds what was expected of this node against what dom0 shows.
  mutating func judge(_ expected: [ExpectedTrial], _ terms: WaveTerms) {
    let expected = expected.sorted { ($0.asked, $0.number) < ($1.asked, $1.number) }
    var free = leases[...]
    for (place, trial) in expected.enumerated() {
      var verdict = TrialVerdict(trial: trial)
      let next = place + 1 < expected.count ? expected[place + 1].asked : nil
      let from = Instant(milliseconds: trial.asked.milliseconds - Self.slack.milliseconds)
      while let lease = free.first, lease.deployed < from { free.removeFirst() }
      if let lease = free.first, Self.isIn(lease.deployed, trial, before: next) {
        free.removeFirst()
        take(lease, into: &verdict, terms)
      } else {
        // Until then it could have come.
        let window = Instant(milliseconds: trial.asked.milliseconds + terms.window.milliseconds)
        let until = trial.removal ?? next ?? window
        verdict.faults.insert(isRecorded(from: trial.asked, until: until) ? .lostDeployment : .notRecorded)
      }
      trials.append(verdict)
    }
  }

  private static func isIn(_ moment: Instant, _ trial: ExpectedTrial, before next: Instant?) -> Bool {
    guard let removal = trial.removal else { return next.map { moment < $0 } ?? true }
    let end = Instant(milliseconds: removal.milliseconds + afterthought.milliseconds)
    // Where trials overlap the next one's asking does not end this one.
    guard let next, next > removal else { return moment < end }
    return moment < min(end, next)
  }

  /// No gap is in that time, and it is in the series' own, but for clocks that differ.
  private func isRecorded(from: Instant, until: Instant) -> Bool {
    guard let start, let end, start.milliseconds <= from.milliseconds + Self.slack.milliseconds,
      end.milliseconds >= until.milliseconds - Self.slack.milliseconds
    else { return false }
    return !gaps.contains { $0.start < until && $0.end > from }
  }

  /// Whether the fall of a lease was seen, and its rise or, where none came, all until it was told to go.
  private func isSeen(_ lease: Lease, _ trial: ExpectedTrial) -> (fall: Bool, rise: Bool) {
    let fall = !gaps.contains { $0.start <= lease.deployed && lease.deployed < $0.end }
    guard let removed = lease.removed else {
      return (fall, trial.removal.map { isRecorded(from: lease.deployed, until: $0) } ?? true)
    }
    // Behind a gap it may be another lease's that rises.
    let right = Instant(milliseconds: removed.milliseconds - Self.slack.milliseconds)
    let before = min(right, trial.removal ?? right)
    return (fall, !gaps.contains { $0.start < removed && before <= $0.end })
  }

  private mutating func take(_ lease: Lease, into verdict: inout TrialVerdict, _ terms: WaveTerms) {
    let trial = verdict.trial
    verdict.lease = lease
    let isSeen = isSeen(lease, trial)
    if !isSeen.fall || !isSeen.rise { verdict.faults.insert(.notRecorded) }
    if isSeen.fall {
      let latency = Duration.milliseconds(max(0, lease.deployed.milliseconds - trial.asked.milliseconds))
      verdict.latency = latency
      if latency > terms.window { verdict.faults.insert(.late) }
    }
    if let removal = trial.removal, let removed = lease.removed, isSeen.rise {
      verdict.removalLatency = .milliseconds(max(0, removed.milliseconds - removal.milliseconds))
    }
    for place in findings.indices where findings[place].lease == lease.number {
      findings[place].trial = trial.number
      switch findings[place].what {
      case .notRestored:
        verdict.faults.insert(.notRestored)
        verdict.lostKib += findings[place].amountKib
        // It was to be given back when the machine was told to go.
        if let removal = trial.removal { findings[place].at = max(removal, lease.deployed) }
      case .drift:
        verdict.faults.insert(.drift)
        verdict.lostKib += findings[place].amountKib
      case .overRestored, .flatLine, .givenBack: break
      }
    }
    // Nothing came after it that would show it: the series ends, and its memory is still gone.
    if lease.removed == nil, !verdict.faults.contains(.notRestored), let removal = trial.removal, let end,
      end.milliseconds - removal.milliseconds >= Self.restoring.milliseconds
    {
      let amount = Double(terms.quantumKib)
      verdict.faults.insert(.notRestored)
      verdict.lostKib += amount
      lastBaselineKib -= amount
      leases[lease.number - 1].isLost = true
      findings.append(
        Finding(
          what: .notRestored, at: max(removal, lease.deployed), lease: lease.number, trial: trial.number,
          amountKib: amount))
    }
  }
}
