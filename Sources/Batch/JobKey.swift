/// The attributes of a job that the snapshot keeps.
public enum JobKey: Int, CaseIterable, Sendable {
  case id, name, owner, state, queue, server, created, modified, eligible, started, completed, session
  case substate, exitStatus, execHost, outputPath, walltime, memory, nodes

  /// In `lrms_job`.
  var column: StaticString {
    switch self {
    case .id: "id"
    case .name: "name"
    case .owner: "owner"
    case .state: "state"
    case .queue: "queue"
    case .server: "server"
    case .created: "created_ms"
    case .modified: "modified_ms"
    case .eligible: "eligible_ms"
    case .started: "started_ms"
    case .completed: "completed_ms"
    case .session: "session"
    case .substate: "substate"
    case .exitStatus: "exit_status"
    case .execHost: "exec_host"
    case .outputPath: "output_path"
    case .walltime: "walltime_s"
    case .memory: "memory_kib"
    case .nodes: "nodes_requested"
    }
  }
}
