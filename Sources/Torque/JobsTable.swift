import Batch
import Model
import World

/// `qstat` and `qstat -a`: tables for people. Ids are cut, nodes are not told; so this source is never
/// complete.
enum JobsTable {
  static let form = "qstat (table)"

  private enum Columns { case brief, wide }

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var problems = ProblemList()
    problems.append(Problem("a table cuts ids and does not tell nodes; expected qstat -f -x"))
    var columns: Columns?
    for line in Lines(bytes) {
      guard line.isTerminated, !line.isTooLong else {
        problems.append(
          Problem(line.isTooLong ? "a line is too long" : "the last line is cut", line: line.number))
        continue
      }
      let words = line.content.split(separator: 32)
      if words.isEmpty || columns == nil && !isHead(line.content) { continue }
      if isHead(line.content) {
        columns = words.contains { $0.elementsEqual(ascii("Username")) } ? .wide : .brief
      } else if let id = words.first, isJobId(id), let columns, let row = row(words, columns, line) {
        sink.insert(row)
      } else if !line.content.allSatisfy({ $0 == 0x2D || $0 == 32 }) {
        problems.append(Problem("expected a job, found \(quoted(line.content))", line: line.number))
      }
    }
    if columns == nil {
      return Reading(
        form: form,
        coverage: .failed(Problem("expected jobs as qstat prints them, found \(quoted(bytes[...]))")))
    }
    return Reading(form: form, coverage: problems.coverage, precedence: -2)
  }

  /// `Job ID                    Name ...`; older ones write `Job id`.
  private static func isHead(_ line: ArraySlice<UInt8>) -> Bool {
    line.starts(with: ascii("Job ID ")) || line.starts(with: ascii("Job id "))
  }

  private static func row(_ words: [ArraySlice<UInt8>], _ columns: Columns, _ line: Line) -> Row? {
    let isBrief = columns == .brief
    guard words.count >= (isBrief ? 6 : 10) else { return nil }
    let (name, user) = isBrief ? (words[1], words[2]) : (words[3], words[1])
    let (state, queue) = isBrief ? (words[4], words[5]) : (words[words.count - 2], words[2])
    let id = String(decoding: words[0], as: UTF8.self)
    var draft = Draft("lrms_job", bytes: line.range)
    draft.set("id", .text(id))
    setParts(of: id, in: &draft)
    // A name that fills its column may have been cut there; longer ones begin with dots.
    if name.count < 16, !name.starts(with: ascii("...")) { draft.text("name", name) }
    if user.count < (isBrief ? 15 : 11) { draft.text("account", user) }
    draft.text("queue", queue)
    if state.count == 1, let letter = state.first, ascii("TQHWREC").contains(letter) {
      draft.set("state", .text(String(Unicode.Scalar(letter))))
    } else {
      draft.defect("state", "expected a letter of T Q H W R E C, found \(quoted(state))")
    }
    return draft.row
  }
}
