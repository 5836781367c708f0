internal import Model
internal import World

/// What reading a text of one record a line comes to: the problems so far, and whether a line was met that a
/// user's text may have broken in two. After such a line any other may be that user's invention.
struct LineRecords {
  private(set) var problems: [Problem] = []
  private(set) var isSuspicious = false

  /// The line's content, or nil when it can't be believed to be whole.
  mutating func whole(_ line: Line) -> ArraySlice<UInt8>? {
    if line.isTooLong {
      broken(line, "longer than \(Lines.limit) bytes")
    } else if !line.isTerminated {
      broken(line, "the last line has no newline: it may be cut")
    } else {
      return line.content.withoutCarriageReturn
    }
    return nil
  }

  mutating func broken(_ line: Line, _ message: String) {
    isSuspicious = true
    if problems.count < 100 { problems.append(Problem(message, line: line.number)) }
  }

  func reading(form: String, remarks: [Problem] = []) -> Reading {
    Reading(
      form: form, coverage: problems.isEmpty ? .complete : .partial(problems), remarks: remarks)
  }
}
