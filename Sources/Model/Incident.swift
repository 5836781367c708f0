/// Findings of one cause: one deletion of many jobs, one restart of a node, one silence of the service. What a person acts on.
public struct Incident: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// Somebody deleted several jobs within a short time.
    case deletions
    /// A node was restarted while it held leases.
    case reboot
    /// Pilots of several jobs were not heard, one after the other.
    case outage
    /// What was left on one node, by whatever cause.
    case node
  }

  public let kind: Kind
  /// One sentence: who, when, how many, where.
  public let title: String
  /// What was seen of the cause.
  public let cause: String
  /// Its findings, by their fingerprints.
  public let members: [Fingerprint]
  /// When the last thing happened that it is about; nil where that can't be told.
  public let latest: Instant?

  public init(kind: Kind, title: String, cause: String, members: [Fingerprint], latest: Instant? = nil) {
    self.latest = latest
    self.kind = kind
    self.title = title
    self.cause = cause
    self.members = members
  }

  /// What to do about the cause, so that it does not come again; the findings say what to do about the rest.
  public var advice: String {
    switch kind {
    case .deletions:
      "delete pilot jobs with a delay of at least the pilot's grace and 10 s more (qdel -W; OpenPBS: its queue's "
        + "kill_delay), start the pilot with exec, and shorten its early wait where the MOM allows it only 5 s"
    case .reboot: "find out why the node went down; what it lent is gone, and its memory needs no repair"
    case .outage:
      "look why the service did not take the pilots' messages (its log, the pilot's secret and contact address) before more "
        + "jobs start: each one that does is lost in the same way"
    case .node:
      "drain the node before its memory is touched, and end what is left on it first: guests, then memory, then rows"
    }
  }
}
