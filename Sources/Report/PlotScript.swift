import Model
public import Wave

/// A picture of dom0's memory over time, one panel a node, as a script of gnuplot's that needs no other file.
public struct PlotScript: Sendable {
  public enum Form: Hashable, Sendable {
    /// Pixels.
    case png(width: Int, height: Int)
    case svg(width: Int, height: Int)
    /// Characters; in colour, or not.
    case terminal(columns: Int, rows: Int, isColoured: Bool)
  }

  /// One node's.
  public struct Panel: Sendable {
    public let wave: NodeWave
    public let points: [Sample]

    public init(wave: NodeWave, points: [Sample]) {
      self.wave = wave
      self.points = points
    }
  }

  private let title: String
  private let panels: [Panel]
  private let terms: WaveTerms

  public init(title: String, _ panels: [Panel], _ terms: WaveTerms) {
    self.title = title
    self.panels = panels
    self.terms = terms
  }

  /// How high a picture is that has room for every panel.
  public static func height(panels: Int, width: Int) -> Int { head + panels * max(170, width / 5) }

  /// How high one must be, that nothing in it lies on anything else.
  public static func leastHeight(panels: Int) -> Int { head + panels * 100 }

  /// Pixels of what stands above the panels.
  private static let head = 70

  // MARK: The script

  /// - Parameter output: where gnuplot puts the picture; nil for its standard output.
  public func text(_ form: Form, to output: String?) -> String {
    var lines = ["# \(Self.plain(title)), drawn by gnuplot: gnuplot THIS"]
    switch form {
    case .png(let width, let height):
      lines.append(
        "set terminal pngcairo noenhanced size \(width),\(height) font 'sans,\(width < 700 ? 8 : 10)'")
    case .svg(let width, let height):
      lines.append(
        "set terminal svg noenhanced size \(width),\(height) font 'sans-serif,12' background '#ffffff'")
    case .terminal(let columns, let rows, let isColoured):
      lines.append("set terminal dumb noenhanced \(isColoured ? "ansi256" : "mono") size \(columns),\(rows)")
    }
    if let output { lines.append("set output \(Self.quoted(output))") }
    for (place, panel) in panels.enumerated() { lines += data(panel, place) }
    let isText = if case .terminal = form { true } else { false }
    lines += [
      "set timefmt '%s'", "set xdata time", "set grid ytics lc rgb '#d8d8d8'", "set border lc rgb '#606060'",
      "set tics textcolor rgb '#303030' nomirror", "set lmargin \(isText ? 9 : 10)",
      "set rmargin \(isText ? 3 : 4)",
      "set multiplot layout \(panels.count),1 title \(Self.quoted(title))\(isText ? "" : " font ',13'")",
    ]
    for (place, panel) in panels.enumerated() {
      lines += self.panel(panel, place, width: Self.width(form), isText: isText)
    }
    return (lines + ["unset multiplot"]).joined(separator: "\n") + "\n"
  }

  private static func width(_ form: Form) -> Int {
    switch form {
    case .png(let width, _), .svg(let width, _): width
    case .terminal(let columns, _, _): columns * 8
    }
  }

  private static func mib(_ kib: Double) -> String {
    let hundredths = Int64((kib / 1024 * 100).rounded())
    return "\(hundredths / 100).\(String(String(100 + abs(hundredths) % 100).dropFirst()))"
  }

  private static func seconds(_ moment: Instant) -> String {
    "\(moment.milliseconds / 1000).\(String(String(1000 + moment.milliseconds % 1000).dropFirst()))"
  }

