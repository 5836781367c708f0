import Model
import World

/// What a command asks for, told from its argument vector: the ones that deeds are made of, and their like.
indirect enum Order: Hashable {
  /// `pbsnodes -o|-c [-N NOTE] NODE` of TORQUE, `pbsnodes -o|-r [-C NOTE] NODE` of OpenPBS; no note leaves the node's as it is.
  case mark(node: String, isOffline: Bool, note: String?, of: Reach.BatchSystem?)
  /// `qdel [-W SECONDS] JOB`
  case deleteJob(String, delay: Duration)
  /// `qdel -p JOB`
  case purgeJob(String)
  /// `momctl -h NODE -c JOB`
  case clearMom(node: String, job: String)
  /// `xl mem-set 0 AMOUNT`
  case setMemory(String)
  /// Two of them, a second apart.
  case nudge(String, String)
  /// `xl destroy DOMAIN`
  case destroyDomain(String)
  /// `workspace-control --remove --deleteall --name NAME`
  case removeGuest(String)
  /// The script that ends a process as long as it is the pilot of a slot.
  case endPilot(pid: Int64, slot: String, grace: Duration)
  /// The script that takes a host out of the DHCP server's configuration.
  case forgetHost(String)
  /// `truncate -s 0 -- FILE`
  case emptyFile(String)
  /// Under the pilots' lock.
  case locked(Order)
  /// No such program.
  case unknown(String)

  init(_ command: [String]) {
    let program = command.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
    let arguments = Array(command.dropFirst())
    let known =
      switch program {
      case "pbsnodes": Self.pbsnodes(arguments)
      case "qdel": Self.qdel(arguments)
      case "momctl": Self.momctl(arguments)
      case "xl", "xm": Self.toolstack(arguments)
      case "workspace-control": Self.workspaceControl(arguments)
      case "truncate": Self.truncate(arguments)
      case "sh": Self.script(arguments)
      default: nil as Order?
      }
    self = known ?? .unknown(program)
  }

  /// Its name on the path.
  var program: String {
    switch self {
    case .mark: "pbsnodes"
    case .deleteJob, .purgeJob: "qdel"
    case .clearMom: "momctl"
    case .setMemory, .destroyDomain: "xl"
    case .removeGuest: "workspace-control"
    case .emptyFile: "truncate"
    case .nudge, .endPilot, .forgetHost, .locked: "sh"
    case .unknown(let program): program
    }
  }

  private static func pbsnodes(_ arguments: [String]) -> Order? {
    guard let flag = arguments.first, let node = arguments.last else { return nil }
    let system: Reach.BatchSystem?
    let option: String?
    switch arguments.count {
    case 2: (system, option) = ([.torque, .openpbs].first { spelling($0).clear == flag }, nil)
    case 4: (system, option) = ([.torque, .openpbs].first { spelling($0).note == arguments[1] }, arguments[2])
    default: return nil
    }
    if flag == "-o" { return .mark(node: node, isOffline: true, note: option, of: system) }
    guard let system, flag == spelling(system).clear else { return nil }
    return .mark(node: node, isOffline: false, note: option, of: system)
  }

  /// OpenPBS has a `-c` too, which clears *down* as well.
  private static func spelling(_ system: Reach.BatchSystem) -> (clear: String, note: String) {
    switch system {
    case .torque: ("-c", "-N")
    case .openpbs: ("-r", "-C")
    }
  }

  /// Without `-W` the server waits its `kill_delay`, 2 s by default.
  private static func qdel(_ arguments: [String]) -> Order? {
    guard let job = arguments.last else { return nil }
    switch arguments.count {
    case 1: return .deleteJob(job, delay: .seconds(2))
    case 2 where arguments[0] == "-p": return .purgeJob(job)
    case 3 where arguments[0] == "-W":
      return Int64(arguments[1]).map { .deleteJob(job, delay: .seconds($0)) }
    default: return nil
    }
  }

  private static func momctl(_ arguments: [String]) -> Order? {
    guard arguments.count == 4, arguments[0] == "-h", arguments[2] == "-c" else { return nil }
    return .clearMom(node: arguments[1], job: arguments[3])
  }

  private static func toolstack(_ arguments: [String]) -> Order? {
    switch (arguments.first, arguments.count) {
    case ("mem-set", 3) where arguments[1] == "0": .setMemory(arguments[2])
    case ("destroy", 2): .destroyDomain(arguments[1])
    default: nil
    }
  }

  private static func workspaceControl(_ arguments: [String]) -> Order? {
    guard arguments.count == 4, arguments.dropLast() == ["--remove", "--deleteall", "--name"] else {
      return nil
    }
    return .removeGuest(arguments[3])
  }

  private static func truncate(_ arguments: [String]) -> Order? {
    arguments.count == 4 && arguments.dropLast() == ["-s", "0", "--"] ? .emptyFile(arguments[3]) : nil
  }

  /// `sh -c SCRIPT sh ARGUMENT...`. A script is known by what is in it and nowhere else.
  private static func script(_ arguments: [String]) -> Order? {
    guard arguments.count >= 3, arguments[0] == "-c" else { return nil }
    let script = arguments[1]
    let given = Array(arguments.dropFirst(3))
    if script.contains("flock"), script.contains(#""$@""#), given.count > 1 {
      return .locked(Order(Array(given.dropFirst())))
    }
    if script.contains(#"mem-set 0 "$3""#), given.count == 3 { return .nudge(given[1], given[2]) }
    if script.contains("kill -TERM"), given.count == 3, let pid = Int64(given[0]), let grace = Int64(given[2])
    {
      return .endPilot(pid: pid, slot: given[1], grace: .seconds(grace))
    }
    if script.contains(#"ENVIRON["HOST"]"#), given.count == 2 { return .forgetHost(given[1]) }
    return nil
  }
}
