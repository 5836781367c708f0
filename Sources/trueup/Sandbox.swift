import Glibc
import Model
import SQLite
import Simulator

/// A seeded site in a folder, whose commands are programs there. It goes on living by the clock of this machine: each command
/// lets it live again from its seed up to now, with all that was done to it since, and so needs no process that stays.
struct Sandbox {
  let folder: String

  /// What a line of its log tells.
  private enum Deed {
    case command(words: [String], node: String?)
    case service(isRunning: Bool)
    /// Somebody changed rows: the dump that it came to is kept under that number.
    case rows(Int)
  }

  // MARK: Making one

  private static let programs = [
    "qstat", "pbsnodes", "qdel", "momctl", "xl", "ps", "nimbusctl", "workspace", "workspace-control",
  ]

  /// - Throws: `Refusal` where the folder is there already.
  static func make(
    _ folder: String, seed: UInt64, faults: Int64?, isIdle: Bool, aged: Duration, at now: Instant
  )
    throws -> Sandbox
  {
    guard !folder.contains(where: { "'\n".contains($0) }) else {
      throw Refusal("a quote or a newline is in the folder's name, and its scripts would trip over it")
    }
    for name in ["", "/bin", "/nodes", "/rows", "/nimbus", "/nimbus/WorkspacePersistenceDB"] {
      guard mkdir(folder + name, 0o700) == 0 else {
        throw Refusal("\(folder + name): \(String(cString: strerror(errno)))")
      }
    }
    let sandbox = Sandbox(folder: try absolute(folder))
    let born = now.milliseconds - aged.milliseconds
    try Disk.create(
      sandbox.folder + "/life",
      Array(
        "seed\t\(seed)\nborn\t\(born)\nfaults\t\(isIdle ? "idle" : faults.map(String.init) ?? "drawn")\n".utf8
      ))
    for program in programs {
      try sandbox.write(
        program, "exec '\(Disk.program)' sandbox '\(sandbox.folder)' --answer \(program) \"$@\"\n")
    }
    try sandbox.write("ssh", sandbox.ssh)
    // Who waits sees the site as it is then.
    try sandbox.write(
      "sleep", "'\(Disk.program)' sandbox '\(sandbox.folder)' --answer sleep\nexec /bin/sleep \"$@\"\n")
    let database = try Database(path: sandbox.folder + "/main.sqlite", readOnly: false)
    let (cluster, _) = try sandbox.lived(until: now)
    try database.execute(try cluster.database().dump())
    try Disk.create(sandbox.folder + "/site.toml", Array(sandbox.siteFile(cluster).utf8))
    _ = try sandbox.answer(["qstat"], on: nil, at: now)
    return sandbox
  }

  private static func absolute(_ path: String) throws -> String {
    guard let full = realpath(path, nil) else {
      throw Refusal("\(path): \(String(cString: strerror(errno)))")
    }
    defer { free(full) }
    return String(cString: full)
  }

  private func write(_ program: String, _ script: String) throws {
    let path = folder + "/bin/" + program
    try Disk.create(path, Array(("#!/bin/sh\n" + script).utf8))
    guard chmod(path, 0o700) == 0 else { throw Refusal("\(path): \(String(cString: strerror(errno)))") }
  }

  /// What it is to run there, runs here: with the node's commands first on PATH, and with files of its own for the kernel's.
  private var ssh: String {
    """
    case " $* " in *" -O "*) exit 0 ;; esac
    case " $* " in *" -- "*) while [ "$1" != -- ]; do shift; done; shift ;; esac
    node=$1
    '\(Disk.program)' sandbox '\(folder)' --answer ssh "$node" || exit
    shift
    files='\(folder)'/nodes/$node
    script=$(printf %s "$*" | sed "s#/sys/devices/system/xen_memory/xen_memory0#$files#g
      s#info/current_kb#current_kb#g; s#/proc/meminfo#$files/meminfo#g; s#+1 /proc/uptime#+1 $files/uptime#g
      s#/proc/sys/kernel/random/boot_id#$files/boot_id#g; s#/proc/xen/balloon#$files/none#g")
    TRUEUP_NODE=$node PATH='\(folder)/bin':$PATH exec sh -c "$script"

    """
  }

  private func siteFile(_ cluster: Cluster) -> String {
    cluster.siteFile.replacing(
      "[nodes]",
      with: """
        [torque]
        bin = "\(folder)/bin"
        momctl = true

        [service]
        home = "\(folder)/nimbus"

        [database]
        engine = "sqlite"
        main = "\(folder)/main.sqlite"

        [repair]
        state = "\(folder)/state"
        # So few nodes may all be broken.
        max_nodes_percent = 100

        [nodes]
        workspace_control = "\(folder)"
        """)
  }

  // MARK: Its life

  /// What it is at a moment, and what rows its database was left with when it was last asked.
  func lived(until now: Instant) throws -> (cluster: Cluster, deeds: Int) {
    var (seed, born, faults) = (UInt64(1), Int64(0), "")
    var cluster: Cluster?
    var deeds = 0
    for line in String(decoding: try Disk.read(folder + "/life"), as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      switch words[0] {
      case "seed": seed = UInt64(words[1]) ?? seed
      case "born": born = Int64(words[1]) ?? born
      case "faults": faults = words[1]
      default:
        deeds += 1
        var site = cluster ?? Self.born(seed, faults, at: born)
        let moment = Int64(words[0]) ?? born
        site.advance(by: .milliseconds(max(0, moment - site.clock.milliseconds)))
        try Self.carryOut(try deed(words), on: &site, in: folder)
        cluster = site
      }
    }
    var site = cluster ?? Self.born(seed, faults, at: born)
    site.advance(by: .milliseconds(max(0, now.milliseconds - site.clock.milliseconds)))
    return (site, deeds)
  }

