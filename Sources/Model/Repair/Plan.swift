/// What is to be done, in order: a value. A dry run prints it, an apply carries it out unchanged.
public struct Plan: Hashable, Sendable {
  /// What the site calls itself; a plan is for no other.
  public var site: String
  /// When the look that it rests on ended.
  public var made: Instant
  /// What it is to mend.
  public var findings: [Target]
  /// In an order in which they can be done one after the other. Numbered from 1.
  public var steps: [Step]
  /// What it leaves alone, and why.
  public var withheld: [Withheld]

  public init(
    site: String, made: Instant, findings: [Target] = [], steps: [Step] = [], withheld: [Withheld] = []
  ) {
    self.site = site
    self.made = made
    self.findings = findings
    self.steps = steps
    self.withheld = withheld
  }

  /// A finding that the plan mends, and what must not have moved since.
  public struct Target: Hashable, Sendable {
    public let fingerprint: Fingerprint
    public let rule: String
    public let node: String?
    public let message: String
    /// The title of the incident that it belongs to.
    public let incident: String?
    /// Of the rows that it rests on, in order.
    public let witnesses: [Fingerprint]

    public init(_ finding: Finding, incident: String?) {
      self.init(
        fingerprint: finding.fingerprint, rule: finding.rule, node: finding.node, message: finding.message,
        incident: incident, witnesses: finding.witnesses)
    }

    public init(
      fingerprint: Fingerprint, rule: String, node: String?, message: String, incident: String?,
      witnesses: [Fingerprint]
    ) {
      self.fingerprint = fingerprint
      self.rule = rule
      self.node = node
      self.message = message
      self.incident = incident
      self.witnesses = witnesses
    }
  }

  public struct Step: Hashable, Sendable {
    public let number: Int
    public let act: Act
    /// The node that it is about, where there is one.
    public let node: String?
    /// The findings that it helps to mend.
    public var reasons: [Fingerprint]
    /// Steps without which it is not done.
    public var after: [Int]
    /// The very command or SQL, for a person to read; it is made again from the act when the step is done.
    public var command: String

    public init(
      number: Int, act: Act, node: String?, reasons: [Fingerprint], after: [Int], command: String = ""
    ) {
      self.number = number
      self.act = act
      self.node = node
      self.reasons = reasons
      self.after = after
      self.command = command
    }
  }

  /// A finding that is not mended.
  public struct Withheld: Hashable, Sendable {
    public let fingerprint: Fingerprint
    public let rule: String
    public let node: String?
    public let message: String
    public let reasons: [String]
    /// What it does to the exit status of whoever leaves it: what it did to that of the audit. One that was accepted does nothing.
    public let deserves: ExitStatus

    public init(_ finding: Finding, because reasons: [String], deserves: ExitStatus) {
      self.init(
        fingerprint: finding.fingerprint, rule: finding.rule, node: finding.node, message: finding.message,
        reasons: reasons, deserves: deserves)
    }

    public init(
      fingerprint: Fingerprint, rule: String, node: String?, message: String, reasons: [String],
      deserves: ExitStatus = .divergencesLeft
    ) {
      self.fingerprint = fingerprint
      self.rule = rule
      self.node = node
      self.message = message
      self.reasons = reasons
      self.deserves = deserves
    }
  }

  /// Steps that must not be done at the same time, each list in order: those on one node, or that need each other.
  public var lanes: [[Step]] {
    var lane = Dictionary(uniqueKeysWithValues: steps.map { ($0.number, $0.number) })
    func root(_ number: Int) -> Int {
      var number = number
      while let up = lane[number], up != number { number = up }
      return number
    }
    func join(_ left: Int, _ right: Int) { lane[max(root(left), root(right))] = min(root(left), root(right)) }
    var firstOfNode: [String: Int] = [:]
    for step in steps {
      for other in step.after where lane[other] != nil { join(step.number, other) }
      if let node = step.node {
        if let first = firstOfNode[node] { join(step.number, first) } else { firstOfNode[node] = step.number }
      }
    }
    let grouped = Dictionary(grouping: steps) { root($0.number) }
    return grouped.sorted { $0.key < $1.key }.map { $0.value.sorted { $0.number < $1.number } }
  }
}

extension Finding {
  /// Of what it rests on: the same in another look, or it has moved.
  public var witnesses: [Fingerprint] { evidence.map(\.witness).sorted() }
}
