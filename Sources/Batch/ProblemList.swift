public import Model

/// What is wrong with a source, as far as a person will read it: a million broken records are not a million
/// sentences.
public struct ProblemList {
  public static let limit = 20

  private var problems: [Problem] = []
  private var more = 0

  public init() {}

  public mutating func append(_ problem: Problem) {
    if problems.count < Self.limit { problems.append(problem) } else { more += 1 }
  }

  public var isEmpty: Bool { problems.isEmpty }

  public var coverage: Coverage {
    if problems.isEmpty { return .complete }
    return .partial(more == 0 ? problems : problems + [Problem("and \(more) more")])
  }
}
