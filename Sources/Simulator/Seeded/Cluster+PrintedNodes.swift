import Model
import World

/// What the batch server, the MOMs and the nodes themselves print of a node.
extension Cluster {
  /// The server has heard of it since it was started itself.
  func hasReported(_ host: Int) -> Bool {
    batch.knowsNodes(at: clock) && hosts[host].silentSince.map { $0 > batch.started } ?? true
  }

  /// The server calls a node down that it has not heard of for two minutes, or not since its own start.
  func isDown(_ host: Int) -> Bool {
    !hasReported(host) || hosts[host].silentSince.map { clock - $0 > .seconds(120) } ?? false
  }

  var nodeList: String { "<Data>" + hosts.indices.map(printed(node:)).joined() + "</Data>\n" }

  private func printed(node place: Int) -> String {
    var host = hosts[place]
    host.catchUp(to: clock)
    let held = jobs.values.filter { $0.host == place && ($0.state == "R" || $0.state == "E") }
      .sorted { $0.place < $1.place }
    var states = [
      isDown(place) ? "down" : "", host.isOffline ? "offline" : "",
      held.count < terms.slots ? "" : "job-exclusive",
    ].filter { !$0.isEmpty }
    if states.isEmpty { states = ["free"] }
    let told = host.told.map { "\($0).\(Self.server)" }.joined(separator: " ")
    let status =
      "<status>rectime=\(Self.seconds(host.lastTold(at: clock))),varattr=,"
      + "jobs=\(told),state=free,netload=0,gres=,loadave=0.00,ncpus=1,physmem=903168kb,availmem=700000kb,"
      + "totmem=903168kb,idletime=1000,nusers=0,nsessions=0,uname=Linux \(host.name) 6.1.0 x86_64,opsys=linux</status>"
    let jobs =
      held.isEmpty ? "" : "<jobs>\(held.map { "\($0.place)/\($0.id)" }.joined(separator: ", "))</jobs>"
    let note = host.note.isEmpty ? "" : "<note>\(SiteState.escaped(host.note))</note>"
    return
      "<Node><name>\(host.name)</name><state>\(states.joined(separator: ","))</state><np>\(terms.slots)</np>"
      + "<properties>xen</properties><ntype>cluster</ntype>\(jobs)\(hasReported(place) ? status : "")\(note)<gpus>0</gpus></Node>"
  }

  func books(of host: Host) -> String {
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

  func domains(of host: Host) -> String {
    func row(_ name: String, _ domid: Int, _ mib: Int64, _ state: String) -> String {
      let wide = name + String(repeating: " ", count: max(1, 40 - name.utf8.count))
      return wide + SiteState.padded(Int64(domid), to: 5).dropFirst() + SiteState.padded(mib, to: 6)
        + "     1     \(state)       1.0\n"
    }
    return "Name                                        ID   Mem VCPUs\tState\tTime(s)\n"
      + row("Domain-0", 0, host.balloon.current / 1024, "r-----")
      + host.guests.map { row($0.name, $0.domid, $0.kib / 1024, $0.hasCrashed ? "---sc-" : "-b----") }
      .joined()
      + host.dying.map { row("(null)", $0, 0, "-bp--d") }.joined()
  }

  func hypervisor(of host: Host) -> String {
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
    xen_commandline        : xen dom0_mem=\(host.baseline)M\(terms.isBounded ? ",max:\(host.baseline)M" : "")
    xend_config_format     : 4

    """
  }

  func balloon(of host: Host) -> String {
    """
    ==> /sys/devices/system/xen_memory/xen_memory0/target_kb <==
    \(host.balloon.target)

    ==> /sys/devices/system/xen_memory/xen_memory0/info/current_kb <==
    \(host.balloon.current)

    """
  }

  /// dom0 itself uses 180 MiB, and its kernel keeps 40 MiB to itself.
  func memory(of host: Host) -> String {
    let total = host.balloon.current - 40 * 1024
    return """
      MemTotal:       \(SiteState.padded(total, to: 8)) kB
      MemFree:        \(SiteState.padded(max(0, total - 200 * 1024), to: 8)) kB
      MemAvailable:   \(SiteState.padded(max(0, total - 180 * 1024), to: 8)) kB

      """
  }

  func processes(of host: Host) -> String {
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

  func clock(of host: Host) -> String {
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
