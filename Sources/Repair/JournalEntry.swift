public import Model
public import World

/// One run of a repair, as the journal has it.
public struct JournalRun: Hashable, Sendable {
  public let number: Int64
  public let opening: Opening
  /// Nil while it runs, or when it was killed.
  public let finished: Instant?
  /// In words, how it ended.
  public let ending: String?

  /// What is known of a run when it begins.
  public struct Opening: Hashable, Sendable {
    public let site: String
    public let started: Instant
    /// The account and host, and what was called.
    public let who: String
    /// As the plan file has it.
    public let plan: String
    public let digest: String
    /// The run that this one undoes.
    public let undoes: Int64?

    public init(
      site: String, started: Instant, who: String, plan: String, digest: String, undoes: Int64? = nil
    ) {
      self.site = site
      self.started = started
      self.who = who
      self.plan = plan
      self.digest = digest
      self.undoes = undoes
    }
  }
}

/// Something that happened to a step.
public struct JournalEntry: Hashable, Sendable {
  public let step: Int
  public let moment: Instant
  public let event: Event

  public enum Event: Hashable, Sendable {
    /// It is about to be done; the very command or SQL.
    case intent(String)
    /// What was there before: of dom0 its memory in KiB.
    case formerMemory(Int64)
    /// What was there before: rows of a database.
    case formerRows([FormerRows])
    /// Whoever was told to do it answered.
    case answered(String)
    case outcome(StepOutcome)

    var stored: (name: String, word: String, detail: String) {
      switch self {
      case .intent(let command): ("intent", "", command)
      case .formerMemory(let kib): ("former", "memory_kib", String(kib))
      case .formerRows(let rows): ("former", "rows", FormerRowsDocument.text(rows))
      case .answered(let words): ("answered", "", words)
      case .outcome(let outcome): ("outcome", outcome.word, outcome.reason ?? "")
      }
    }

    /// Nil for what this version does not know.
    init?(name: String, word: String, detail: String) {
      switch (name, word) {
      case ("intent", _): self = .intent(detail)
      case ("former", "memory_kib"):
        guard let kib = Int64(detail) else { return nil }
        self = .formerMemory(kib)
      case ("former", "rows"):
        guard let rows = FormerRowsDocument.rows(detail) else { return nil }
        self = .formerRows(rows)
      case ("answered", _): self = .answered(detail)
      case ("outcome", _):
        guard let outcome = StepOutcome(word: word, reason: detail) else { return nil }
        self = .outcome(outcome)
      default: return nil
      }
    }
  }
}

extension Sequence<JournalEntry> {
  /// What became of each step, by the last that is known of it.
  var outcomes: [Int: StepOutcome] {
    reduce(into: [:]) { known, entry in
      if case .outcome(let outcome) = entry.event { known[entry.step] = outcome }
    }
  }
}
