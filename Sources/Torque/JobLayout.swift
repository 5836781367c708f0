import Batch

/// Whether the lines of a job in the text form are what the printer makes: each attribute once, in the order
/// of the server's table of attributes (seen alike on 2.5.13 and 6.1; within `Resource_List` and
/// `resources_used` it varies).
struct JobLayout {
  /// A line that is no attribute, one that is told twice, or one out of its order.
  var isOdd = false
  /// `euser` and `hashname`, which the server adds itself.
  var user: [UInt8]?
  var hashName: [UInt8]?

  private var seen: Set<ArraySlice<UInt8>> = []
  private var rank = 0
  private var last: ArraySlice<UInt8> = []

  mutating func take(_ name: ArraySlice<UInt8>) {
    if !seen.insert(name).inserted { isOdd = true }
    last = name
    let family = Array(name.prefix { $0 != 0x2E })
    guard let rank = Self.ranks[family] else { return }
    if rank < self.rank { isOdd = true }
    self.rank = max(rank, self.rank)
  }

  /// A job that lacks what every job has, or whose last attribute is one that its owner fills: a newline in
  /// that may have begun another job.
  var isCut: Bool {
    let family = Array(last.prefix { $0 != 0x2E })
    return Self.owned.contains(family) || !Self.required.allSatisfy { seen.contains($0[...]) }
  }

  /// A job runs as its owner, and has no place before it runs.
  func contradicts(_ record: JobRecord) -> Bool {
    if let user, let owner = record[.owner], !owner.prefix(while: { $0 != 0x40 }).elementsEqual(user) {
      return true
    }
    guard record[.execHost] != nil, let state = record[.state], state.count == 1 else { return false }
    return state.first.map { ascii("QHW").contains($0) } ?? false
  }

  private static let required = [
    ascii("Job_Name"), ascii("Job_Owner"), ascii("job_state"), ascii("queue"), ascii("ctime"), ascii("mtime"),
  ]

  private static let owned: Set<[UInt8]> = [
    ascii("Account_Name"), ascii("submit_args"), ascii("Error_Path"), ascii("Output_Path"), ascii("Job_Name"),
    ascii("Variable_List"), ascii("Mail_Users"), ascii("depend"), ascii("Shell_Path_List"),
    ascii("Resource_List"), ascii("stagein"), ascii("stageout"),
  ]

  private static let ranks: [[UInt8]: Int] = Dictionary(
    uniqueKeysWithValues: order.enumerated().map { (ascii($1), $0) })

  private static let order: [StaticString] = [
    "Job_Name", "Job_Owner", "resources_used", "job_state", "queue", "server", "Account_Name", "Checkpoint",
    "ctime", "depend", "Error_Path", "exec_host", "Execution_Time", "Hold_Types", "Join_Path", "Keep_Files",
    "Mail_Points", "Mail_Users", "mtime", "Output_Path", "Priority", "qtime", "Rerunable", "Resource_List",
    "session_id", "substate", "Variable_List", "euser", "egroup", "hashname", "queue_rank", "queue_type",
    "comment", "etime", "exit_status", "submit_args", "job_array_id", "job_array_request", "start_time",
    "Walltime", "start_count", "fault_tolerant", "comp_time", "job_radix", "total_runtime", "submit_host",
    "init_work_dir", "request_version",
  ]
}
