import Model
import World

/// Sources that a live site always has and the capture has not, printed in their real form from what the others tell.
///
/// Guests of the service have a record, an image and, where the database has them, a DHCP entry for each of their addresses.
/// Of a node's boot and of the MOM's books nothing can be told.
extension SiteState {
  mutating func addMissingSources() {
    addCount()
    for node in spellings.keys.sorted() {
      if let balloon = memory[node] {
        add(.xenBalloon, node, Self.balloonCommand) { _ in Self.sysfs(balloon) }
        add(.nodeMemory, node, ["cat", "/proc/meminfo"]) { _ in Self.memory(balloon) }
      }
      if sources.contains(where: { $0.node == node }) {
        add(.nodePilots, node, ["ps", "-ef"]) { $0.processes(on: node) }
        add(.nodeResidue, node, Self.residueCommand) { $0.residue(on: node) }
      }
    }
  }

  private static let balloonCommand = [
    "tail", "-n", "+1", "/sys/devices/system/xen_memory/xen_memory0/target_kb",
    "/sys/devices/system/xen_memory/xen_memory0/info/current_kb",
  ]
  private static let residueCommand = [
    "sh", "-c", "find -H \"$1\" -maxdepth 2; tail -v -n +1 -- \"$2\"", "sh", "/opt/workspace",
    "/etc/dhcpd.conf",
  ]

  /// A node that does not answer does not answer this either.
  private mutating func add(
    _ kind: ObservationKind, _ node: String, _ command: [String], _ document: (SiteState) -> Document
  ) {
    guard isMissing(kind, of: node) else { return }
    let dead = silent.contains(node) ? sources.first { $0.node == node }?.observation : nil
    add(
      RawObservation(
        kind: kind, node: spellings[node]?.name ?? "", command: command, started: dead?.started ?? clock,
        finished: dead?.finished ?? clock, ending: dead?.ending ?? .exit(0),
        stdout: dead == nil ? document(self).bytes : []), of: node)
  }

  private mutating func add(_ observation: RawObservation, of node: String) {
    sources.append(Source(Answer(observation), node: node, read: read))
  }

  private func isMissing(_ kind: ObservationKind, of node: String) -> Bool {
    !absent.contains(kind) && !sources.contains { $0.kind == kind && $0.node == node }
  }

  // MARK: The batch server's count

  /// `qstat -B -f`, with the attributes that somebody reads (`Fixtures/parsers/torque/server`).
  private mutating func addCount() {
    let jobs = sources.first { $0.kind == .torqueJobs }
    guard let jobs, isMissing(.torqueServer, of: "") else { return }
    let server = rows(.torqueJobs, "lrms_job").first?.text("id")?.split(separator: ".", maxSplits: 1).last
    let version = jobs.observation.stdout.starts(with: "<?xml".utf8) ? "6.1-dev" : "2.5.13"
    let text = """
      Server: \(server ?? "localhost")
          server_state = Active
          scheduling = True
          total_jobs = 0
          pbs_version = \(version)


      """
    add(
      RawObservation(
        kind: .torqueServer, command: ["qstat", "-B", "-f"], started: clock, finished: clock,
        ending: jobs.isFailed ? jobs.observation.ending : .exit(0),
        stdout: jobs.isFailed ? [] : Array(text.utf8), stderr: jobs.isFailed ? jobs.observation.stderr : []),
      of: "")
  }

  // MARK: Memory

  /// dom0's kernel keeps 131,560 KiB for itself on the machine that this was measured on.
  private static func memory(_ balloon: Balloon) -> Document {
    let total = max(0, balloon.current - 131_560)
    let told = [("MemTotal:", total), ("MemFree:", total / 2), ("MemAvailable:", total / 3 * 2)]
    return Document(told.map { "\($0)\(padded($1, to: 24 - $0.utf8.count)) kB\n" }.joined())
  }

  static func padded(_ number: Int64, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(1, width - digits.utf8.count)) + digits
  }

  // MARK: Residue

  private func residue(on node: String) -> Document {
    let folders = ["persistence", "secureimages", "mnt", "logs"].map { "/opt/workspace/\($0)\n" }
    let machines = guests(of: node).compactMap { $0.text("name") }.filter { Self.machine(of: $0) != nil }
    let own = machines.map { "/opt/workspace/persistence/\($0)\n/opt/workspace/secureimages/\($0)\n" }
    // An address that has an entry already gets no other one.
    let placed = machines.filter { Self.machine(of: $0).map { isPlaced($0, on: node) } ?? false }
    let hosts = placed.flatMap(addresses).map(Self.host).uniqued
    let head = "==> /etc/dhcpd.conf <==\nddns-update-style none;\n\n### DHCP-CONFIG-AUTOMATIC-BEGINS ###\n\n"
    return Document("/opt/workspace\n" + (folders + own).joined() + head + hosts.joined())
  }

  private func isPlaced(_ machine: Int64, on node: String) -> Bool {
    rows(.dbMain, "db_vm").contains {
      $0.integer("machine") == machine && $0.text("node").map(canonical) == node
    }
  }

  /// `workspace-N` up to 1.3.1.
  static func machine(of domain: String) -> Int64? {
    let prefix = ["wrksp-", "workspace-"].first { domain.hasPrefix($0) }
    return prefix.flatMap { Int64(domain.dropFirst($0.utf8.count)) }
  }

  /// The pool's entries for the addresses of a domain's machine.
  func addresses(of domain: String) -> [Row] {
    guard let machine = Self.machine(of: domain) else { return [] }
    let own = rows(.dbMain, "db_nic").filter { $0.integer("machine") == machine }
      .compactMap { $0.text("address") }
    return rows(.dbMain, "db_address").filter { $0.text("address").map(own.contains) ?? false }
  }

  private static func host(_ address: Row) -> String {
    """
    host \(address.text("hostname") ?? "unknown") {
      # Added by dhcp-conf-alter
      hardware ethernet \(address.text("mac") ?? "00:00:00:00:00:00");
      fixed-address \(address.text("address") ?? "");
    }

    """
  }
}
