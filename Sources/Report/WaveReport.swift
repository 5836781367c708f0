public import Model
public import Wave

/// What series of dom0's memory tell, for people and for programs.
public enum WaveReport {
  /// 4 where memory or a deployment is missing or a line is flat, 8 where stretches or trials are not recorded or lines could
  /// not be read.
  public static func status(_ waves: [NodeWave], problems: Int) -> ExitStatus {
    var status: ExitStatus = []
    let isLost = waves.contains { wave in
      wave.findings.contains(where: \.isFault)
        || wave.trials.contains { !$0.faults.subtracting([.late, .notRecorded]).isEmpty }
    }
    if isLost { status.insert(.divergencesLeft) }
    let isWhole = waves.allSatisfy {
      $0.gaps.isEmpty && !$0.trials.contains { $0.faults.contains(.notRecorded) }
    }
    if problems > 0 || waves.isEmpty || !isWhole { status.insert(.notWhole) }
    return status
  }

  private static func memory(_ kib: Double) -> String {
    MessageTemplate.memory(kib: Int64(kib.rounded()))
  }

  private static func span(_ duration: Duration) -> String { "\(duration.seconds) s" }

  // MARK: Text

  /// - Parameter problems: lines that could not be read, with their files.
  public static func text(_ waves: [NodeWave], problems: [String], problemCount: Int) -> String {
    var lines = waves.flatMap(text)
    lines += problems.map { "not read  \(MessageTemplate.visible($0))" }
    if problemCount > problems.count { lines.append("not read  \(problemCount - problems.count) lines more") }
    let status = status(waves, problems: problemCount)
    let open = waves.flatMap(\.leases).count(where: \.isOpen)
    let well =
      open == 0
      ? "what was lent was given back, and all was recorded"
      : "all was recorded, and what was lent was given back but for \(count(open)) still open"
    let meanings = status.isEmpty ? well : status.meanings.joined(separator: "; ")
    lines.append("Exit status \(status.rawValue): \(meanings).")
    return lines.joined(separator: "\n")
  }

  /// Of leases, with the verb that follows.
  private static func count(_ leases: Int) -> String {
    leases == 1 ? "1 lease that is" : "\(leases) leases that are"
  }

  private static func text(_ wave: NodeWave) -> [String] {
    let name = MessageTemplate.visible(wave.node)
    var lines: [String] = []
    let durations = wave.leases.compactMap { $0.duration?.seconds }.sorted()
    let usual =
      durations.isEmpty
      ? ""
      : ", of \(durations[0]) to \(durations[durations.count - 1]) s, mostly \(durations[durations.count / 2]) s"
    let ended = wave.leases.count { $0.removed != nil }
    let span = wave.start.map { start in " from \(start.rfc3339) to \((wave.end ?? start).rfc3339)" } ?? ""
    guard wave.samples > 0 else {
      lines.append("\(name)  nothing was recorded: give its series too")
      return lines + (wave.trials.isEmpty ? [] : [trials(wave)]) + [""]
    }
    lines.append("\(name)  \(wave.samples) samples\(span)")
    lines.append("    leases: \(wave.leases.count) began, \(ended) ended\(usual)")
    let open = wave.leases.filter(\.isOpen)
    if let first = open.first {
      let leases = open.count == 1 ? "1 lease is" : "\(open.count) leases are"
      lines.append("    \(leases) still open, since \(first.deployed.rfc3339)")
    }
    lines.append(
      "    with no lease \(memory(wave.baselineKib)) at first and \(memory(wave.lastBaselineKib)) at last; noise \(memory(wave.noiseKib))"
    )
    for gap in wave.gaps.prefix(10) {
      lines.append("    not recorded from \(gap.start.rfc3339) to \(gap.end.rfc3339)")
    }
    if wave.gaps.count > 10 { lines.append("    not recorded \(wave.gaps.count - 10) times more") }
    if !wave.trials.isEmpty { lines.append(trials(wave)) }
    for finding in wave.findings {
      let (what, text) = sentence(finding, of: name)
      lines.append("  \(what)  \(text)")
    }
    return lines + [""]
  }

  /// Of what was expected: what was seen, and which highs or lows are missing.
  private static func trials(_ wave: NodeWave) -> String {
    let counts = TrialVerdict.Fault.allCases.compactMap { fault -> String? in
      let numbers = wave.trials.filter { $0.faults.contains(fault) }.map { "\($0.trial.number)" }
      if numbers.isEmpty { return nil }
      let shown = numbers.prefix(8).joined(separator: ", ") + (numbers.count > 8 ? ", ..." : "")
      return "\(numbers.count) \(fault.rawValue) (\(shown))"
    }
    let good = wave.trials.count(where: \.isSuccess)
    return "    trials: \(wave.trials.count) expected, \(good) as they should be"
      + counts.map { "; " + $0 }.joined()
  }

