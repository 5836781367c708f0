public import Model

/// What the reader of the nightly mails knows, and what they have still to be told. It is kept from one run to the next.
public struct Memory: Hashable, Codable, Sendable {
  /// In the order of their keys.
  public internal(set) var items: [Item] = []
  /// When what is open was last told again.
  public internal(set) var reminded: Instant?
  /// What was to be said and may not have been: a run that is killed while it speaks is heard at the next one.
  public var unsent: String?

  public init() {}

  /// One incident is told of this seldom at most; what changes meanwhile is told afterwards.
  public static let pause: Duration = .seconds(3600)
  /// What is open is told again this seldom at most: a day, but for what a nightly run begins or ends sooner than the one before.
  public static let day: Duration = .seconds(86_400 - 1800)

  /// Nothing is known and nothing is to be told: it need not be kept.
  public var isEmpty: Bool { items.isEmpty && unsent == nil }

  /// How bad something is.
  struct Level: Hashable, Codable, Sendable {
    var severity: Severity
    var amount: Int64?
    /// As it was worded then.
    var text: String

    func isWorse(than other: Level) -> Bool {
      if severity != other.severity { return severity > other.severity }
      guard let amount, let before = other.amount else { return false }
      return amount > before
    }
  }

  /// One matter as the reader knows it.
  public struct Item: Hashable, Codable, Sendable {
    let key: Fingerprint
    let kind: Matter.Kind
    let rule: String
    /// Its incident, by the key of one of its matters.
    var thread: Fingerprint
    /// When a mail was last about its incident.
    var spoken: Instant?
    /// A mail was about it as a part of an incident.
    var isOfIncident: Bool
    /// When a mail was last about itself.
    var mentioned: Instant?
    var isThere = true
    var isAccepted = false
    /// It was accepted, and is no longer: to be told.
    var isReopened = false
    /// It is there by what the reader was told, and was this bad; nil where they do not know of it, or take it for gone.
    var told: Level?
    /// As it is now, or was last.
    var level: Level
    /// The worst since it was told.
    var worst: Level
    /// How often it came or went since the reader was told.
    var moves = 1
    /// When it came or went last.
    var since: Instant

    init(_ matter: Matter, at now: Instant) {
      (key, kind, rule, thread, since) = (matter.key, matter.kind, matter.rule, matter.key, now)
      isOfIncident = matter.kind == .run
      level = Level(matter)
      worst = level
    }

    /// It was told by itself.
    var wasAlone: Bool { mentioned != nil && !isOfIncident }

    /// What the reader does not know yet; nil where there is nothing. What was accepted somebody knows of.
    var untold: Change.What? {
      if isAccepted { return nil }
      switch (told, isThere) {
      case (nil, true): return isReopened ? .reopened : mentioned == nil ? .new : .returned
      case (nil, false): return moves > 0 ? .passed : nil
      case (_?, false): return .cleared
      case (let told?, true):
        if isReopened { return .reopened }
        if worst.isWorse(than: told) { return .worse }
        return moves > 0 ? .returned : nil
      }
    }

    /// A mail was about its incident a short while ago.
    func isHeld(at now: Instant) -> Bool { spoken.map { now.since($0) < Memory.pause } ?? false }

    func change(_ what: Change.What) -> Change {
      let shown = what == .worse ? worst : level
      return Change(
        matter: Matter(
          key: key, kind: kind, severity: shown.severity, amount: shown.amount, rule: rule, text: shown.text),
        what: what, before: what == .worse ? told?.text : nil,
        now: what == .worse && level != worst ? level.text : nil, since: since)
    }
  }
}

extension Memory.Level {
  init(_ matter: Matter) { (severity, amount, text) = (matter.severity, matter.amount, matter.text) }
}

extension Instant {
  func since(_ earlier: Instant) -> Duration { .milliseconds(milliseconds - earlier.milliseconds) }
}
