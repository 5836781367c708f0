import Batch

extension JobKey {
  /// The element of the XML form, with the one around it.
  var path: (group: StaticString, name: StaticString) {
    switch self {
    case .id: ("", "Job_Id")
    case .name: ("", "Job_Name")
    case .owner: ("", "Job_Owner")
    case .state: ("", "job_state")
    case .queue: ("", "queue")
    case .server: ("", "server")
    case .created: ("", "ctime")
    case .modified: ("", "mtime")
    case .eligible: ("", "etime")
    case .started: ("", "start_time")
    case .completed: ("", "comp_time")
    case .session: ("", "session_id")
    case .substate: ("", "substate")
    case .exitStatus: ("", "exit_status")
    case .execHost: ("", "exec_host")
    case .outputPath: ("", "Output_Path")
    case .walltime: ("Resource_List", "walltime")
    case .memory: ("Resource_List", "mem")
    case .nodes: ("Resource_List", "nodes")
    }
  }
}
