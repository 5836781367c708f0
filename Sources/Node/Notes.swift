import Model
import World

/// What a reader has to say beside its rows. Bounded, so that a million bad lines do not become a million problems.
struct Notes {
  /// As many are kept; the others are counted.
  static let limit = 20

  private(set) var problems: [Problem] = []
  private(set) var remarks: [Problem] = []
  private var unsaidProblems = 0
  private var unsaidRemarks = 0

  /// Something is lost: the source is partial.
  mutating func problem(_ message: String, line: Int? = nil) {
    if problems.count < Self.limit {
      problems.append(Problem(message, line: line))
    } else {
      unsaidProblems &+= 1
    }
  }

  /// Worth knowing, and nothing is lost.
  mutating func remark(_ message: String, line: Int? = nil) {
    if remarks.count < Self.limit {
      remarks.append(Problem(message, line: line))
    } else {
      unsaidRemarks &+= 1
    }
  }

  /// Whether the line is whole. One that is not is never read: half a path is another path.
  mutating func isWhole(_ line: Line) -> Bool {
    if line.isTooLong {
      problem("a line of more than \(Lines.limit) bytes", line: line.number)
      return false
    }
    if !line.isTerminated {
      problem("the last line has no newline: the output was cut", line: line.number)
      return false
    }
    return true
  }

  /// What a tool said of a file that it could not read, where its standard error was captured together with its
  /// output. A file that is not there is known not to be; any other error hides something.
  mutating func isComplaint(_ line: Line) -> Bool {
    let content = Words.trimmed(line.content)
    guard Self.tools.contains(where: { content.starts(with: $0.utf8) }) else { return false }
    let message = Text.printable(content.prefix(300))
    if message.hasSuffix("No such file or directory") {
      remark(message, line: line.number)
    } else {
      problem(message, line: line.number)
    }
    return true
  }

  private static let tools = ["tail: ", "head: ", "cat: ", "ls: ", "find: ", "ps: ", "lsof: ", "fuser: "]

  /// The reading with all that was noted. `failure` is given where nothing can be concluded.
  func reading(form: String, failure: Problem? = nil) -> Reading {
    var told = problems
    if unsaidProblems > 0 { told.append(Problem("and \(unsaidProblems) more problems")) }
    var asides = remarks
    if unsaidRemarks > 0 { asides.append(Problem("and \(unsaidRemarks) more remarks")) }
    let coverage: Coverage
    if let failure {
      coverage = .failed(failure)
    } else {
      coverage = told.isEmpty ? .complete : .partial(told)
    }
    return Reading(form: form, coverage: coverage, remarks: asides)
  }
}
