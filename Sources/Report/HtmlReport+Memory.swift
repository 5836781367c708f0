import Model

extension HtmlReport {
  /// So many nodes without a difference have a bar of their own; of a larger site they are one click below.
  private static let barsLimit = 24

  /// The memory ledger: a bar a node, and the numbers.
  var memory: Section {
    let lines = backdrop.ledger.sorted { (weight($1), $0.node) < (weight($0), $1.node) }
    let isNews = lines.filter { weight($0) > 0 }
    let rest = lines.filter { weight($0) == 0 }
    let scale = lines.compactMap { $0.total ?? $0.dom0?.upperBound ?? $0.baseline }.max()?.count ?? 0
    func bars(_ lines: [MemoryLine]) -> Markup { Markup("ul", ["class": "bars"], lines.map { bar($0, scale) }) }
    var body: [Markup] = [legend]
    if lines.count <= Self.barsLimit {
      body.append(bars(lines))
    } else {
      if !isNews.isEmpty { body.append(bars(isNews)) }
      let title = "\(Self.counted(rest.count, "node")) with the memory that they should have"
      body.append(Markup("details", ["class": "more"], [Markup("summary", title), bars(rest)]))
    }
    let columns = ["Node", "dom0 has", "dom0 should have", "Leased", "Guests", "Free", "All", "Unexplained"]
    body.append(table("The memory of each node", columns, lines.map(row)))
    return Section(id: "memory", title: "Memory of the nodes", body: lines.isEmpty ? [] : body)
  }

  /// What is missing first, then what can't be told.
  private func weight(_ line: MemoryLine) -> Int64 {
    if line.kind == "none" { return 0 }
    return line.kind == nil ? 1 : 2 + max(0, line.missing?.count ?? 0)
  }

  /// What dom0 should have: its baseline less what is leased by right.
  private func expected(_ line: MemoryLine) -> ClosedRange<Kibibytes>? {
    guard let baseline = line.baseline, let leased = line.leased else { return nil }
    let ends = [leased.upperBound, leased.lowerBound].map { baseline.count.subtracting($0.count) }
    return Kibibytes(min(ends[0], ends[1]))...Kibibytes(max(ends[0], ends[1]))
  }

  // MARK: Bars

  private var legend: Markup {
    let parts = [
      ("dom0", "dom0"), ("guests", "guests"), ("missing", "missing: free, and dom0's by right"),
      ("free", "free in Xen"), ("mark", "where dom0 should end"),
    ]
    return Markup(
      "ul", ["class": "legend"],
      parts.map { name, text in
        Markup("li", [Markup("span", ["class": "key \(name)", "aria-hidden": "true"], ""), Markup(text)])
      })
  }

  private func bar(_ line: MemoryLine, _ scale: Int64) -> Markup {
    let kind = sentence(line)
    let level: Level = line.kind == nil ? .unknown : line.kind == "none" ? .clean : .warning
    let picture = backdrop.pictures[line.node].map { [Markup(trusted: $0)] } ?? []
    return Markup(
      "li", ["class": level.name],
      [
        Markup("span", ["class": "name"], [level.icon, Markup(" \(line.node)")]), drawn(line, scale),
        Markup("span", ["class": "muted"], kind),
      ] + picture)
  }

  /// Widths are thousandths of the largest node.
  private func drawn(_ line: MemoryLine, _ scale: Int64) -> Markup {
    if line.dom0 == nil, line.total == nil { return Markup("span", []) }
    func width(_ memory: Kibibytes?) -> Int64 {
      guard let memory, scale > 0 else { return 0 }
      return Int64((Double(max(memory.count, 0)) * 1000 / Double(scale)).rounded())
    }
    let missing = min(line.missing?.count ?? 0, line.free?.count ?? .max)
    var at: Int64 = 0
    var parts = ""
    func add(_ name: String, _ memory: Kibibytes?) {
      let width = min(width(memory), 1000 - at)
      if width > 0 { parts += "<rect class=\"\(name)\" x=\"\(at)\" y=\"0\" width=\"\(width)\" height=\"24\"/>" }
      at += width
    }
    add("dom0", line.dom0?.lowerBound)
    add("missing", Kibibytes(max(missing, 0)))
    add("guests", line.guestMemory?.lowerBound)
    add("free", line.free.map { Kibibytes($0.count.subtracting(max(missing, 0))) })
    if let expected = expected(line) {
      let place = min(width(expected.upperBound), 998)
      parts += "<rect class=\"mark\" x=\"\(place)\" y=\"-4\" width=\"3\" height=\"32\"/>"
    }
    return Markup(
      trusted: "<svg class=\"bar\" viewBox=\"0 -4 1000 32\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
        + "<rect class=\"rest\" x=\"0\" y=\"0\" width=\"\(width(line.total))\" height=\"24\"/>\(parts)</svg>")
  }

  private func sentence(_ line: MemoryLine) -> String {
    if let reason = line.unseen { return "cannot be told: \(reason)" }
    guard let residual = line.residual else { return "cannot be told: what dom0 should have is not known" }
    switch line.kind {
    case "none": return "as it should be"
    case "over": return "dom0 has \(memory(-residual.upperBound.count)) more than it should"
    case "drift": return "dom0 lacks \(memory(residual.upperBound.count)), less than a slot"
    default: return "dom0 lacks \(memory(residual.upperBound.count)), and no lease explains it"
    }
  }

  // MARK: Numbers

  private func row(_ line: MemoryLine) -> Markup {
    let leased = line.leased.map { line.leases == 0 ? "none" : "\(interval($0)) by \(line.leases)" }
    let guests = line.guestMemory.map {
      line.guests == 0 ? "none" : "\(memory($0.lowerBound.count)) in \(line.guests)"
    }
    let cells = [
      line.dom0.map { memory($0.lowerBound.count) }, expected(line).map(interval), leased, guests,
      line.free.map { memory($0.count) }, line.total.map { memory($0.count) }, line.residual.map(interval),
    ]
    return Markup(
      "tr",
      [Markup("th", ["scope": "row"], line.node)]
        + cells.map { Markup("td", ["class": "number"], $0 ?? "not told") })
  }

  private func interval(_ range: ClosedRange<Kibibytes>) -> String {
    // What whole MiB can't tell is no interval worth telling.
    let isNarrow = range.upperBound.count.subtracting(range.lowerBound.count) < 1024
    let (low, high) = (memory(range.lowerBound.count), memory(range.upperBound.count))
    return isNarrow || low == high ? high : "\(low) to \(high)"
  }

  private func memory(_ kib: Int64) -> String { MessageTemplate.memory(kib: kib) }
}

extension Int64 {
  /// The difference, or the end of what there is: a figure from outside may be any.
  fileprivate func subtracting(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other > 0 ? .min : .max) : difference
  }
}
