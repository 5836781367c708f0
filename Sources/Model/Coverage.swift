/// How much of a source was seen. Silence is not evidence: only `complete` can prove that something is absent.
public enum Coverage: Hashable, Sendable {
  /// Everything the source holds was seen.
  case complete
  /// Some records are there, and others may be missing or cut.
  case partial([Problem])
  /// Nothing can be concluded, not even from what is there.
  case failed(Problem)

  /// The worse of two.
  public func and(_ other: Coverage) -> Coverage {
    switch (self, other) {
    case (.failed, _): self
    case (_, .failed): other
    case (.partial(let here), .partial(let there)): .partial(here + there)
    case (.partial, .complete): self
    case (.complete, _): other
    }
  }

  public func and(_ problem: Problem) -> Coverage { and(.partial([problem])) }

  /// `complete`, `partial` or `failed`, and why.
  public var worded: (word: String, reason: String?) {
    switch self {
    case .complete: ("complete", nil)
    case .partial(let problems): ("partial", problems.map(\.described).joined(separator: "; "))
    case .failed(let problem): ("failed", problem.described)
    }
  }
}

/// What is wrong with the bytes of one observation. The observation adds which command, on which host.
public struct Problem: Hashable, Sendable {
  /// What was expected and what was there, as a sentence without a full stop.
  public let message: String
  /// The line, counted from 1, where that is how a person would look for it.
  public let line: Int?
  /// The byte, counted from 0.
  public let offset: Int?

  public init(_ message: String, line: Int? = nil, offset: Int? = nil) {
    self.message = message
    self.line = line
    self.offset = offset
  }

  /// The message with its place.
  public var described: String {
    switch (line, offset) {
    case (let line?, _): "\(message) (line \(line))"
    case (nil, let offset?): "\(message) (byte \(offset))"
    case (nil, nil): message
    }
  }
}
