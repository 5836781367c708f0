import Batch
import Model
import World

/// `qstat -B -f`: the server's own account of itself. It tells everybody how many jobs there are, also those who are only
/// shown their own.
enum ServerText {
  static let form = "qstat -B -f"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var problems = ProblemList()
    var draft: Draft?
    var told: Set<String> = []
    var endsBlank = false
    for line in Lines(bytes) {
      guard line.isTerminated, !line.isTooLong else {
        problems.append(Problem("the last line is cut", line: line.number))
        continue
      }
      endsBlank = line.content.isEmpty
      // A folded value goes on behind a tab; none of those that are read here is ever that long.
      if endsBlank || line.content.first == 9 { continue }
      if line.content.starts(with: ascii("Server: ")) {
        guard draft == nil else {
          problems.append(Problem("expected one server, found another", line: line.number))
          break
        }
        draft = Draft("lrms_server", bytes: line.range, columns: 4)
        draft?.text("name", line.content.dropFirst(8))
      } else if !take(line.content, into: &draft, told: &told) {
        problems.append(Problem("expected an attribute, found \(quoted(line.content))", line: line.number))
      }
    }
    guard let row = draft?.row else {
      return Reading(form: form, coverage: .failed(Problem("expected a line 'Server: NAME', found none")))
    }
    if !endsBlank { problems.append(Problem("the blank line at its end is missing")) }
    sink.insert(row)
    return Reading(form: form, coverage: problems.coverage)
  }

  /// `    total_jobs = 12`. False for what is no attribute, or one that was told before.
  private static func take(
    _ line: ArraySlice<UInt8>, into draft: inout Draft?, told: inout Set<String>
  ) -> Bool {
    guard draft != nil, let equals = line.firstIndex(of: 0x3D) else { return false }
    let value = trimmed(line[(equals + 1)...])
    let name = String(decoding: trimmed(line[..<equals]), as: UTF8.self)
    guard told.insert(name).inserted else { return false }
    switch name {
    case "server_state": draft?.text("state", value)
    case "total_jobs": draft?.integer("total_jobs", value)
    case "pbs_version": draft?.text("version", value)
    default: break
    }
    return true
  }
}
