import ArgumentParser
import Commands
import Glibc
import Model
import Simulator

struct SandboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract:
      "Makes a site in a folder that lives and breaks, with commands of its own to look at it and to repair it.",
    discussion: """
      Nothing real is touched. `bin` there has qstat, pbsnodes, qdel, momctl, xl, ssh, workspace (--deploy NODE \
      MINUTES, --query, --job, --destroy ID, --reset) and nimbusctl (stop, start, status), and \
      site.toml is for every command of trueup; call them with that folder first on PATH. The site goes on living by this \
      machine's clock. --truth tells what is wrong with it at this moment, which trueup is to find out.
      """)

  @Argument(help: "The folder; it is made.", completion: .directory) var folder: String
  @Option(help: "The seed that its life follows from.") var seed: UInt64 = 1
  @Option(help: "Seconds between two faults, about; 0 for none. By default as the seed draws it.") var faults:
    Int64?
  @Flag(help: "Nothing breaks and nobody asks for machines but by `workspace`: for trials.") var idle = false
  @Option(help: "Seconds that it has lived already.") var aged: Int64 = 1200
  @Flag(help: "Tells what is wrong there now, and since its birth what happened.") var truth = false
  @Option(parsing: .remaining, help: .hidden) var answer: [String] = []

  private static var now: Instant { ObserverClock().now }

  func run() throws {
    if truth {
      let (cluster, _) = try Sandbox(folder: folder).lived(until: Self.now)
      for line in cluster.story { Terminal.write(line) }
      for divergence in cluster.divergences.map({ "\($0.rule) \($0.thing)" }).sorted() {
        Terminal.write("now: \(divergence)")
      }
    } else if answer.isEmpty {
      let sandbox = try Sandbox.make(
        folder, seed: seed, faults: faults, isIdle: idle, aged: .seconds(aged),
        at: Self.now)
      Terminal.write("PATH=\(sandbox.folder)/bin:$PATH trueup audit --site \(sandbox.folder)/site.toml")
    } else {
      let node = getenv("TRUEUP_NODE").map { String(cString: $0) }
      let answered = try Sandbox(folder: folder).answer(answer, on: node, at: Self.now)
      if !answered.output.isEmpty { Terminal.write(answered.output, to: STDOUT_FILENO) }
      if !answered.complaint.isEmpty { Terminal.write(answered.complaint, to: STDERR_FILENO) }
      if answered.status != 0 { Glibc.exit(Int32(answered.status)) }
    }
  }
}
