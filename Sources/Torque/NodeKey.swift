/// The attributes of a node that the snapshot keeps. They are called alike in both forms of `pbsnodes`.
enum NodeKey: Int, CaseIterable {
  case name, state, processors, properties, jobs, status, note

  var name: StaticString {
    switch self {
    case .name: "name"
    case .state: "state"
    case .processors: "np"
    case .properties: "properties"
    case .jobs: "jobs"
    case .status: "status"
    case .note: "note"
    }
  }

  var column: StaticString {
    switch self {
    case .processors: "processors"
    case .status: "status_ms"
    case .name, .state, .properties, .jobs, .note: name
    }
  }
}
