import ArgumentParser
import Model
import Repair
import Report
import Torque
import Trials
import Wave
import World

/// Series of dom0's memory, and what else is known of their time: shared by the commands that read them.
struct SeriesOptions: ParsableArguments {
  enum Unit: String, CaseIterable, ExpressibleByArgument { case mib, kib }

  @Argument(help: ArgumentHelp("Series.", valueName: "file"), completion: .file(extensions: ["csv"]))
  var files: [String]
  @Option(help: ArgumentHelp("MiB of one slot.", valueName: "mib")) var quantum: Int64 = 64
  @Option(
    help: ArgumentHelp(
      "MiB of dom0 with no lease; by default the highest level before a lease ended.", valueName: "mib"))
  var baseline: Int64?
  @Option(help: "Leases that a node has at the same time.") var slots = 1
  @Option(help: ArgumentHelp("From asking for a machine to its lease; later is late.", valueName: "seconds"))
  var window: Int64 = 30
  @Option(help: "The unit of memory, whatever a file says.") var unit: Unit?
  @Option(
    help: ArgumentHelp(
      "The log of trials (trials.csv): which leases were expected, and when.", valueName: "file"),
    completion: .file())
  var trials: [String] = []
  @Option(
    help: ArgumentHelp("An accounting log of TORQUE: who deleted which job.", valueName: "file"),
    completion: .file())
  var accounting: [String] = []
  @Option(
    help: ArgumentHelp("Lines of what was done: seconds, node, text.", valueName: "file"), completion: .file()
  )
  var log: [String] = []
  @Option(
    help: ArgumentHelp("trueup's state folder, for its journal: what repairs did.", valueName: "dir"),
    completion: .directory)
  var state: String?

  func validate() throws {
    guard (1...1 << 20).contains(quantum), baseline ?? 1 > 0, (1...1000).contains(slots), window > 0 else {
      throw ValidationError("amounts are MiB above 0, slots are 1 to 1000, and a window is above 0")
    }
  }

  var terms: WaveTerms {
    var terms = WaveTerms()
    terms.quantumKib = quantum * 1024
    terms.baselineKib = baseline.map { $0 * 1024 }
    terms.slots = slots
    terms.window = .seconds(window)
    return terms
  }

  /// Reads every file once.
  ///
  /// - Parameter thinning: whether points for a picture are kept.
  func read(thinning: Bool = false) async throws -> SeriesRead {
    var series = SeriesRead(terms: terms, isThinned: thinning)
    let logs = try trials.map { file in
      let log = TrialLog(try Disk.read(file))
      for line in log.unread { series.complain(file, line, "it is no line of a trial's log") }
      return log
    }
    var happenings = try accounting.flatMap(Self.accounted)
    for file in log { happenings += try Self.logged(file) { series.complain(file, $0, $1) } }
    happenings += logs.flatMap(\.happenings)
    if let state { happenings += try await Self.repaired(state) }
    for file in files { try series.take(file, unit: unit.flatMap { MemoryUnit(rawValue: $0.rawValue) }) }
    series.finish(happenings, expected: logs.flatMap(\.expected))
    return series
  }

  private static func accounted(_ file: String) throws -> [Happening] {
    var rows = RowList()
    let observation = RawObservation(kind: .torqueAccounting, stdout: try Disk.read(file))
    if case .failed(let problem)? = Torque.read(observation, into: &rows)?.coverage {
      throw Refusal("\(file): \(problem.described)")
    }
    return Happening.ofAccounting(rows.rows)
  }

