import Model
import World

/// Puts lines together to samples. A new one begins with an `epoch` line, or when a figure comes again.
struct BalloonReader {
  private(set) var samples: [BalloonSample] = []
  var complaints = Complaints()
  private(set) var form = "unknown"

  private var current: BalloonSample?
  private var awaited: BalloonSample.Figure?
  private var columns: [ArraySlice<UInt8>]?

  mutating func read(_ line: Line) {
    if line.isBlankLine, line.isTerminated { return }
    guard line.isTerminated, !line.isTooLong else {
      return complaints.add(line.isTooLong ? "a line is too long" : "the last line is cut", line: line)
    }
    let content = trimmed(line.meant)
    if let figure = awaited {
      awaited = nil
      return take(figure, figure.told(content), line: line)
    }
    switch BalloonLine(content) {
    case .columns(let names):
      close()
      columns = names
      form = "balloon samples (CSV)"
    case .epoch(let time):
      close()
      columns = nil
      current = BalloonSample(time: .epoch(time), range: line.range)
    case .heading(let figure):
      awaited = figure
      name("sysfs xen_memory")
    case .figure(let figure, let told, let isProc):
      name(isProc ? "/proc/xen/balloon" : "sysfs xen_memory")
      take(figure, told, line: line)
      if isProc { current?.isProc = true }
    case .sample(let uptime, let figures):
      name("sysfs xen_memory")
      readSample(uptime: uptime, figures, line: line)
    case .other:
      readCells(content, line: line)
    }
  }

  mutating func finish() {
    if awaited != nil { complaints.add("the last file's content is missing") }
    close()
  }

  private mutating func name(_ form: String) {
    if self.form == "unknown" { self.form = form }
  }

  /// Whatever was begun is done.
  private mutating func close() {
    guard let sample = current else { return }
    current = nil
    // An epoch with nothing behind it is no sample.
    guard !sample.figures.isEmpty else { return }
    if sample.isProc, sample.figures[.hardLimit] == nil {
      complaints.add("the last line of /proc/xen/balloon, Xen hard limit, is missing")
    }
    samples.append(sample)
  }

  private mutating func take(_ figure: BalloonSample.Figure, _ told: Told, line: Line) {
    if current?.figures[figure] != nil { close() }
    var sample = current ?? BalloonSample(range: line.range)
    sample.figures[figure] = told
    sample.range = sample.range.lowerBound..<line.range.upperBound
    current = sample
  }

  private mutating func readSample(
    uptime: Int64?, _ figures: [(BalloonSample.Figure, Told)], line: Line
  ) {
    close()
    var sample = BalloonSample(time: uptime.map { .uptime($0) } ?? .look, range: line.range)
    for (figure, told) in figures { sample.figures[figure] = told }
    samples.append(sample)
  }

  /// A line of a CSV file; outside of one, any line may stand between.
  private mutating func readCells(_ content: ArraySlice<UInt8>, line: Line) {
    guard let columns else { return }
    let cells = BalloonLine.cells(content)
    guard cells.count == columns.count else {
      return complaints.add(
        "expected \(columns.count) columns, found \"\(shown(content))\"", line: line)
    }
    var sample = BalloonSample(range: line.range)
    for (column, cell) in zip(columns, cells) {
      if column.equals("uptime") {
        guard let uptime = milliseconds(fromSeconds: cell) else {
          sample.time = .epoch(.odd("expected seconds since boot, found \"\(shown(cell))\""))
          continue
        }
        sample.time = .uptime(uptime)
      } else if column.equals("epoch") {
        sample.time = .epoch(BalloonLine.time(cell))
      } else if let figure = BalloonSample.Figure(file: column) {
        sample.figures[figure] = figure.told(cell)
      }
    }
    samples.append(sample)
  }
}
