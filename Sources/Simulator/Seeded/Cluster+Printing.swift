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
    .xenList, .xenInfo, .xenBalloon, .nodePilots, .torqueMom, .nodeClock,
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
    case .nodePilots: ["ps", "-ef"]
    default: ["sh", "-c", "date +%s.%N; tail -n +1 /proc/uptime /proc/sys/kernel/random/boot_id"]
    }
  }

  func printed(_ kind: ObservationKind, of host: Int) -> String {
    switch kind {
    case .torqueServer: serverStatus
    case .torqueJobs: jobList
    case .torqueNodes: nodeList
    case .torqueMom: books(of: hosts[host])
    case .dbMain: dump
    case .xenList: domains(of: hosts[host])
    case .xenInfo: hypervisor(of: hosts[host])
    case .xenBalloon: balloon(of: hosts[host])
    case .nodePilots: processes(of: hosts[host])
    default: clock(of: hosts[host])
    }
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

  private static func seconds(_ moment: Instant) -> Int64 { moment.milliseconds / 1000 }

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
    if let host = job.host { text += element("exec_host", "\(hosts[host].name)/0") }
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

  private var nodeList: String { "<Data>" + hosts.indices.map(printed(node:)).joined() + "</Data>\n" }

  private func printed(node place: Int) -> String {
    var host = hosts[place]
    host.catchUp(to: clock)
    let held = jobs.values.filter { $0.host == place && ($0.state == "R" || $0.state == "E") }.map(\.id)
      .sorted()
    // The server calls a node down that it has not heard of for a minute.
    let isDown = host.wentDown.map { clock - $0 > .seconds(60) } ?? false
    var states = [isDown ? "down" : "", host.isOffline ? "offline" : "", held.isEmpty ? "" : "job-exclusive"]
      .filter { !$0.isEmpty }
    if states.isEmpty { states = ["free"] }
    let last = host.wentDown.map { host.lastTold(at: $0) } ?? host.lastTold(at: clock)
    let told = host.told.map { "\($0).\(Self.server)" }.joined(separator: " ")
    let jobs = held.isEmpty ? "" : "<jobs>\(held.map { "0/\($0)" }.joined(separator: ", "))</jobs>"
    let note = host.note.isEmpty ? "" : "<note>\(SiteState.escaped(host.note))</note>"
    return "<Node><name>\(host.name)</name><state>\(states.joined(separator: ","))</state><np>1</np>"
      + "<properties>xen</properties><ntype>cluster</ntype>\(jobs)<status>rectime=\(Self.seconds(last)),varattr=,"
      + "jobs=\(told),state=free,netload=0,gres=,loadave=0.00,ncpus=1,physmem=903168kb,availmem=700000kb,"
      + "totmem=903168kb,idletime=1000,nusers=0,nsessions=0,uname=Linux \(host.name) 6.1.0 x86_64,opsys=linux</status>"
      + "\(note)<gpus>0</gpus></Node>"
  }

  private func books(of host: Host) -> String {
    var lines = host.books.map { number in
      let sessions = jobs[number]?.session.map(String.init) ?? ""
      return "job[\(number).\(Self.server)]  state=RUNNING  sidlist=\(sessions)"
    }
    lines.append(
      host.books.isEmpty ? "NOTE:  no local jobs detected" : "Assigned CPU Count:     \(host.books.count)")
    return """

      Host: \(host.name)/\(host.name)   Version: 2.5.13   PID: 25
      Server[0]: \(Self.server) (127.0.0.10:15001)
        Last Msg From Server:   34 seconds (StatusJob)
        Last Msg To Server:     39 seconds
      MOM active:             \(max(0, (clock - host.booted).seconds)) seconds
      Check Poll Time:        45 seconds
      Server Update Interval: 45 seconds
      \(lines.joined(separator: "\n"))

      diagnostics complete

      """
  }

  // MARK: Nodes

  private func domains(of host: Host) -> String {
    func row(_ name: String, _ domid: Int, _ mib: Int64, _ state: String) -> String {
      let wide = name + String(repeating: " ", count: max(1, 40 - name.utf8.count))
      return wide + SiteState.padded(Int64(domid), to: 5).dropFirst() + SiteState.padded(mib, to: 6)
        + "     1     \(state)       1.0\n"
    }
    return "Name                                        ID   Mem VCPUs\tState\tTime(s)\n"
      + row("Domain-0", 0, host.balloon.current / 1024, "r-----")
      + host.guests.map { row($0.name, $0.domid, $0.kib / 1024, "-b----") }.joined()
  }

  private func hypervisor(of host: Host) -> String {
    """
    host                   : \(host.name)
    release                : 6.1.0-56-amd64
    machine                : x86_64
    nr_cpus                : 1
    total_memory           : \(host.total)
    free_memory            : \((host.balloon.free ?? 0) / 1024)
    sharing_freed_memory   : 0
    sharing_used_memory    : 0
    outstanding_claims     : 0
    xen_major              : 4
    xen_minor              : 17
    xen_extra              : .7
    xen_version            : 4.17.7
    xen_caps               : xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64
    xen_scheduler          : credit2
    xen_pagesize           : 4096
    xen_commandline        : xen dom0_mem=\(host.baseline)M,max:\(host.baseline)M
    xend_config_format     : 4

    """
  }

  private func balloon(of host: Host) -> String {
    """
    ==> /sys/devices/system/xen_memory/xen_memory0/target_kb <==
    \(host.balloon.target)

    ==> /sys/devices/system/xen_memory/xen_memory0/info/current_kb <==
    \(host.balloon.current)

    """
  }

  private func processes(of host: Host) -> String {
    let head = """
      UID          PID    PPID  C STIME TTY          TIME CMD
      root           1       0  0 00:00 ?        00:00:04 /sbin/init
      root          25       1  0 00:00 ?        00:00:11 /usr/sbin/pbs_mom

      """
    return head
      + host.runs.map { run in
        let options = "-m \(run.memory) -d \(run.duration.seconds) -g \(terms.grace.seconds) -i \(run.slot)"
        return "globus  \(SiteState.padded(Int64(run.pid), to: 8))\(SiteState.padded(25, to: 8))  0 "
          + "\(run.started.rfc3339.dropFirst(11).prefix(5)) ?        00:00:00 /usr/bin/python /opt/workspacepilot.py "
          + "-t --reserveslot \(options) -c http://gridsn:41999/pilot_notification/v01/\n"
      }.joined()
  }

  private func clock(of host: Host) -> String {
    func fraction(_ milliseconds: Int64) -> String { String(String(1000 + milliseconds % 1000).dropFirst()) }
    let up = max(0, (clock - host.booted).milliseconds)
    let number = String(host.boot + 1000, radix: 16)
    let identifier =
      "5c7a2a39-8a4f-4a67-9d0b-\(String(repeating: "0", count: 12 - number.utf8.count))\(number)"
    return """
      \(clock.milliseconds / 1000).\(fraction(clock.milliseconds))000000

      ==> /proc/uptime <==
      \(up / 1000).\(fraction(up).prefix(2)) \(up / 1000).00

      ==> /proc/sys/kernel/random/boot_id <==
      \(identifier)

      """
  }
}