  private static func logged(_ file: String, _ complain: (Int, String) -> Void) throws -> [Happening] {
    let lines = try String(decoding: Disk.read(file), as: UTF8.self)
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return lines.enumerated().compactMap { place, line in
      if line.isEmpty || line.first == "#" { return nil }
      let fields = line.split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false).map {
        $0.trimmingPrefix { $0 == " " }
      }
      guard fields.count == 3, let moment = Double(fields[0]), abs(moment) < 1e11 else {
        complain(place + 1, "it is not seconds, node, text")
        return nil
      }
      return Happening(
        at: Instant(milliseconds: Int64(moment * 1000)), node: fields[1].isEmpty ? nil : String(fields[1]),
        text: String(fields[2]))
    }
  }

  /// Steps that repairs carried out on nodes.
  private static func repaired(_ state: String) async throws -> [Happening] {
    let journal = try Journal(path: try StateFolder(existing: state).journal)
    var happenings: [Happening] = []
    for run in try await journal.runs() {
      let plan = try PlanDocument.read(Array(run.opening.plan.utf8), name: "run \(run.number)")
      let steps = Dictionary(plan.steps.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
      for entry in try await journal.entries(of: run.number) {
        guard case .intent = entry.event, let step = steps[entry.step], let node = step.node else { continue }
        let text = "\(step.act.line) in run \(run.number) of \(run.opening.who)"
        happenings.append(Happening(at: entry.moment, node: node, text: text))
      }
    }
    return happenings
  }
}

/// What series of one or more files tell, by node.
struct SeriesRead {
  let terms: WaveTerms
  let isThinned: Bool
  private(set) var waves: [NodeWave] = []
  private(set) var points: [String: Thinned] = [:]
  /// Of lines that could not be read, the first ones.
  private(set) var problems: [String] = []
  private(set) var problemCount = 0
  private var readers: [String: WaveReader] = [:]

  init(terms: WaveTerms, isThinned: Bool) {
    self.terms = terms
    self.isThinned = isThinned
  }

  mutating func take(_ file: String, unit: MemoryUnit? = nil) throws {
    var reader = SeriesReader(node: Self.node(of: file), unit: unit)
    // Mostly a file is of one node: what is read of it is put back when its turn is over.
    var current: (node: String, wave: WaveReader, points: Thinned)?
    var overlaps: [String: Int] = [:]
    try Disk.pieces(of: file) { piece in
      reader.take(piece) { node, sample in
        if current?.node != node {
          putBack(current)
          current = (
            node, readers.removeValue(forKey: node) ?? WaveReader(node: node, terms: terms),
            points.removeValue(forKey: node) ?? Thinned()
          )
        }
        // Within a file moments rise.
        if let end = current?.wave.end, sample.at <= end {
          overlaps[node, default: 0] += 1
          return
        }
        current?.wave.take(sample)
        if isThinned { current?.points.take(sample) }
      }
    }
    putBack(current)
    reader.finish()
    for problem in reader.problems { complain(file, problem.line, problem.text) }
    problemCount += reader.problemCount - reader.problems.count
    for (node, count) in overlaps.sorted(by: { $0.key < $1.key }) {
      problems.append(
        "\(file): \(count) samples of \(node) are not later than those of a file before it: name files in the order of "
          + "their times, and each node's apart")
      problemCount += count
    }
  }

  /// What could not be read, and is told.
  fileprivate mutating func complain(_ file: String, _ line: Int, _ text: String) {
    if problems.count < 10 { problems.append("\(file) line \(line): \(text)") }
    problemCount += 1
  }

  private mutating func putBack(_ read: (node: String, wave: WaveReader, points: Thinned)?) {
    guard let read else { return }
    readers[read.node] = read.wave
    if isThinned { points[read.node] = read.points }
  }

  /// A node of which trials were expected and nothing is there has a wave too, without a sample.
  mutating func finish(_ happenings: [Happening], expected: [ExpectedTrial]) {
    for node in Set(expected.map(\.node)) where readers[node] == nil {
      readers[node] = WaveReader(node: node, terms: terms)
    }
    waves = readers.keys.sorted().compactMap { readers[$0]?.finish(happenings, expected: expected) }
    readers = [:]
  }

  /// The nodes of which there is something to draw.
  var drawn: [NodeWave] { waves.filter { $0.samples > 0 } }

  /// - Parameter only: the one node that is drawn; nil for all of them.
  func plot(_ title: String, only node: String? = nil) -> PlotScript {
    PlotScript(
      title: title,
      drawn.filter { node == nil || $0.node == node }.map {
        PlotScript.Panel(wave: $0, points: points[$0.node]?.points ?? [])
      }, terms)
  }

  /// The file's name, without folder and ending.
  private static func node(of file: String) -> String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    for ending in [".csv", ".txt", ".log", ".dat"] where name.hasSuffix(ending) {
      return String(name.dropLast(ending.count))
    }
    return name
  }
}
