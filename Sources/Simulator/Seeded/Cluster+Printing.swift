public import Model
import World

/// What the real commands print of the site: TORQUE 2.5.13, Xen 4.17, a dump of the database by the sqlite3 shell. The forms
/// are those of `Fixtures/raw` and `Fixtures/parsers`.
extension Cluster {
  /// Sources that every such site is asked for; others it has not.
  public static let sources: [ObservationKind] = [
    .torqueServer, .torqueJobs, .torqueServer, .torqueNodes, .dbMain,
  ]
  static let nodeSources: [ObservationKind] = [
    .xenList, .xenInfo, .xenBalloon, .nodeMemory, .nodePilots, .torqueMom, .nodeClock,
  ]

  /// Of the pool, 250 in each network.
  static func address(_ place: Int) -> String { "192.168.\(place / 250).\(place % 250 + 2)" }

  /// The `site.toml` of it.
  public var siteFile: String {
    let absent = ObservationKind.allCases.filter {
      !Self.sources.contains($0) && !Self.nodeSources.contains($0)
    }
    var text = """
      name = "gridsn"
      mode = "pilot"

      [pilot]
      account = "globus"
      grace = "\(terms.grace.seconds) s"
      padding = "\(terms.padding.seconds) s"

      [memory]
      quantum = "\(terms.memory) MiB"
      dom0_minimum = "256 MiB"

      [nodes]
      concurrency = \(terms.lanes)

      [sources]
      absent = [\(absent.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))]

      """
    for host in hosts { text += "\n[[node]]\nname = \"\(host.name)\"\ndom0 = \"\(host.baseline) MiB\"\n" }
    return text
  }

  static func command(_ kind: ObservationKind, _ host: String) -> [String] {
    switch kind {
    case .torqueServer: ["qstat", "-B", "-f"]
    case .torqueJobs: ["qstat", "-f", "-x"]
    case .torqueNodes: ["pbsnodes", "-x"]
    case .torqueMom: ["momctl", "-h", host, "-d", "3"]
    case .dbMain: ["sqlite3", "main.sqlite", ".dump"]
    case .xenList: ["xl", "list"]
    case .xenInfo: ["xl", "info"]
    case .xenBalloon:
      [
        "tail", "-n", "+1", "/sys/devices/system/xen_memory/xen_memory0/target_kb",
        "/sys/devices/system/xen_memory/xen_memory0/info/current_kb",
      ]
    case .nodeMemory: ["cat", "/proc/meminfo"]
    case .nodePilots: ["ps", "-ef"]
    default: ["sh", "-c", "date +%s.%N; tail -n +1 /proc/uptime /proc/sys/kernel/random/boot_id"]
    }
  }

  /// What a source says.
  struct Said {
    var text: String
    var complaint = ""
    var ending = RawObservation.Ending.exit(0)
    /// How much longer than it takes else.
    var delay = Duration.zero
  }

  func said(_ kind: ObservationKind, of host: Int) -> Said {
    let node = hosts[host]
    switch kind {
    case .torqueServer: return served(serverStatus)
    case .torqueJobs: return served(jobList)
    case .torqueNodes: return served(nodeList)
    case .dbMain: return Said(text: dump)
    default: break
    }
    guard node.isUp else {
      return Said(
        text: "", ending: .failure("ssh: connect to host \(node.name) port 22: No route to host"),
        delay: .seconds(2))
    }
    switch kind {
    case .torqueMom:
      guard node.mom == .works else {
        return Said(
          text: "", complaint: "query[0] 'diag3' failed on \(node.name) (errno=15)\n",
          delay: node.mom == .hangs ? .seconds(16) : .zero)
      }
      return Said(text: books(of: node))
    case .xenList: return Said(text: domains(of: node))
    case .xenInfo: return Said(text: hypervisor(of: node))
    case .xenBalloon: return Said(text: balloon(of: node))
    case .nodeMemory: return Said(text: memory(of: node))
    case .nodePilots: return Said(text: processes(of: node))
    default: return Said(text: clock(of: node))
    }
  }

  private func served(_ text: String) -> Said {
    if batch.isRunning { return Said(text: text) }
    let complaint = "cannot connect to server \(Self.server) (errno=111) Connection refused\n"
    return Said(text: "", complaint: complaint, ending: .exit(255))
  }

  // MARK: TORQUE

  private var serverStatus: String {
    """
    Server: \(Self.server)
        server_state = Active
        scheduling = True
        total_jobs = \(jobs.count)
        pbs_version = 2.5.13


    """
  }

  /// 2.5.13 prints nothing at all when there are no jobs.
  private var jobList: String {
    if jobs.isEmpty { return "" }
    return "<Data>" + jobs.keys.sorted().compactMap { jobs[$0].map(printed) }.joined() + "</Data>\n"
  }

  static func seconds(_ moment: Instant) -> Int64 { moment.milliseconds / 1000 }

  private static func time(_ duration: Duration) -> String {
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(duration.seconds / 3600)):\(two(duration.seconds / 60 % 60)):\(two(duration.seconds % 60))"
  }

  private func printed(_ job: Job) -> String {
    func element(_ name: String, _ text: String) -> String { "<\(name)>\(text)</\(name)>" }
    let wanted =
      "<mem>\(job.memory)mb</mem><neednodes>1:ppn=1:xen</neednodes><nodect>1</nodect>"
      + "<nodes>1:ppn=1:xen</nodes>" + element("walltime", Self.time(job.walltime))
    let output = "/opt/torque/home/globus/pilot-logs/\(job.slot)"
    var text = element("Job_Id", job.id) + element("Job_Name", "STDIN")
    text += element("Job_Owner", "globus@\(Self.server)")
    text +=
      element("job_state", String(job.state)) + element("queue", "batch") + element("server", Self.server)
    text += element("Checkpoint", "u") + element("ctime", "\(Self.seconds(job.queued))")
    text += element("Error_Path", "\(Self.server):/opt/torque/home/globus/STDIN.e\(job.number)")
    if let host = job.host { text += element("exec_host", "\(hosts[host].name)/\(job.place)") }
    text += element("Hold_Types", "n") + element("Join_Path", "oe") + element("Keep_Files", "n")
    text += element("Mail_Points", "n") + element("mtime", "\(Self.seconds(job.modified))")
    text += element("Output_Path", "\(Self.server):\(output)") + element("Priority", "0")
    text += element("qtime", "\(Self.seconds(job.queued))") + element("Rerunable", "False")
    text += element("Resource_List", wanted)
    if let session = job.session { text += element("session_id", "\(session)") }
    let substates: [Character: String] = ["Q": "10", "R": "42", "E": "50", "C": "59"]
    text += element("substate", substates[job.state] ?? "10")
    text += element("Variable_List", "PBS_O_QUEUE=batch,PBS_O_HOST=\(Self.server),PBS_O_LOGNAME=globus")
    text += element("euser", "globus") + element("egroup", "globus") + element("hashname", job.id)
    text += element("queue_rank", "\(job.number + 1)") + element("queue_type", "E")
    text += element("etime", "\(Self.seconds(job.queued))")
    if job.isOver { text += element("exit_status", "271") }
    if let start = job.started { text += element("start_time", "\(Self.seconds(start))") }
    if let end = job.ended { text += element("comp_time", "\(Self.seconds(end))") }
    text += element("fault_tolerant", "False") + element("submit_host", Self.server)
    return element("Job", text)
  }
}
