import Batch
import Model
import World

/// `qstat -f -x` and `qstat -x`, which are the same.
enum JobsXml {
  static let form = "qstat -f -x (XML)"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var scanner = XmlScanner(bytes, record: "Job", names: names)
    var problems = ProblemList()
    var record = JobRecord(hasInstants: true)
    var ids = JobIds()
    while true {
      switch scanner.next() {
      case .record:
        record.clear()
        fill(&record, from: scanner, bytes)
        for problem in [record.insert(into: &sink), ids.problem(with: record)] {
          if let problem { problems.append(problem) }
        }
      case .broken(let problem): problems.append(problem)
      case .end(let problem):
        if let problem { problems.append(problem) }
        return Reading(form: form, coverage: problems.coverage)
      case .foreign(let problem):
        return Reading(form: form, coverage: ids.isEmpty ? .failed(problem) : problems.coverage.and(problem))
      }
    }
  }

  private static func fill(_ record: inout JobRecord, from scanner: XmlScanner, _ bytes: [UInt8]) {
    record.bytes = scanner.range
    if !scanner.bareText.isEmpty { record.set(.id, bytes[scanner.bareText]) }
    for leaf in scanner.leaves {
      if leaf.isRaw { record.isAmbiguous = true }
      guard let key = JobKey(rawValue: leaf.key) else { continue }
      record.set(key, leaf.isEscaped ? Entities.decoded(bytes[leaf.value])[...] : bytes[leaf.value])
    }
  }

  /// The other elements are those whose text is the owner's: they hold no elements, whatever they seem to
  /// hold.
  static let names = XmlNames(
    wanted: JobKey.allCases.map(\.path),
    leaves: [
      "Account_Name", "Variable_List", "submit_args", "comment", "depend", "Error_Path", "Mail_Users",
      "Shell_Path_List", "init_work_dir", "stagein", "stageout", "submit_host", "User_List", "group_list",
    ])
}
