/// What one file of `Rules/` says: a divergence, how it is found, what it rests on and what mends it.
public struct Rule: Sendable {
  /// The name of its file, stable for ever.
  public let id: String
  public let title: String
  public let severity: Severity
  /// The sites in which it holds.
  public let modes: Set<SiteMode>
  /// The failure modes behind it, F01 to F33 of the failure catalogue.
  public let failureModes: [String]
  /// How long its rows must stand still before it is believed.
  public var settle: Duration
  public let message: MessageTemplate
  public let why: String
  /// What may have happened, most likely first.
  public let causes: [String]
  /// What keeps it from being repaired by trueup, where nothing is planned.
  public let noRepair: String?
  /// One row a divergence. A column `severity` speaks instead of the rule's; a column `doubt` tells why it can't be judged.
  public private(set) var query: String
  /// The columns of the query that tell one divergence from another, in this and in later audits.
  public let identity: [String]
  /// The column that tells how much of it there is: the larger, the worse. Nil where that is not a matter of more or less.
  public let amount: String?
  /// What a row of the query rests on: `source`, `row`, `absent`, `node`, for the columns of that row as parameters.
  public private(set) var restsOn: String
  /// Nodes on which the rule can't be judged although all was seen, and why: `node`, `reason`.
  public let unjudged: String?
  /// Tables that sharpen the rule where the site has them, and that it can do without.
  public private(set) var optional: Set<String>
  /// How it is judged where the database can't be read; nil where that would be a guess.
  public private(set) var standIn: StandIn?
  public let explains: [Explanation]
  public private(set) var repairs: [RepairStep]
  public let examples: [Example]
  /// The column of the preflight's table that it fills; nil for a rule that a preflight does not ask.
  public let check: String?
  /// Whether `repair --preen` may mend what it finds.
  public let isSafe: Bool

  /// Another rule's finding that this one's explains: it is listed under it, not beside it.
  public struct Explanation: Hashable, Sendable {
    public let rule: String
    /// Columns that have the same value in both findings.
    public let on: [String]

    public init(rule: String, on: [String]) {
      self.rule = rule
      self.on = on
    }
  }

  /// A step that mends the divergence.
  public struct RepairStep: Hashable, Sendable {
    public let verb: Verb
    /// The verb's parameters; a text may name columns of the finding in braces.
    public let arguments: [String: MessageTemplate]
    /// A query over the finding's columns; the step is planned only if it returns a row.
    public fileprivate(set) var onlyIf: String?
    /// One sentence, shown where the guard keeps the step away.
    public let otherwise: String?

    public init(
      verb: Verb, arguments: [String: MessageTemplate], onlyIf: String?, otherwise: String?
    ) {
      self.verb = verb
      self.arguments = arguments
      self.onlyIf = onlyIf
      self.otherwise = otherwise
    }
  }

  /// A small world and what the rule finds in it: test and documentation.
  public struct Example: Sendable {
    public let name: String
    /// The snapshot's time.
    public let now: Instant
    /// Rows by table, in the order of the file.
    public let given: [(table: String, rows: [[String: Value]])]
    /// Tables not seen: `vmm_domain`, or on one node `vmm_domain@gsn-wn2`.
    public let unseen: [String]
    public let expectation: Expectation
    /// The steps planned, each as `Act.line`; nil where the example does not say.
    public let plans: [String]?

    public enum Expectation: Sendable {
      /// These rows, each by some of its columns.
      case finds([[String: Value]])
      /// A candidate that cannot be judged.
      case undetermined
    }

    public init(
      name: String, now: Instant, given: [(table: String, rows: [[String: Value]])],
      unseen: [String], expectation: Expectation, plans: [String]?
    ) {
      self.name = name
      self.now = now
      self.given = given
      self.unseen = unseen
      self.expectation = expectation
      self.plans = plans
    }

    public var isPositive: Bool {
      if case .finds(let rows) = expectation { !rows.isEmpty } else { false }
    }
  }

  public init(
    id: String, title: String, severity: Severity, modes: Set<SiteMode>, failureModes: [String],
    settle: Duration, message: MessageTemplate, why: String, causes: [String], noRepair: String?,
    query: String, identity: [String], amount: String? = nil, restsOn: String, unjudged: String? = nil,
    optional: Set<String>,
    standIn: StandIn? = nil, explains: [Explanation], repairs: [RepairStep], examples: [Example],
    check: String? = nil, isSafe: Bool = false
  ) {
    self.isSafe = isSafe
    self.id = id
    self.title = title
    self.severity = severity
    self.modes = modes
    self.failureModes = failureModes
    self.settle = settle
    self.message = message
    self.why = why
    self.causes = causes
    self.noRepair = noRepair
    self.query = query
    self.identity = identity
    self.amount = amount
    self.restsOn = restsOn
    self.unjudged = unjudged
    self.optional = optional
    self.standIn = standIn
    self.explains = explains
    self.repairs = repairs
    self.examples = examples
    self.check = check
  }
}

extension Rule {
  /// The same rule with another query: what a mutant of it is.
  public func with(query: String) -> Rule {
    var rule = self
    rule.query = query
    return rule
  }

  /// The same rule with another query in its stand-in.
  public func with(standInQuery query: String) -> Rule {
    var rule = self
    rule.standIn?.query = query
    return rule
  }

  /// The same rule with another condition of one of its steps.
  public func with(onlyIf condition: String, at place: Int) -> Rule {
    var rule = self
    if repairs.indices.contains(place) { rule.repairs[place].onlyIf = condition }
    return rule
  }

  /// The rule as its stand-in judges it. It plans nothing: what stands in for a source is not proof enough to act on.
  public func judged(through standIn: StandIn) -> Rule {
    var rule = self
    rule.query = standIn.query ?? query
    rule.restsOn = standIn.restsOn
    rule.optional.formUnion(standIn.optional)
    rule.repairs = []
    return rule
  }
}

/// How the service gets its nodes.
public enum SiteMode: String, CaseIterable, Sendable {
  /// Slots are leased by pilot jobs of the batch system.
  case pilot
  /// The service owns its nodes and counts their memory itself.
  case pool
}
