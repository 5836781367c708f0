public import Model
public import Trials
public import Wave

/// What a trial came to: a verdict for each of its deployments, and a line for each node.
public struct TrialReport: Sendable {
  private let plan: TrialPlan
  private let log: TrialLog
  private let waves: [NodeWave]
  private let terms: WaveTerms

  public init(_ plan: TrialPlan, _ log: TrialLog, _ waves: [NodeWave], _ terms: WaveTerms) {
    self.plan = plan
    self.log = log
    self.waves = waves.sorted { $0.node < $1.node }
    self.terms = terms
  }

  /// 4 where a machine was not deployed, memory was lost or an audit found something, 8 where that could not be wholly seen
  /// or a machine may be left; a late one is no fault of the site's sources.
  public var status: ExitStatus {
    var status: ExitStatus = []
    let verdicts = waves.flatMap(\.trials)
    let audits = log.entries.filter { $0.event == .audit }.compactMap { Int32($0.detail) }
    if verdicts.contains(where: { !$0.faults.subtracting([.late, .notRecorded]).isEmpty })
      || audits.contains(where: { ExitStatus(rawValue: $0).contains(.divergencesLeft) })
    {
      status.insert(.divergencesLeft)
    }
    let isWhole =
      log.unread.isEmpty && waves.allSatisfy(\.gaps.isEmpty) && !verdicts.isEmpty
      && !verdicts.contains { $0.faults.contains(.notRecorded) }
      && !log.entries.contains { $0.event == .left }
    if !isWhole || log.ending != .finished { status.insert(.notWhole) }
    return status
  }

  // MARK: For people

  /// - Parameter picture: dom0's memory as SVG, and its file; nil where nothing could draw it.
  public func markdown(picture: (svg: String, file: String)?) -> String { page(picture).markdown }
  public func html(picture: (svg: String, file: String)?) -> String { page(picture).html }

  private func page(_ picture: (svg: String, file: String)?) -> Page {
    var page = Page(title: "Trial \(plan.name)")
    page.blocks = [.paragraph(outline)] + leftovers + [.heading(2, "Nodes"), summary]
    for wave in waves { page.blocks += unseen(wave) + flat(wave) }
    if let picture {
      page.blocks += [
        .heading(2, "dom0's memory"),
        .picture(
          svg: picture.svg, file: picture.file, alt: "dom0's memory of each node over time, with its trials"),
      ]
    }
    page.blocks += events
    page.blocks += [.heading(2, "Audits"), audits]
    page.blocks += [
      .heading(2, "Trials"),
      .details(
        "Each deployment, with its verdict",
        [.table(caption: "Each deployment", head: Self.columns, rows: rows)]),
    ]
    return page
  }

  private var outline: String {
    let count = log.entries.filter { $0.event == .finished }.count
    let ending = log.ending?.rawValue ?? "it is not over"
    let first = log.entries.first?.at.rfc3339 ?? "no time"
    let last = log.entries.last?.at.rfc3339 ?? first
    return
      "\(count) of \(plan.count) trials on each of \(waves.count) nodes, from \(first) to \(last): \(ending). A machine is "
      + "deployed for \(plan.deployed.secondsWorded) s by \"\(plan.deploy.joined(separator: " "))\", told to go by "
      + "\"\(plan.remove.joined(separator: " "))\", and the next one follows after \(plan.removed.secondsWorded) s. A lease "
      + "that begins more than \(plan.window.secondsWorded) s after it was asked for is late."
  }

  private var summary: Page.Block {
    .table(
      caption: "Of each node's deployments; dom0 with no lease at first and at last",
      head: [
        "node", "trials", "success", "late", "lost deployment", "drift", "slot lost", "dom0 at first",
        "dom0 at last",
        "latency",
      ],
      rows: waves.map { wave in
        func count(_ fault: TrialVerdict.Fault) -> String {
          "\(wave.trials.count { $0.faults.contains(fault) })"
        }
        let drift = wave.trials.filter { $0.faults.contains(.drift) && !$0.faults.contains(.notRestored) }
        let drifted = drift.map(\.lostKib).reduce(0, +)
        let latencies = wave.trials.compactMap { $0.latency?.milliseconds }.sorted()
        return [
          wave.node, "\(wave.trials.count)", "\(wave.trials.count(where: \.isSuccess))", count(.late),
          count(.lostDeployment), drift.isEmpty ? "0" : "\(drift.count) (\(Self.memory(drifted)))",
          count(.notRestored),
          wave.samples == 0 ? "" : Self.memory(wave.baselineKib),
          wave.samples == 0 ? "" : Self.memory(wave.lastBaselineKib),
          latencies.isEmpty
            ? ""
            : "\(Self.seconds(latencies[latencies.count / 2])) s, at most \(Self.seconds(latencies[latencies.count - 1])) s",
        ]
      })
  }

