import Model

/// The report as metrics, for the textfile collector of node_exporter. Every rule has a line for every severity, found or
/// not, so that no series ends where a divergence does. No line has a time of its own: the collector refuses those.
struct PrometheusReport {
  let backdrop: Backdrop

  func report(_ result: AuditResult) -> String {
    let metrics =
      findings(result) + standing(result) + [rules(result), sources(result)] + memory() + [objects(result)]
      + audit(result)
    return metrics.map(\.text).joined()
  }

  private struct Metric {
    let name: String
    let help: String
    var lines: [(labels: [(String, String)], value: String)]

    init(_ name: String, _ help: String, _ lines: [(labels: [(String, String)], value: String)]) {
      self.name = "trueup_\(name)"
      self.help = help
      self.lines = lines
    }

    /// One number without labels.
    init(_ name: String, _ help: String, _ value: String) { self.init(name, help, [([], value)]) }

    var text: String {
      let samples = lines.map { labels, value in
        let told = labels.map { "\($0)=\"\(PrometheusReport.escaped($1))\"" }.joined(separator: ",")
        return "\(name)\(told.isEmpty ? "" : "{\(told)}") \(value)\n"
      }
      return "# HELP \(name) \(help)\n# TYPE \(name) gauge\n" + samples.joined()
    }
  }

  /// A label's value: what could move a cursor is shown, and then backslashes, quotes and ends of lines are escaped.
  private static func escaped(_ text: String) -> String {
    MessageTemplate.visible(text).replacing(scalar: "\\", with: "\\\\")
      .replacing(scalar: "\"", with: "\\\"").replacing(scalar: "\n", with: "\\n")
  }

  // MARK: Findings

  private func findings(_ result: AuditResult) -> [Metric] {
    struct Kind: Hashable {
      let rule: String
      let severity: Severity
    }
    let tally = Tally(result)
    let counts = Dictionary(grouping: tally.open + tally.notices) {
      Kind(rule: $0.rule, severity: $0.severity)
    }
    let rules = Set(result.rules.map(\.rule) + result.allFindings.map(\.rule)).sorted()
    let lines = rules.flatMap { rule in
      Severity.allCases.map { severity in
        let count = counts[Kind(rule: rule, severity: severity)]?.count ?? 0
        return (labels: [("rule", rule), ("severity", severity.rawValue)], value: "\(count)")
      }
    }
    let statuses = Finding.Status.words.map { word in
      (
        labels: [("status", word)],
        value: "\(result.allFindings.filter { $0.status.word == word }.count)"
      )
    }
    return [
      Metric("findings", "Confirmed divergences that nobody has accepted.", lines),
      Metric("findings_by_status", "All divergences, by how far they can be believed.", statuses),
    ]
  }

  private func standing(_ result: AuditResult) -> [Metric] {
    let new = result.allFindings.filter { result.standing(of: $0).baseline == .new }.count
    return [
      Metric(
        "findings_accepted", "Divergences that somebody has accepted for a while.",
        "\(Tally(result).accepted.count)"),
      Metric("findings_new", "Divergences that the last audit of the history did not find.", "\(new)"),
      Metric(
        "findings_cleared", "Divergences of the last audit of the history that are gone.",
        "\(result.cleared.count)"),
      Metric("incidents", "Groups of divergences of one cause.", "\(result.incidents.count)"),
    ]
  }

  // MARK: What was looked at

  private func rules(_ result: AuditResult) -> Metric {
    let words = result.rules.map(\.outcome.worded.word)
    return Metric(
      "rules", "Rules in force, by whether they could be judged.",
      ["judged", "judged in part", "not applicable", "not run"].map { word in
        (labels: [("outcome", word)], value: "\(words.filter { $0 == word }.count)")
      })
  }

  /// A source is whole when all parts of it are.
  private func sources(_ result: AuditResult) -> Metric {
    struct Source: Hashable {
      let kind: ObservationKind
      let node: String
    }
    var isWhole: [Source: Bool] = [:]
    for record in result.observations where !record.isSuperseded {
      let source = Source(kind: record.kind, node: record.node ?? "")
      isWhole[source] = (isWhole[source] ?? true) && record.coverage == .complete
    }
    for gap in result.uncollected {
      for node in gap.nodes.isEmpty ? [""] : gap.nodes { isWhole[Source(kind: gap.kind, node: node)] = false }
    }
    let lines = isWhole.sorted { ($0.key.kind.rawValue, $0.key.node) < ($1.key.kind.rawValue, $1.key.node) }
    return Metric(
      "source_complete", "1 where a source was wholly seen; of a node, or of the site (no node).",
      lines.map {
        (labels: [("source", $0.key.kind.rawValue), ("node", $0.key.node)], value: $0.value ? "1" : "0")
      })
  }

  private func objects(_ result: AuditResult) -> Metric {
    let counts = result.counts
    let pairs = [
      ("nodes", counts.nodes), ("jobs", counts.jobs), ("guests", counts.domains), ("slots", counts.slots),
      ("machines", counts.machines), ("addresses", counts.addresses),
    ]
    return Metric(
      "objects", "How much was looked at.", pairs.map { (labels: [("kind", $0.0)], value: "\($0.1)") })
  }

  // MARK: Memory

  private func memory() -> [Metric] {
    func metric(_ name: String, _ help: String, _ value: (MemoryLine) -> Kibibytes?) -> Metric {
      Metric(
        name, help + "; NaN where that can't be told.",
        backdrop.ledger.map { line in
          // Multiplied as a floating number, as it is read: a figure from outside may be any.
          let bytes = value(line).map { Double($0.count) * 1024 }
          return (labels: [("node", line.node)], value: bytes.map(Self.number) ?? "NaN")
        })
    }
    return [
      metric("memory_residual_low_bytes", "What dom0 lacks and no lease explains, at least") {
        $0.residual?.lowerBound
      },
      metric("memory_residual_high_bytes", "What dom0 lacks and no lease explains, at most") {
        $0.residual?.upperBound
      },
      metric("memory_missing_bytes", "Whole slots of memory that dom0 lacks for certain") { $0.missing },
      metric("memory_dom0_bytes", "What dom0 has, at least") { $0.dom0?.lowerBound },
      metric("memory_baseline_bytes", "What dom0 has with no lease") { $0.baseline },
    ]
  }

  private static func number(_ value: Double) -> String {
    Int64(exactly: value).map(String.init) ?? String(value)
  }

  // MARK: The audit

  private func audit(_ result: AuditResult) -> [Metric] {
    func moment(_ name: String, _ help: String, _ at: Instant?) -> Metric {
      let seconds = at.map { Self.number(Double($0.milliseconds) / 1000) }
      return Metric(name, help, seconds ?? "NaN")
    }
    return [
      moment(
        "audit_start_timestamp_seconds", "When the first look began, since 1970.",
        result.looks.first?.started),
      moment(
        "audit_timestamp_seconds", "When the last look ended, since 1970: old where audits fail.",
        result.looks.last?.finished),
      Metric("audit_whole", "1 where everything was seen and judged.", result.hasGaps ? "0" : "1"),
      Metric("exit_status", "The sum of bits that the audit ended with.", "\(result.exitStatus.rawValue)"),
      Metric(
        "info", "What site, by which version.",
        [
          (
            labels: [
              ("site", result.site), ("mode", result.mode.rawValue), ("version", backdrop.version),
            ], value: "1"
          )
        ]),
    ]
  }
}