  /// Points with a gap where nothing was recorded.
  private func data(_ panel: Panel, _ place: Int) -> [String] {
    var lines = ["$memory\(place) << END"]
    var gaps = panel.wave.gaps[...]
    // Of a stretch that is level its ends are enough.
    let amounts = panel.points.map(\.memoryKib)
    for (place, point) in panel.points.enumerated() {
      let isInside = place > 0 && place + 1 < amounts.count
      let isGap = gaps.first.map { point.at >= $0.start } ?? false
      if isInside, !isGap, amounts[place - 1] == amounts[place], amounts[place + 1] == amounts[place] {
        continue
      }
      while let gap = gaps.first, point.at >= gap.end {
        lines.append("")
        gaps.removeFirst()
      }
      lines.append("\(Self.seconds(point.at)) \(Self.mib(Double(point.memoryKib)))")
    }
    lines += ["END", "$events\(place) << END"]
    for finding in panel.wave.findings where finding.what != .flatLine {
      lines.append("\(Self.seconds(finding.at)) \(Self.mib(level(panel.wave, at: finding.at)))")
    }
    lines.append("END")
    for fault in Self.rug {
      lines.append("$\(fault.name)\(place) << END")
      for verdict in panel.wave.trials where fault.isOf(verdict) {
        lines.append("\(Self.seconds(verdict.trial.asked)) \(Self.mib(floor(panel)))")
      }
      lines.append("END")
    }
    return lines
  }

  private func level(_ wave: NodeWave, at moment: Instant) -> Double {
    wave.levels.last { $0.start <= moment }?.memoryKib ?? wave.baselineKib
  }

  // MARK: A panel

  /// How trials are told along the lower edge: by what was worst of each.
  private struct Mark {
    let name: String
    let title: String
    let colour: String
    let sign: Int
    let isOf: @Sendable (TrialVerdict) -> Bool
  }

  private static let rug: [Mark] = [
    Mark(name: "good", title: "trial: as it should be", colour: "#2e8b57", sign: 5) { $0.isSuccess },
    Mark(name: "late", title: "late", colour: "#e0a000", sign: 9) { $0.faults == [.late] },
    Mark(name: "drift", title: "drift", colour: "#8040c0", sign: 13) {
      $0.faults.contains(.drift) && !$0.faults.contains(.notRestored)
    },
    Mark(name: "lost", title: "memory not restored", colour: "#d02020", sign: 11) {
      $0.faults.contains(.notRestored)
    },
    Mark(name: "none", title: "no deployment", colour: "#000000", sign: 2) {
      $0.faults.contains(.lostDeployment)
    },
    Mark(name: "unseen", title: "not recorded", colour: "#808080", sign: 4) {
      $0.faults.contains(.notRecorded) && $0.faults.isSubset(of: [.late, .notRecorded])
    },
  ]

  private func range(_ panel: Panel) -> (low: Double, high: Double) {
    let amounts = panel.points.map { Double($0.memoryKib) }
    let low = min(amounts.min() ?? 0, panel.wave.baselineKib - Double(terms.quantumKib))
    let high = max(amounts.max() ?? 0, panel.wave.baselineKib)
    return (low, max(high, low + 1024))
  }

  /// Where trials are marked; KiB.
  private func floor(_ panel: Panel) -> Double {
    let (low, high) = range(panel)
    return low - (high - low) * 0.12
  }

  private func panel(_ panel: Panel, _ place: Int, width: Int, isText: Bool) -> [String] {
    let (low, high) = range(panel)
    let span = high - low
    let first = panel.points.first?.at.milliseconds ?? 0
    let last = max(panel.points.last?.at.milliseconds ?? 0, first + 1000)
    // Marks of the first trial are no part of the border.
    let margin = (last - first) / 60
    var lines = [
      "set title \(Self.quoted(panel.wave.node)) offset 0,-0.6",
      "set ylabel 'dom0 (MiB)'\(isText ? "" : " offset 1,0")",
      "set yrange [\(Self.mib(low - span * 0.2)):\(Self.mib(high + span * 0.22))]",
      "set xrange ['\((first - margin) / 1000)':'\((last + margin) / 1000 + 1)']",
      "set format x \"\(last - first > 172_800_000 ? "%d %b\\n%H:%M" : last - first > 600_000 ? "%H:%M" : "%H:%M:%S")\"",
      "set xtics \(Self.step(of: last - first, width: width))",
      place == panels.count - 1
        ? "set xlabel 'time (UTC), from \(Instant(milliseconds: first).rfc3339.prefix(10)) on'"
        : "unset xlabel",
      "unset label", "unset arrow",
      place == 0
        ? "set key \(isText ? "outside bottom center horizontal samplen 1" : "outside top center horizontal samplen 1.5 font ',9'")"
        : "unset key",
    ]
    for slots in 0...max(0, terms.slots) {
      let level = Self.mib(panel.wave.baselineKib - Double(slots) * Double(terms.quantumKib))
      lines.append(
        "set arrow from graph 0, first \(level) to graph 1, first \(level) nohead dt 2 lc rgb '#909090' back")
    }
    lines += labels(panel, from: first, to: last, span: span, width: width, isText: isText)
    lines.append("plot " + curves(panel, place, isText: isText).joined(separator: ", \\\n  "))
    return lines
  }

