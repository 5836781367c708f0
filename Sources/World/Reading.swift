public import Model

/// What a parser says of the bytes it was given, beside the rows it put into the sink.
public struct Reading: Hashable, Sendable {
  /// The form that was recognised, in words: `qstat -f -x (XML)`.
  public var form: String
  public var coverage: Coverage
  /// Among several forms of one source, equally whole, the higher speaks: XML before text, text before a table.
  public var precedence: Int
  /// What the reader should know and what takes nothing away: "gpus is not understood and left alone".
  public var remarks: [Problem]
  /// The outside has something this version does not know (a column, a table's shape): every rule that reads the named
  /// column of the named table does not apply. A nil column stands for all of them.
  public var unreadable: [Unreadable]

  public init(
    form: String, coverage: Coverage = .complete, precedence: Int = 0, remarks: [Problem] = [],
    unreadable: [Unreadable] = []
  ) {
    self.form = form
    self.coverage = coverage
    self.precedence = precedence
    self.remarks = remarks
    self.unreadable = unreadable
  }
}

extension RawObservation {
  /// What the ending alone says, before a byte is read: nil where the output may be believed as far as it goes.
  ///
  /// A command that failed may have printed something; its rows are kept and the source is *partial*. Nothing on standard
  /// output counts as "none" only with exit 0 and nothing on standard error (`domain` fact: a dead `pbs_server` and an
  /// idle one both print 0 bytes).
  public var endingProblem: Problem? {
    switch ending {
    case .failure(let reason): Problem(reason)
    case .exit(0) where stdout.isEmpty && !stderr.isEmpty:
      Problem("printed nothing, and on standard error: \(firstLine(of: stderr))")
    case .exit(0): nil
    case .exit(let code) where stderr.isEmpty: Problem("ended with exit status \(code)")
    case .exit(let code):
      Problem("ended with exit status \(code): \(firstLine(of: stderr))")
    }
  }

  /// The reading of a parser, as far as the ending lets it be believed.
  public func judged(_ reading: Reading) -> Reading {
    guard let problem = endingProblem else { return reading }
    var judged = reading
    // How it ended is the cause; what is wrong with the bytes then only follows from it.
    let nothingIsLeft = if case .failed = reading.coverage { true } else { stdout.isEmpty }
    judged.coverage = nothingIsLeft ? .failed(problem) : reading.coverage.and(problem)
    return judged
  }
}

private func firstLine(of bytes: [UInt8]) -> String {
  let line = bytes.prefix(400).split(separator: 10).first ?? []
  return Text.printable(line)
}
