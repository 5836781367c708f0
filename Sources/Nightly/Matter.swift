// What the nightly run says, and when it is silent: what is so now is held against what its reader was told. Pure: the memory
// between two runs is a value, and so is the time.

public import Model

/// Something that the reader of the nightly mails is to know of for as long as it is so.
public struct Matter: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    case finding
    /// What could not be wholly seen: of a node, or of the site.
    case source
    /// A rule that was not judged though its sources were seen.
    case rule
    /// The report that the run was to write could not be written.
    case report
    /// The run itself came to nothing.
    case run
  }

  /// Of a finding its fingerprint.
  public let key: Fingerprint
  public let kind: Kind
  public let severity: Severity
  /// How much of it there is; nil where that is not a matter of more or less.
  public let amount: Int64?
  /// The rule of a finding; empty for anything else.
  public let rule: String
  /// As it is worded now: one line.
  public let text: String

  public init(
    key: Fingerprint, kind: Kind, severity: Severity = .error, amount: Int64? = nil, rule: String = "",
    text: String
  ) {
    self.key = key
    self.kind = kind
    self.severity = severity
    self.amount = amount
    self.rule = rule
    self.text = text
  }
}

/// What is so at one run.
public struct News: Hashable, Sendable {
  /// What the reader should know of.
  public var matters: [Matter]
  /// What else is still there, as far as anyone knows: it has not gone, and there is nothing new to say of it.
  public var standing: Set<Fingerprint>
  /// What somebody has accepted for now.
  public var accepted: Set<Fingerprint>
  /// Matters of one cause, by their keys: no two mails are about them within an hour.
  public var incidents: [[Fingerprint]]

  public init(
    matters: [Matter], standing: Set<Fingerprint> = [], accepted: Set<Fingerprint> = [],
    incidents: [[Fingerprint]] = []
  ) {
    self.matters = matters
    self.standing = standing
    self.accepted = accepted
    self.incidents = incidents
  }
}
