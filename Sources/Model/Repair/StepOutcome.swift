/// What became of a step.
public enum StepOutcome: Hashable, Sendable {
  /// Done, and proved by reading again.
  case done
  /// It was so before.
  case already
  /// A guard said no; nothing was done.
  case refused(String)
  /// A step that it needs was not done.
  case skipped(String)
  /// Something was done, and it does not show as it should.
  case failed(String)
  /// A run that was killed did not come to it, and by now it is too late.
  case abandoned(String)

  /// Whether what the step is for is so.
  public var holds: Bool {
    switch self {
    case .done, .already: true
    case .refused, .skipped, .failed, .abandoned: false
    }
  }

  public var word: String {
    switch self {
    case .done: "done"
    case .already: "already so"
    case .refused: "refused"
    case .skipped: "skipped"
    case .failed: "failed"
    case .abandoned: "abandoned"
    }
  }

  /// Why, where it is not done.
  public var reason: String? {
    switch self {
    case .done, .already: nil
    case .refused(let reason), .skipped(let reason), .failed(let reason), .abandoned(let reason): reason
    }
  }

  /// The outcome that a journal has by its word.
  public init?(word: String, reason: String) {
    switch word {
    case "done": self = .done
    case "already so": self = .already
    case "refused": self = .refused(reason)
    case "skipped": self = .skipped(reason)
    case "failed": self = .failed(reason)
    case "abandoned": self = .abandoned(reason)
    default: return nil
    }
  }
}
