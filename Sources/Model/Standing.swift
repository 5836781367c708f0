/// What is known of a finding beyond what was seen this time: how it stands against earlier audits, and whether somebody has
/// accepted it for a while.
public struct Standing: Hashable, Sendable {
  /// Against the last audit of the same history that could judge its rule.
  public enum Baseline: String, Hashable, Sendable {
    /// It was not there.
    case new
    /// It was there, and was the same.
    case unchanged
    /// It was there, and its amount or its object was another.
    case updated
  }

  /// Nil where no history was asked.
  public var baseline: Baseline?
  /// When an audit saw it first, without a pause since.
  public var since: Instant?
  /// Nil where nobody has accepted it, or no longer.
  public var suppression: Suppression?

  public init(baseline: Baseline? = nil, since: Instant? = nil, suppression: Suppression? = nil) {
    self.baseline = baseline
    self.since = since
    self.suppression = suppression
  }
}

/// Somebody has accepted a finding until a moment. It is shown all the same, and is open again when what it rests on changes.
public struct Suppression: Hashable, Sendable {
  public let finding: Fingerprint
  public let until: Instant
  public let reason: String
  public let who: String
  /// Of the amounts and objects that were accepted.
  public let evidence: Fingerprint

  public init(finding: Fingerprint, until: Instant, reason: String, who: String, evidence: Fingerprint) {
    self.finding = finding
    self.until = until
    self.reason = reason
    self.who = who
    self.evidence = evidence
  }

  /// `accepted until ... by ...: why`, as a person may see it.
  public var described: String {
    MessageTemplate.visible("accepted until \(until.rfc3339) by \(who): \(reason)")
  }
}

/// A finding of the last audit that this one could see and did not.
public struct Cleared: Hashable, Sendable {
  public let finding: Fingerprint
  public let rule: String
  public let node: String?
  /// As it was worded last.
  public let message: String

  public init(finding: Fingerprint, rule: String, node: String?, message: String) {
    self.finding = finding
    self.rule = rule
    self.node = node
    self.message = message
  }
}
