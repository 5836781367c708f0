import Model

/// What is wrong with a source, as far as a person will read it: a million broken records are not a million
/// sentences.
struct ProblemList {
  static let limit = 20

  private var problems: [Problem] = []
  private var more = 0

  mutating func append(_ problem: Problem) {
    if problems.count < Self.limit { problems.append(problem) } else { more += 1 }
  }

  var isEmpty: Bool { problems.isEmpty }

  var coverage: Coverage {
    if problems.isEmpty { return .complete }
    return .partial(more == 0 ? problems : problems + [Problem("and \(more) more")])
  }
}
