/// One divergence: a row of a rule's query, with what it rests on.
public struct Finding: Sendable {
  public let rule: String
  public let severity: Severity
  /// The node it is about; nil for the site.
  public let node: String?
  /// One plain sentence.
  public let message: String
  /// The query's columns, in its order.
  public let columns: [Column]
  /// The same for the same divergence in every audit: of the rule and its identity, without amounts or times.
  public let fingerprint: Fingerprint
  public var status: Status
  public let evidence: [Evidence]
  public let absences: [Absence]
  /// Taken as true and not proven: a cached view, an absence, a source that the site does not have.
  public var assumptions: [String]
  /// What repair would do, in order. Empty where nothing is planned; `withheld` says why.
  public var steps: [Act]
  public var withheld: [String]
  /// Other findings of the same cause.
  public var explained: [Finding] = []

  public struct Column: Hashable, Sendable {
    public let name: String
    public let value: Value

    public init(name: String, value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// How far it can be believed.
  public enum Status: Hashable, Sendable {
    /// Both looks saw it, unchanged, and at least the settle time apart.
    case confirmed(since: Instant)
    /// Another look is needed.
    case seenOnce
    /// Both looks saw it, and what it rests on moved between them.
    case unsettled(since: Instant)
    /// Somebody else mends it, if all goes well, by then.
    case selfHealing(until: Instant, healer: String)
    /// It rests on what was not wholly seen; the reasons.
    case undetermined([String])

    /// Every word for one, the surest first.
    public static let words = ["confirmed", "seen once", "unsettled", "undetermined", "self-healing"]

    public var word: String {
      switch self {
      case .confirmed: "confirmed"
      case .seenOnce: "seen once"
      case .unsettled: "unsettled"
      case .selfHealing: "self-healing"
      case .undetermined: "undetermined"
      }
    }
  }

  /// A row of the snapshot that the finding rests on.
  public struct Evidence: Hashable, Sendable {
    public let table: String
    public let node: String?
    public let columns: [Column]
    /// `observation.id`; nil for what the configuration says.
    public let observation: Int?
    /// Where the record stands in that observation's standard output.
    public let bytes: Range<Int>?
    /// Of the columns that do not change by themselves: equal in both looks, or the finding is unsettled.
    public let witness: Fingerprint

    public init(
      table: String, node: String?, columns: [Column], observation: Int?, bytes: Range<Int>?,
      witness: Fingerprint
    ) {
      self.table = table
      self.node = node
      self.columns = columns
      self.observation = observation
      self.bytes = bytes
      self.witness = witness
    }
  }

  /// A row that is not there.
  public struct Absence: Hashable, Sendable {
    public let table: String
    /// In words: `no job 812 of gridsn`.
    public let condition: String
    /// Where it was looked for; nil for everywhere.
    public let node: String?
    /// The observations that were looked through, by their ids.
    public let observations: [Int]

    public init(table: String, condition: String, node: String?, observations: [Int]) {
      self.table = table
      self.condition = condition
      self.node = node
      self.observations = observations
    }
  }

  public init(
    rule: String, severity: Severity, node: String?, message: String, columns: [Column],
    fingerprint: Fingerprint, status: Status, evidence: [Evidence], absences: [Absence],
    assumptions: [String], steps: [Act], withheld: [String]
  ) {
    self.rule = rule
    self.severity = severity
    self.node = node
    self.message = message
    self.columns = columns
    self.fingerprint = fingerprint
    self.status = status
    self.evidence = evidence
    self.absences = absences
    self.assumptions = assumptions
    self.steps = steps
    self.withheld = withheld
  }

  /// Whether all that it rests on was seen.
  public var isDetermined: Bool {
    if case .undetermined = status { false } else { true }
  }

  public subscript(column: String) -> Value? { columns.first { $0.name == column }?.value }
}
