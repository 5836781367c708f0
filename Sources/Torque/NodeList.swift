import Batch
import Model

/// The nodes of a listing so far, and what is wrong with it.
struct NodeList {
  var problems = ProblemList()
  private var names: Set<[UInt8]> = []

  /// A server lists no node twice.
  mutating func count(_ record: NodeRecord, _ problems: [Problem]) {
    for problem in problems { self.problems.append(problem) }
    guard let name = record[.name] else { return }
    if !names.insert(Array(name)).inserted {
      self.problems.append(Problem("node \(quoted(name)) is listed twice", offset: record.bytes.lowerBound))
    }
  }

  var isEmpty: Bool { names.isEmpty }

  /// A server without nodes is not worth looking at, and one that does not answer prints as little: no nodes
  /// is no answer.
  var coverage: Coverage {
    isEmpty && problems.isEmpty
      ? .failed(Problem("expected at least one node, found none")) : problems.coverage
  }
}