  /// Seconds between two labels of the time axis that do not touch; 90 pixels have room for one.
  private static func step(of span: Int64, width: Int) -> Int64 {
    let least = span / 1000 / Int64(max(1, (width - 120) / 90))
    let steps: [Int64] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
    ]
    return steps.first { $0 >= least } ?? (least / 86400 + 1) * 86400
  }

  /// Amounts beside events, where there is room for them.
  private func labels(
    _ panel: Panel, from first: Int64, to last: Int64, span: Double, width: Int, isText: Bool
  ) -> [String] {
    var lines: [String] = []
    let room = (last - first) * 70 / Int64(max(width, 200))
    var before = Int64.min / 2
    for finding in panel.wave.findings where finding.what != .flatLine {
      guard finding.at.milliseconds - before > room else { continue }
      before = finding.at.milliseconds
      let sign = finding.what == .givenBack || finding.what == .overRestored ? "+" : "-"
      let amount = MessageTemplate.memory(kib: Int64(finding.amountKib.rounded()))
      let place = Self.mib(panel.wave.baselineKib + span * 0.13)
      let side = finding.at.milliseconds - first < room / 2 ? "left" : "center"
      lines.append(
        "set label \(Self.quoted(sign + amount)) at '\(finding.at.milliseconds / 1000)',\(place) \(side)"
          + (isText ? "" : " font ',8' textcolor rgb '#a01010'"))
    }
    if let flat = panel.wave.findings.first(where: { $0.what == .flatLine }) {
      lines.append(
        "set arrow from '\(flat.at.milliseconds / 1000)', graph 0 to '\(flat.at.milliseconds / 1000)', graph 1 "
          + "nohead dt 3 lc rgb '#d02020'")
      lines.append(
        "set label 'nothing changes from here on' at '\(flat.at.milliseconds / 1000)', graph 0.24 "
          + "\(flat.at.milliseconds - first > (last - first) / 2 ? "right offset -1,0" : "left offset 1,0")"
          + (isText ? "" : " font ',8' textcolor rgb '#a01010'"))
    }
    return lines
  }

  private func curves(_ panel: Panel, _ place: Int, isText: Bool) -> [String] {
    var curves = [
      "$memory\(place) using 1:2 with lines lw \(isText ? "1" : "1.3") lc rgb '#1f5fa8' title 'dom0'"
    ]
    if !isText { curves.append("NaN with lines dt 2 lc rgb '#909090' title 'expected levels'") }
    for mark in Self.rug where panels.contains(where: { $0.wave.trials.contains(where: mark.isOf) }) {
      let points = isText ? "pt \(mark.sign)" : "pt \(mark.sign) ps 0.6"
      let isHere = panel.wave.trials.contains(where: mark.isOf)
      curves.append(
        "\(isHere ? "$\(mark.name)\(place) using 1:2" : "NaN") with points \(points) lc rgb '\(mark.colour)' title '\(mark.title)'"
      )
    }
    if panels.contains(where: { $0.wave.findings.contains { $0.what != .flatLine } }) {
      let isHere = panel.wave.findings.contains { $0.what != .flatLine }
      curves.append(
        "\(isHere ? "$events\(place) using 1:2" : "NaN") with points pt 6 ps \(isText ? "1" : "1.1") lc rgb '#d02020' title 'memory changed for good'"
      )
    }
    return curves
  }

  // MARK: Words

  private static func plain(_ text: String) -> String {
    MessageTemplate.visible(text).replacing(scalar: "\n", with: " ")
  }

  /// In single quotes gnuplot reads nothing but two of them.
  private static func quoted(_ text: String) -> String {
    "'" + plain(text).replacing(scalar: "'", with: "''") + "'"
  }
}
