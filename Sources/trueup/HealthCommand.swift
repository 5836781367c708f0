import ArgumentParser
import Collect
import Commands
import Configuration
import Files
import Glibc
import Model
import Node
import Synchronization
import World
import Xen

struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "On a node: what TORQUE's node check prints, a line that begins with ERROR, or nothing.",
    discussion: """
      For $node_check_script of pbs_mom. It asks this machine alone, by the balloon's files and the list of processes: no \
      network, no toolstack, no database, and no more than a second. It says ERROR where dom0 lacks memory that no living \
      pilot has, or does not get where it goes, and was so a minute ago too. In doubt it says nothing.

      Exit status: 0 always, but for wrong usage.
      """)

  @Option(
    help: ArgumentHelp(
      "What dom0 of this node has with no lease; by default node.dom0 of site.toml.", valueName: "mib"))
  var dom0: Int64?
  @Option(
    help: ArgumentHelp("Where it remembers what it saw last.", valueName: "file"), completion: .file())
  var state = "/run/trueup-health"
  @OptionGroup var site: SiteOptions

  func validate() throws {
    if let dom0, !(1...1 << 30).contains(dom0) { throw ValidationError("--dom0 is a number of MiB above 0") }
  }

  func run() async throws {
    let configuration = try site.load()
    guard let baseline = dom0.map({ $0 * 1024 }) ?? Self.configured(configuration) else {
      throw Refusal("what dom0 has with no lease is not known: --dom0 MIB, or node.dom0 in site.toml")
    }
    let command = self
    // Nobody waits longer for a node check, and a node is not taken from its jobs because of this program.
    let late: @Sendable (Interruption.Cause) -> Never = { _ in Glibc.exit(0) }
    try await Interruption.guarding(within: .milliseconds(900), leave: late) {
      try await command.check(configuration.reach.nodes, baselineKib: baseline)
    }
  }

  private func check(_ reach: Reach.Nodes, baselineKib: Int64) async throws {
    guard let sight = try await Self.look(reach) else { return }
    let health = NodeHealth(sight, baselineKib: baselineKib)
    let before = (try? PrivateFile.read(state)).flatMap(NodeHealth.Trouble.init(text:))
    let (line, trouble) = health.verdict(after: before, now: Wall.now)
    do {
      if let trouble { try PrivateFile.replace(state, trouble.text) } else { unlink(state) }
    } catch {
      return Terminal.note("\(state) can't be written, and so nothing is ever confirmed: \(error)")
    }
    if let line { Terminal.write("ERROR trueup: \(line)") }
  }

  /// Of the node that this machine is.
  private static func configured(_ configuration: Configuration) -> Int64? {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    var names = NodeNames(configuration.site.nodes)
    let node = configuration.site.nodes.first { names.canonical($0.name) == names.canonical(host) }
    return node?.dom0?.count
  }

  /// Nil where anything of it could not be seen or understood.
  private static func look(_ reach: Reach.Nodes) async throws -> NodeHealth.Sight? {
    var reach = reach
    (reach.pilotLogs, reach.pilotLock) = ("", "")
    let probes = (Xen.probes(of: "", reach) + Node.probes(of: "", reach)).filter {
      [.xenBalloon, .nodePilots].contains($0.kind)
    }
    let arrived = Mutex<[Answer]>([])
    await LocalTransport(reach).ask(
      [NodeErrand(node: "", address: "", probes: probes, deadline: .milliseconds(800))],
      clock: ObserverClock()
    ) { _, answers in arrived.withLock { $0 = answers } }
    var rows = RowList()
    let answers = arrived.withLock { $0 }
    guard answers.count == probes.count else { return nil }
    for answer in answers where Doors.read(answer.observation, into: &rows).coverage != .complete {
      return nil
    }
    func amount(_ row: Row, _ column: String) -> Int64? {
      if case .integer(let number)? = row[column] { number } else { nil }
    }
    let pilots = rows.rows.filter { "\($0.table)" == "pilot_process" }.map { amount($0, "memory_kib") }
    guard let sample = rows.rows.first(where: { "\($0.table)" == "memory_sample" }),
      let current = amount(sample, "current_kib"), let target = amount(sample, "target_kib"),
      !pilots.contains(nil)
    else { return nil }
    return NodeHealth.Sight(
      currentKib: current, targetKib: target, leasedKib: pilots.compactMap(\.self).reduce(0, +))
  }
}
