import Audit
import Capture
import Configuration
import Model
import RuleBook
import World

/// A capture, audited: its rounds are the looks.
struct Recording {
  let capture: Capture
  let configuration: Configuration
  let remarks: [String]
  /// `SnapshotBuilder.believesAll`, for a test.
  var believesAll = false

  init(_ path: String, watch: Stopwatch = Stopwatch()) throws(Refusal) {
    capture = try watch.time(.read) { () throws(Refusal) in try Self.capture(at: path) }
    var remarks = capture.remarks.map(\.described)
    do {
      if let bytes = try capture.siteFile() {
        let file = Configuration.File(name: capture.manifest.site ?? "site.toml", bytes: bytes)
        configuration = try Configuration(file: file, tracing: false)
        // Unknown keys: a capture may come from another version.
        remarks += configuration.remarks.map(\.described)
      } else {
        configuration = Configuration()
      }
    } catch let complaints as Complaints {
      throw Refusal(complaints.all)
    } catch let complaint as Complaint {
      throw Refusal([complaint])
    } catch {
      throw Refusal("\(error)")
    }
    self.remarks = remarks
    if capture.observations.isEmpty {
      throw Refusal("\(path): the capture has no observation that can be read")
    }
  }

  /// The capture in a folder, not yet audited.
  static func capture(at path: String) throws(Refusal) -> Capture {
    do throws(Complaints) { return try CaptureFolder.read(path) } catch { throw Refusal(error.all) }
  }

  /// Judges each look by the rules, and the last one by the earlier. `keep` gets the last look's snapshot.
  func audit(
    by rules: [Rule], schema: Schema, after earlier: [Auditor.Verdicts] = [], watch: Stopwatch = Stopwatch(),
    keep: (Snapshot) throws -> Void = { _ in }
  ) throws -> AuditResult {
    let rules = configuration.settled(rules)
    var looks = earlier
    for round in looked {
      let isLast = round.number == looked.last?.number
      looks.append(
        try judge(round, by: rules, schema: schema, watch: watch) { if isLast { try keep($0) } })
    }
    return result(of: looks, by: rules)
  }

  /// The report's contents, of looks that were judged.
  func result(of looks: [Auditor.Verdicts], by rules: [Rule]) -> AuditResult {
    AuditResult(looks: looks, rules: rules, site: site.name, remarks: remarks)
  }

  /// What of it was not seen, in words.
  var failures: [String] {
    capture.observations.compactMap { observation in
      guard let problem = capture.rawObservation(observation).endingProblem else { return nil }
      let place = observation.entry.node.isEmpty ? "" : " of \(observation.entry.node)"
      return MessageTemplate.visible("\(observation.kind.rawValue)\(place): \(problem.described)")
    }.uniqued
  }

  /// What its last look says.
  func lastLook(by rules: [Rule], schema: Schema) throws -> [Auditor.Verdicts] {
    try looked.suffix(1).map { try judge($0, by: rules, schema: schema) }
  }

  var site: Site { configuration.site }

  /// The rounds in which something was looked at.
  var looked: [Capture.Round] { capture.rounds.filter { !$0.observations.isEmpty } }

  /// What one look says.
  func judge(
    _ round: Capture.Round, by rules: [Rule], schema: Schema, watch: Stopwatch = Stopwatch(),
    keep: (Snapshot) throws -> Void = { _ in }
  ) throws -> Auditor.Verdicts {
    let snapshot = try snapshot(of: round, schema: schema, watch: watch)
    let verdicts = try watch.time(.rules) {
      try Auditor.judge(snapshot, by: rules, look: look(of: round, snapshot))
    }
    try keep(snapshot)
    return verdicts
  }

  /// From the first to the last reading of a round.
  func look(of round: Capture.Round, _ snapshot: Snapshot) -> AuditResult.Look {
    let started = round.observations.map(\.entry.started).min() ?? snapshot.now
    return AuditResult.Look(started: min(round.started ?? started, started), finished: snapshot.now)
  }

  func snapshot(
    of round: Capture.Round, schema: Schema, trial: Trial = Trial(), watch: Stopwatch = Stopwatch()
  ) throws -> Snapshot {
    let builder = try SnapshotBuilder(schema: schema, site: site, trial: trial)
    builder.believesAll = believesAll
    let open = OpenCapture(capture)
    for observation in sources(of: round) {
      let raw = watch.time(.read) { capture.rawObservation(observation, from: open) }
      builder.read(
        raw, id: observation.number, round: observation.round, started: observation.produced,
        finished: observation.entry.produced, watch: watch)
    }
    let now = round.observations.map(\.entry.finished).max() ?? Instant(milliseconds: 0)
    return try watch.time(.index) { try builder.finish(now: now) }
  }

  /// What a look rests on: what it read, and of every source that it did not read again, the last look before it. Memory
  /// samples are all of those so far.
  func sources(of round: Capture.Round) -> [Capture.Observation] {
    var seen = Set(round.observations.map(Source.init))
    var carried: [Capture.Observation] = []
    for earlier in capture.rounds.reversed() where earlier.number < round.number {
      let left = earlier.observations.filter { $0.kind.repetition == .samples || !seen.contains(Source($0)) }
      seen.formUnion(left.map(Source.init))
      carried = left + carried
    }
    return carried + round.observations
  }

  /// What is looked at again when it is looked at again.
  private struct Source: Hashable {
    let kind: ObservationKind
    let node: String
    let command: [String]

    init(_ observation: Capture.Observation) {
      kind = observation.kind
      node = NodeNames.short(observation.entry.node)
      command = kind.repetition == .parts ? observation.entry.command : []
    }
  }
}

extension Configuration {
  /// The rules with the site's own settle times.
  func settled(_ rules: [Rule]) -> [Rule] {
    rules.map { rule in
      var rule = rule
      rule.settle = reach.look.settle[rule.id] ?? rule.settle
      return rule
    }
  }
}
