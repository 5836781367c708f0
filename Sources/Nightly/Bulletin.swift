public import Model

/// What a run says.
public struct Bulletin: Hashable, Sendable {
  /// What the reader did not know, in the order of the matters' keys.
  public let changes: [Change]
  /// What they have not heard of for a day, and is open still.
  public let reminders: [Matter]
  /// All that is so now, said or not, or was when it was last to be seen.
  public let open: [Matter]

  public init(changes: [Change], reminders: [Matter], open: [Matter]) {
    self.changes = changes
    self.reminders = reminders
    self.open = open
  }
}

/// What became of one matter since its reader was told last.
public struct Change: Hashable, Sendable {
  public enum What: String, CaseIterable, Sendable {
    case new, worse
    /// It was accepted, and is no longer.
    case reopened
    /// It had gone, and is back.
    case returned
    case cleared
    /// It came and went before anything was said.
    case passed
  }

  public let matter: Matter
  public let what: What
  /// How it was worded before it became worse.
  public let before: String?
  /// How it is worded now, where it was worse meanwhile.
  public let now: String?
  /// When it came or went.
  public let since: Instant

  public init(matter: Matter, what: What, before: String? = nil, now: String? = nil, since: Instant) {
    self.matter = matter
    self.what = what
    self.before = before
    self.now = now
    self.since = since
  }
}
