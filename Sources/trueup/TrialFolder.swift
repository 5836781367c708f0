import Files
import Glibc
import Model
import Report
import Trials
import Wave

/// All that a trial leaves: its file, log, series, audits, pictures and reports, in one folder.
struct TrialFolder {
  let path: String
  let plan: TrialPlan

  private static let planFile = "trial.toml"
  private static let logFile = "trials.csv"

  static func plan(_ source: [UInt8], named name: String) throws(Refusal) -> TrialPlan {
    do throws(Complaints) { return try TrialPlan(source, file: name) } catch { throw Refusal(error.all) }
  }

  /// A new folder with the trial's file in it; one that is there already must be of the very same file, and is gone on with.
  init(_ path: String, _ plan: TrialPlan, planFile source: [UInt8], named name: String) throws {
    self.plan = plan
    if mkdir(path, 0o755) == 0 {
      try Disk.create("\(path)/\(Self.planFile)", source)
      try Disk.create("\(path)/\(Self.logFile)", Array((TrialLog.head + "\n").utf8))
    } else if errno != EEXIST {
      throw Refusal("\(path): \(String(cString: strerror(errno)))")
    } else if Disk.facts("\(path)/\(Self.planFile)") == nil {
      throw Refusal("\(path) is there already, and no trial's: name another folder")
    } else if try Disk.read("\(path)/\(Self.planFile)") != source {
      throw Refusal(
        "\(path) is of another trial than \(name): name another folder, or \(path)/\(Self.planFile)")
    }
    guard let full = realpath(path, nil) else {
      throw Refusal("\(path): \(String(cString: strerror(errno)))")
    }
    self.path = String(cString: full)
    free(full)
    for folder in ["series", "audits", "repairs", "guests"] {
      guard mkdir("\(self.path)/\(folder)", 0o755) == 0 || errno == EEXIST else {
        throw Refusal("\(self.path)/\(folder): \(String(cString: strerror(errno)))")
      }
    }
  }

  /// One process at a time runs it.
  func lock() throws -> TrialLock { try TrialLock(path) }

  // MARK: Its log

  var log: TrialLog { get throws { TrialLog(try Disk.read("\(path)/\(Self.logFile)")) } }

  /// Half a line, of a crash, stays one.
  func mendLog() throws {
    if try Disk.read("\(path)/\(Self.logFile)").last != 10 {
      try Disk.append("\(path)/\(Self.logFile)", [10])
    }
  }

  func write(_ entry: TrialLog.Entry) throws {
    try Disk.append("\(path)/\(Self.logFile)", Array((entry.line + "\n").utf8))
  }

  /// The file of something that came after a trial; what an interrupted run had of it gives way.
  func file(_ kind: String, _ trial: Int, _ ending: String, node: String? = nil) -> String {
    let digits = String(trial)
    let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    let name = "\(path)/\(kind)/\(node.map { "\($0)-" } ?? "")\(padded).\(ending)"
    unlink(name)
    return name
  }

  // MARK: What it came to

  /// Reads the series and writes the reports, over those of an earlier call.
  func report(happenings: [Happening] = []) async throws -> TrialReport {
    let log = try log
    var terms = WaveTerms()
    terms.quantumKib = plan.quantumKib
    terms.window = plan.window
    var series = SeriesRead(terms: terms, isThinned: true)
    for name in try Disk.names(in: "\(path)/series").sorted() { try series.take("\(path)/series/\(name)") }
    series.finish(log.happenings + happenings, expected: log.expected)
    let report = TrialReport(plan, log, series.waves, terms)
    let picture = try await draw(series)
    try replace("report.md", Array(report.markdown(picture: picture).utf8))
    try replace("report.html", Array(report.html(picture: picture).utf8))
    let rows = ([TrialReport.columns] + report.rows).map { $0.map(Self.csv).joined(separator: ",") }
    try replace("verdicts.csv", Array((rows.joined(separator: "\n") + "\n").utf8))
    return report
  }

  private static func csv(_ cell: String) -> String {
    cell.unicodeScalars.contains { $0 == "," || $0 == "\"" }
      ? "\"\(cell.replacing(scalar: "\"", with: "\"\""))\"" : cell
  }

  private func draw(_ series: SeriesRead) async throws -> (svg: String, file: String)? {
    guard !series.drawn.isEmpty else { return nil }
    let plot = series.plot("Trial \(plan.name): dom0's memory")
    let height = PlotScript.height(panels: series.drawn.count, width: 1200)
    try replace("dom0.gp", Array(plot.text(.svg(width: 1200, height: height), to: "dom0.svg").utf8))
    guard Drawing.isThere else {
      Terminal.note("gnuplot is not there: the report has no picture, and dom0.gp makes it")
      return nil
    }
    try replace("dom0.png", try await Drawing.drawn(plot, .png(width: 1200, height: height)))
    let svg = try await Drawing.drawn(plot, .svg(width: 1200, height: height))
    try replace("dom0.svg", svg)
    return (String(decoding: svg, as: UTF8.self), "dom0.png")
  }

  private func replace(_ name: String, _ bytes: [UInt8]) throws {
    try Disk.replace("\(path)/\(name)", bytes)
  }
}

/// Held as long as a process runs a trial.
final class TrialLock {
  private let file: Int32

  fileprivate init(_ folder: String) throws {
    file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else {
      throw Refusal("\(folder): another process runs this trial")
    }
  }

  deinit { close(file) }
}
