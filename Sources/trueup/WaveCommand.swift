import ArgumentParser
import Glibc
import Model
import Report
import Torque
import Wave
import World

struct WaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wave",
    abstract: "Reads series of dom0's memory: leases that came and went, and what was not given back, when.",
    discussion: """
      Each file is CSV, of one node or with a column that tells which: as trueup monitor writes it, or a moment in seconds and \
      memory in MiB or KiB, with commas, semicolons, tabs or blanks. A fall by a slot is a lease, the rise its end; what does \
      not come out even was lost. Its findings bear the names of the audit's rules that see the same.

      Exit status, a sum of: 0 all is well; 4 memory is missing, or nothing changes any more; 8 stretches are not recorded, \
      or lines were not read.
      """)

  enum Form: String, CaseIterable, ExpressibleByArgument { case text, json }
  enum Unit: String, CaseIterable, ExpressibleByArgument { case mib, kib }

  @Argument(help: ArgumentHelp("Series.", valueName: "file"), completion: .file()) var files: [String]
  @Option(help: ArgumentHelp("MiB of one slot.", valueName: "mib")) var quantum: Int64 = 64
  @Option(help: ArgumentHelp("MiB of dom0 with no lease; by default the highest level.", valueName: "mib"))
  var baseline: Int64?
  @Option(help: "Leases that a node has at the same time.") var slots = 1
  @Option(help: "The unit of memory, whatever a file says.") var unit: Unit?
  @Option(
    help: ArgumentHelp("An accounting log of TORQUE: who deleted which job.", valueName: "file"),
    completion: .file())
  var accounting: [String] = []
  @Option(
    help: ArgumentHelp("Lines of what was done: seconds, node, text.", valueName: "file"), completion: .file()
  ) var log: [String] = []
  @Option(name: .shortAndLong, help: "The form of the report: text or json.") var format = Form.text

  func validate() throws {
    guard (1...1 << 20).contains(quantum), baseline ?? 1 > 0, (1...1000).contains(slots) else {
      throw ValidationError("amounts are MiB above 0, and slots are 1 to 1000")
    }
  }

  func run() throws {
    var terms = WaveTerms()
    terms.quantumKib = quantum * 1024
    terms.baselineKib = baseline.map { $0 * 1024 }
    terms.slots = slots
    let happenings = try accounting.flatMap(Self.accounted) + log.flatMap(Self.logged)
    var readers: [String: WaveReader] = [:]
    var problems: [String] = []
    var count = 0
    for file in files {
      var reader = SeriesReader(
        node: Self.node(of: file), unit: unit.flatMap { MemoryUnit(rawValue: $0.rawValue) })
      try Disk.pieces(of: file) { piece in
        reader.take(piece) { node, sample in
          readers[node, default: WaveReader(node: node, terms: terms)].take(sample)
        }
      }
      reader.finish()
      problems += reader.problems.map { "\(file) line \($0.line): \($0.text)" }
      count += reader.problemCount
    }
    let waves = readers.keys.sorted().compactMap { readers[$0]?.finish(happenings) }
    problems = Array(problems.prefix(10))
    Terminal.write(
      format == .json
        ? WaveReport.json(waves, problems: problems, problemCount: count)
        : WaveReport.text(waves, problems: problems, problemCount: count))
    let status = WaveReport.status(waves, problems: count)
    if !status.isEmpty { throw status }
  }

  /// The file's name, without folder and ending.
  private static func node(of file: String) -> String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    return name.split(separator: ".").first.map(String.init) ?? name
  }

  private static func accounted(_ file: String) throws -> [Happening] {
    var rows = RowList()
    let observation = RawObservation(kind: .torqueAccounting, stdout: try Disk.read(file))
    if case .failed(let problem)? = Torque.read(observation, into: &rows)?.coverage {
      throw Refusal("\(file): \(problem.described)")
    }
    return Happening.ofAccounting(rows.rows)
  }

  private static func logged(_ file: String) throws -> [Happening] {
    try String(decoding: Disk.read(file), as: UTF8.self).split(separator: "\n").compactMap { line in
      let fields = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false).map {
        $0.trimmingPrefix { $0 == " " }
      }
      guard fields.count == 3, let moment = Double(fields[0]), moment < 1e11 else { return nil }
      return Happening(
        at: Instant(milliseconds: Int64(moment * 1000)), node: fields[1].isEmpty ? nil : String(fields[1]),
        text: String(fields[2]))
    }
  }
}
