/// Everything that an audit found out: what a report is made of.
public struct AuditResult: Sendable {
  public var site: String
  public var mode: SiteMode
  /// When each look began and ended.
  public var looks: [Look]
  /// What the last look rests on, in the order of the manifest: of a source that it did not read again, the earlier one.
  public var observations: [ObservationRecord]
  /// Sources that should have been looked at and were not.
  public var uncollected: [Uncollected]
  /// The worst first; those that another explains are inside it.
  public var findings: [Finding]
  /// Findings of one cause, the largest first; a finding that fits none stands for itself.
  public var incidents: [Incident]
  /// Each rule in force, and whether it could be judged.
  public var rules: [RuleOutcome]
  /// Divergences of an earlier look that the last did not see.
  public var vanished: Int
  /// Values that could not be understood inside records that could, each with its source: those columns are unknown.
  public var defects: [String]
  public var counts: Counts
  /// What the reader should know and what takes nothing away.
  public var remarks: [String]
  /// What else is known of its findings, those that others explain included.
  public var standings: [Fingerprint: Standing] = [:]
  /// What the last audit of the same history found, and this one could have seen and did not.
  public var cleared: [Cleared] = []

  public struct Look: Hashable, Sendable {
    public let started: Instant
    public let finished: Instant

    public init(started: Instant, finished: Instant) {
      self.started = started
      self.finished = finished
    }
  }

  public struct Uncollected: Hashable, Sendable {
    public let kind: ObservationKind
    public let nodes: [String]

    public init(kind: ObservationKind, nodes: [String]) {
      self.kind = kind
      self.nodes = nodes
    }
  }

  public struct RuleOutcome: Hashable, Sendable {
    public enum Outcome: Hashable, Sendable {
      case judged
      /// Everything was seen, and still it can't be judged on some nodes.
      case judgedExcept(String)
      /// The site has no such thing, or the rule is for other sites: no reason to worry.
      case notApplicable(String)
      /// It should have been judged and was not.
      case notRun(String)
    }

    public let rule: String
    public let outcome: Outcome
    /// Nodes on which it was not judged although it was elsewhere; nil where that may be any.
    public let except: Set<String>?
    /// What was taken as true to judge it without the database; nil where it was judged by what it is about.
    public let standIn: String?

    /// At least on some nodes.
    public var wasJudged: Bool {
      switch outcome {
      case .judged, .judgedExcept: true
      case .notApplicable, .notRun: false
      }
    }

    /// Whether it was judged on a node, or for what is on none. Where its sources were not whole it still saw nothing there.
    public func wasJudged(on node: String?) -> Bool {
      switch outcome {
      case .judged: true
      case .judgedExcept:
        except.map { except in node.map { !except.contains($0) } ?? except.isEmpty } ?? false
      case .notApplicable, .notRun: false
      }
    }

    public init(rule: String, outcome: Outcome, except: Set<String>? = nil, standIn: String? = nil) {
      self.rule = rule
      self.outcome = outcome
      self.except = except
      self.standIn = standIn
    }
  }

  /// How much was looked at.
  public struct Counts: Hashable, Sendable {
    public var nodes = 0
    public var jobs = 0
    public var domains = 0
    public var slots = 0
    public var machines = 0
    public var addresses = 0

    public init() {}
  }

  public init(
    site: String, mode: SiteMode, looks: [Look], observations: [ObservationRecord],
    uncollected: [Uncollected], findings: [Finding], incidents: [Incident] = [], rules: [RuleOutcome],
    vanished: Int, defects: [String] = [], counts: Counts,
    remarks: [String]
  ) {
    self.site = site
    self.mode = mode
    self.looks = looks
    self.observations = observations
    self.uncollected = uncollected
    self.findings = findings
    self.incidents = incidents
    self.rules = rules
    self.vanished = vanished
    self.defects = defects
    self.counts = counts
    self.remarks = remarks
  }

  /// Every finding, those that others explain included.
  public var allFindings: [Finding] { findings.flatMap(\.withExplained) }

  /// The observations that speak for their source and are not whole.
  public var incomplete: [ObservationRecord] {
    observations.filter { !$0.isSuperseded && $0.coverage != .complete }
  }

  /// The observations by their ids.
  public var recordsById: [Int: ObservationRecord] {
    Dictionary(observations.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether something was not looked at or not judged: then what was not found may be there all the same.
  public var hasGaps: Bool {
    !incomplete.isEmpty || !uncollected.isEmpty || rules.contains { $0.outcome.leavesGap }
  }

  /// What the findings and the gaps deserve. A finding that somebody has accepted sets no bit; what can't be judged has been
  /// seen by nobody, and what another explains counts for itself.
  public var exitStatus: ExitStatus {
    var status: ExitStatus = []
    for finding in findings { status.formUnion(exitStatus(of: finding)) }
    if hasGaps { status.insert(.notWhole) }
    return status
  }

  /// What one finding does to it, with all that it explains.
  public func exitStatus(of finding: Finding) -> ExitStatus { finding.exitStatus { isAccepted($0) } }

  /// What else is known of a finding; nothing where no history was asked.
  public func standing(of finding: Finding) -> Standing { standings[finding.fingerprint] ?? Standing() }

  /// Whether somebody has accepted it for now.
  public func isAccepted(_ finding: Finding) -> Bool { standing(of: finding).suppression != nil }

  /// Who has accepted it, or something that it explains and that goes with it; nil where nobody has.
  public func acceptance(of finding: Finding) -> String? {
    finding.withExplained.lazy.compactMap { one -> String? in
      guard let accepted = standing(of: one).suppression else { return nil }
      let what = one.fingerprint == finding.fingerprint ? "" : "\(one.rule), which goes with it, was "
      return "\(what)\(accepted.described); trueup suppress remove \(one.fingerprint.hex)"
    }.first
  }
}

extension Finding {
  /// Itself, and what it explains.
  public var withExplained: [Finding] { [self] + explained.flatMap(\.withExplained) }

  /// What it does to the exit status. What a self-healing finding explains heals with it.
  fileprivate func exitStatus(isAccepted: (Finding) -> Bool) -> ExitStatus {
    if severity == .notice { return [] }
    var status: ExitStatus =
      switch self.status {
      case .confirmed: isAccepted(self) ? [] : .divergencesLeft
      case .seenOnce, .unsettled: isAccepted(self) ? [] : .notWhole
      case .undetermined: .notWhole
      case .selfHealing: []
      }
    if case .selfHealing = self.status { return status }
    for finding in explained { status.formUnion(finding.exitStatus(isAccepted: isAccepted)) }
    return status
  }
}

extension AuditResult.RuleOutcome.Outcome {
  /// `judged`, `judged in part`, `not applicable` or `not run`, and why.
  public var worded: (word: String, reason: String?) {
    switch self {
    case .judged: ("judged", nil)
    case .judgedExcept(let reason): ("judged in part", reason)
    case .notApplicable(let reason): ("not applicable", reason)
    case .notRun(let reason): ("not run", reason)
    }
  }

  /// Something that the rule could have found may be there.
  public var leavesGap: Bool {
    switch self {
    case .judged, .notApplicable: false
    case .judgedExcept, .notRun: true
    }
  }
}
