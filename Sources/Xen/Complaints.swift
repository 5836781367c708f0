import Model
import World

/// The problems of one reading, as they are met. A million bad lines are as bad as the first few: only those
/// are kept, with the number of the others.
struct Complaints {
  private static let limit = 20

  private var first: [Problem] = []
  private var others = 0

  var isEmpty: Bool { first.isEmpty }

  mutating func add(_ problem: Problem) {
    if first.count < Self.limit { first.append(problem) } else { others += 1 }
  }

  mutating func add(_ message: String, line: Line? = nil) {
    add(Problem(message, line: line?.number))
  }

  var problems: [Problem] {
    others == 0 ? first : first + [Problem("and \(others) more problems")]
  }

  /// What these problems leave of the source.
  var coverage: Coverage { isEmpty ? .complete : .partial(problems) }
}