  private static func born(_ seed: UInt64, _ faults: String, at moment: Int64) -> Cluster {
    let isSound = faults == "0" || faults == "idle"
    var terms: Cluster.Terms = isSound ? .sound(by: seed) : .drawn(by: seed)
    if let faults = Int64(faults), faults > 0 { terms.faults = .seconds(faults) }
    var cluster = Cluster(seed: seed, terms: terms, isTold: true, born: Instant(milliseconds: moment))
    if faults == "idle" { cluster.quieten() }
    return cluster
  }

  private func deed(_ words: [String]) throws -> Deed {
    switch words.dropFirst().first {
    case "rows": .rows(Int(words[2]) ?? 0)
    case "service": .service(isRunning: words[2] == "start")
    case "command": .command(words: Array(words.dropFirst(3)), node: words[2].isEmpty ? nil : words[2])
    default:
      throw Refusal(
        "\(folder)/life: a line is none of a sandbox's: \(words.joined(separator: " ").prefix(80))")
    }
  }

  @discardableResult
  private static func carryOut(_ deed: Deed, on site: inout Cluster, in folder: String) throws
    -> Cluster.Answered
  {
    switch deed {
    case .command(let words, let node): return site.answer(words, on: node)
    case .service(let isRunning): site.setService(isRunning: isRunning, isHeld: !isRunning)
    case .rows(let number):
      try site.absorb(String(decoding: try Disk.read("\(folder)/rows/\(number).sql"), as: UTF8.self))
    }
    return Cluster.Answered()
  }

  // MARK: Answering

  /// One command at a time: it is put down, so that the site lives through it again.
  func answer(_ words: [String], on node: String?, at now: Instant) throws -> Cluster.Answered {
    let lock = open(folder + "/life", O_RDONLY | O_CLOEXEC)
    guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw Refusal("\(folder): no sandbox") }
    defer { close(lock) }
    var (cluster, deeds) = try lived(until: now)
    try takeRows(into: &cluster, deeds, at: now)
    for name in cluster.nodeNames { try refresh(cluster, name) }
    var answered = Cluster.Answered()
    switch (words.first, words.dropFirst().first) {
    case ("ssh", let name?):
      if cluster.files(of: name).isEmpty {
        answered = .init(complaint: "ssh: connect to host \(name) port 22: No route to host\n", status: 255)
      }
    case ("sleep", _): break
    case ("nimbusctl", let verb?) where ["start", "stop"].contains(verb):
      try keep(["service", verb], at: now)
      try Self.carryOut(.service(isRunning: verb == "start"), on: &cluster, in: folder)
    case ("nimbusctl", _):
      answered.output = cluster.isServiceRunning ? "running\n" : "stopped\n"
    default:
      guard !words.contains(where: { $0.contains("\t") || $0.contains("\n") }) else {
        throw Refusal("a sandbox takes no tab and no newline in a command")
      }
      let before = cluster.key
      answered = cluster.answer(words, on: node)
      if cluster.key != before { try keep(["command", node ?? ""] + words, at: now) }
    }
    try writeRows(of: cluster)
    return answered
  }

  private func keep(_ words: [String], at now: Instant) throws {
    try Disk.append(
      folder + "/life", Array((["\(now.milliseconds)"] + words).joined(separator: "\t").utf8) + [10])
  }

  /// A node's kernel's files, as they are now: another command may be reading them.
  private func refresh(_ cluster: Cluster, _ node: String) throws {
    let place = "\(folder)/nodes/\(node)"
    mkdir(place, 0o700)
    for (name, text) in cluster.files(of: node) {
      try Disk.replace("\(place)/\(name)", Array(text.utf8))
    }
  }

  // MARK: Rows

  private var database: Database {
    get throws { try Database(existing: folder + "/main.sqlite", busyTimeout: 10_000) }
  }

  /// What the file has and the site's last command did not leave there, somebody else did.
  private func takeRows(into cluster: inout Cluster, _ deeds: Int, at now: Instant) throws {
    guard let left = try? Disk.read(folder + "/rows/left.sql") else { return }
    let found = Array(try database.dump().utf8)
    guard found != left else { return }
    // One that was left by a command that was killed was never put down.
    try Disk.replace("\(folder)/rows/\(deeds).sql", found)
    try keep(["rows", "\(deeds)"], at: now)
    try cluster.absorb(String(decoding: found, as: UTF8.self))
  }

  private func writeRows(of cluster: Cluster) throws {
    let file = try database
    try cluster.write(to: file)
    try Disk.replace(folder + "/rows/left.sql", Array(try file.dump().utf8))
    let sign = folder + "/nimbus/WorkspacePersistenceDB/db.lck"
    if !cluster.isServiceRunning {
      unlink(sign)
    } else if Disk.facts(sign) == nil {
      try Disk.create(sign, [])
    }
  }
}