  /// Machines that may be there still; each once, however often it was tried to end it.
  private var leftovers: [Page.Block] {
    var told: Set<String> = []
    let sentences = log.entries.compactMap(\.leftover).filter { told.insert($0).inserted }
    let rest =
      sentences.count > 10 ? ["and so of \(sentences.count - 10) trials more: verdicts.csv has them"] : []
    return (sentences.prefix(10) + rest).map { .paragraph($0.prefix(1).uppercased() + $0.dropFirst() + ".") }
  }

  /// Deployments of which dom0's memory tells nothing.
  private func unseen(_ wave: NodeWave) -> [Page.Block] {
    let numbers = wave.trials.filter { $0.faults.contains(.notRecorded) }.map(\.trial.number)
    if numbers.isEmpty { return [] }
    let shown =
      numbers.prefix(8).map(String.init).joined(separator: ", ") + (numbers.count > 8 ? ", ..." : "")
    return [
      .paragraph(
        "\(numbers.count) of \(wave.trials.count) deployments on \(wave.node) were not recorded (\(shown)): what became of "
          + "them is not known.")
    ]
  }

  /// A node on which nothing is deployed any more.
  private func flat(_ wave: NodeWave) -> [Page.Block] {
    let dead = wave.trials.reversed().prefix { $0.faults.contains(.lostDeployment) }
    guard dead.count >= 3, let first = dead.last else { return [] }
    return [
      .paragraph(
        "Nothing was deployed on \(wave.node) any more from trial \(first.trial.number) on: its slot is lost for good."
      )
    ]
  }

  private var events: [Page.Block] {
    let lines = waves.flatMap { wave in wave.findings.map { WaveReport.sentence($0, of: wave.node) } }
    guard !lines.isEmpty else { return [] }
    return [
      .heading(2, "What changed for good"),
      .table(
        caption: "As dom0's memory tells it", head: ["what", "how"], rows: lines.map { [$0.what, $0.text] }),
    ]
  }

  private var audits: Page.Block {
    let done = log.entries.filter { [.preflight, .audit, .repair].contains($0.event) }
    return .table(
      caption: "What was asked of the site meanwhile",
      head: ["when", "after trial", "what", "exit status or answer"],
      rows: done.map { [$0.at.rfc3339, "\($0.trial)", $0.event.rawValue, $0.detail] })
  }

  // MARK: Each deployment

  public static let columns = [
    "trial", "node", "asked for", "verdict", "latency (s)", "running after (s)", "lost (MiB)", "bytes",
    "guest (s)", "remark",
  ]

  /// In the order of trials and nodes.
  public var rows: [[String]] {
    struct Key: Hashable {
      let node: String
      let trial: Int
    }
    let told = Dictionary(grouping: log.entries) { Key(node: $0.node, trial: $0.trial) }
    let verdicts = waves.flatMap(\.trials).sorted {
      ($0.trial.number, $0.trial.node) < ($1.trial.number, $1.trial.node)
    }
    return verdicts.map { verdict in
      let entries = told[Key(node: verdict.trial.node, trial: verdict.trial.number)] ?? []
      func detail(_ event: TrialLog.Event) -> String? { entries.first { $0.event == event }?.detail }
      let guest = detail(.guest)?.split(separator: " ", maxSplits: 1).map(String.init) ?? []
      let remarks = [
        detail(.refused), detail(.unanswered), detail(.kept), detail(.left).map { "may be left: \($0)" },
        guest.dropFirst().first,
      ].compactMap(\.self)
      return [
        "\(verdict.trial.number)", verdict.trial.node, verdict.trial.asked.rfc3339, Self.word(verdict),
        verdict.latency.map { Self.seconds($0.milliseconds) } ?? "",
        detail(.running).flatMap { Int64($0) }.map(Self.seconds) ?? "",
        verdict.lostKib == 0 ? "0" : Self.tenths(verdict.lostKib / 1024), detail(.bytes) ?? "",
        guest.first.flatMap { Int64($0) }.map(Self.seconds) ?? "", remarks.joined(separator: "; "),
      ]
    }
  }

  private static func word(_ verdict: TrialVerdict) -> String {
    if verdict.isSuccess { return "success" }
    return TrialVerdict.Fault.allCases.filter(verdict.faults.contains).map(\.rawValue).joined(separator: ", ")
  }

  private static func memory(_ kib: Double) -> String { MessageTemplate.memory(kib: Int64(kib.rounded())) }
  private static func seconds(_ milliseconds: Int64) -> String { tenths(Double(milliseconds) / 1000) }

  private static func tenths(_ number: Double) -> String {
    let tenths = Int64((number * 10).rounded())
    return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
  }
}