  /// What it is called, and what it says.
  static func sentence(_ finding: NodeWave.Finding, of node: String) -> (what: String, text: String) {
    let lease = finding.trial.map { "trial \($0)" } ?? finding.lease.map { "lease \($0)" }
    let place = lease.map { " at \($0)" } ?? ""
    let cause = finding.cause.map { ", \(span($0.before)) after \(MessageTemplate.visible($0.text))" } ?? ""
    let what =
      switch finding.what {
      case .notRestored: "dom0 of \(node) lost \(memory(finding.amountKib)) for good\(place)"
      case .drift: "dom0 of \(node) drifted down by \(memory(finding.amountKib))\(place)"
      case .overRestored: "dom0 of \(node) has \(memory(finding.amountKib)) more than with no lease\(place)"
      case .givenBack: "dom0 of \(node) has \(memory(finding.amountKib)) back that were missing"
      case .flatLine: "nothing changes on \(node) any more\(lease.map { " since \($0)" } ?? "")"
      }
    return (finding.what.rawValue, "\(what)\(cause) (\(finding.at.rfc3339))")
  }

  // MARK: JSON

  /// In pieces, a node each: a day of a hundred nodes is a large document.
  public static func json(
    _ waves: [NodeWave], problems: [String], problemCount: Int, write: (String) -> Void
  ) {
    write("{\n  \"exit_status\": \(status(waves, problems: problemCount).rawValue),\n  \"nodes\": [")
    for (place, wave) in waves.enumerated() {
      write((place == 0 ? "\n    " : ",\n    ") + json(wave).rendered(indent: "    "))
    }
    let left = Json.list(problems.map { .text($0) }).rendered(indent: "  ")
    write(
      "\(waves.isEmpty ? "" : "\n  ")],\n  \"not_read\": \(left),\n  \"not_read_count\": \(problemCount)\n}\n"
    )
  }

  private static func json(_ wave: NodeWave) -> Json {
    .object([
      ("node", .text(wave.node)), ("samples", .number(Int64(wave.samples))),
      ("from", Json(wave.start?.rfc3339)), ("to", Json(wave.end?.rfc3339)),
      ("baseline_kib", .number(Int64(wave.baselineKib.rounded()))),
      ("last_baseline_kib", .number(Int64(wave.lastBaselineKib.rounded()))),
      ("noise_kib", .real(wave.noiseKib)),
      (
        "gaps",
        .list(wave.gaps.map { .object([("from", .text($0.start.rfc3339)), ("to", .text($0.end.rfc3339))]) })
      ),
      (
        "levels",
        .list(
          wave.levels.map { level in
            .object([
              ("from", .text(level.start.rfc3339)), ("to", .text(level.end.rfc3339)),
              ("memory_kib", .number(Int64(level.memoryKib.rounded()))),
              ("samples", .number(Int64(level.samples))),
            ])
          })
      ),
      (
        "leases",
        .list(
          wave.leases.map { lease in
            .object([
              ("number", .number(Int64(lease.number))), ("deployed", .text(lease.deployed.rfc3339)),
              ("removed", Json(lease.removed?.rfc3339)),
              ("baseline_after_kib", lease.baselineAfterKib.map { .number(Int64($0.rounded())) } ?? .null),
            ])
          })
      ),
      ("open_leases", .number(Int64(wave.leases.count(where: \.isOpen)))),
      ("trials", .list(wave.trials.map(json))),
      (
        "findings",
        .list(
          wave.findings.map { finding in
            .object([
              ("what", .text(finding.what.rawValue)), ("at", .text(finding.at.rfc3339)),
              ("lease", finding.lease.map { .number(Int64($0)) } ?? .null),
              ("trial", finding.trial.map { .number(Int64($0)) } ?? .null),
              ("amount_kib", .number(Int64(finding.amountKib.rounded()))),
              ("cause", Json(finding.cause?.text)),
              ("seconds_after_cause", finding.cause.map { .number($0.before.seconds) } ?? .null),
            ])
          })
      ),
    ])
  }

  private static func json(_ verdict: TrialVerdict) -> Json {
    func span(_ duration: Duration?) -> Json { duration.map { .number($0.milliseconds) } ?? .null }
    return .object([
      ("number", .number(Int64(verdict.trial.number))), ("asked", .text(verdict.trial.asked.rfc3339)),
      ("removal", Json(verdict.trial.removal?.rfc3339)),
      ("lease", verdict.lease.map { .number(Int64($0.number)) } ?? .null),
      ("latency_ms", span(verdict.latency)), ("removal_latency_ms", span(verdict.removalLatency)),
      ("lost_kib", .number(Int64(verdict.lostKib.rounded()))),
      (
        "faults",
        .list(TrialVerdict.Fault.allCases.filter(verdict.faults.contains).map { .text($0.rawValue) })
      ),
    ])
  }
}
