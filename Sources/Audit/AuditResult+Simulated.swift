public import Model
public import RuleBook

extension AuditResult {
  /// A result in which every rule has found something, each by the first of its own examples that it finds something in: so
  /// that every message can be seen in every form of a report. With it the memory ledger of one of the examples.
  public static func simulated(
    by rules: [Rule], schema: Schema
  ) throws(AuditError) -> (result: AuditResult, ledger: [MemoryLine]) {
    var sources = Sources(schema: schema)
    var findings: [Finding] = []
    var ledger: [MemoryLine] = []
    for rule in rules {
      guard let example = rule.examples.first(where: \.isPositive) else { continue }
      let snapshot = try ExampleWorld.snapshot(of: example, schema: schema)
      guard let found = try RuleProof.findings(of: rule, on: snapshot).first else { continue }
      var finding = sources.citing(found, at: snapshot.now)
      finding.status = .confirmed(since: snapshot.now)
      findings.append(finding)
      if ledger.isEmpty {
        let lines = try snapshot.ledger()
        if lines.contains(where: { $0.kind == "quanta" }) { ledger = lines }
      }
    }
    let sorted = findings.sorted { ($1.severity, $0.rule) < ($0.severity, $1.rule) }
    let moments = sources.records.map(\.started)
    let look = moments.min().flatMap { first in moments.max().map { Look(started: first, finished: $0) } }
    let result = AuditResult(
      site: "simulated", mode: .pilot, looks: look.map { [$0, $0] } ?? [], observations: sources.records,
      uncollected: [], findings: sorted, incidents: Incidents.group(sorted, traces: Traces()),
      rules: rules.map { RuleOutcome(rule: $0.id, outcome: .judged) }, vanished: 0, counts: Counts(),
      remarks: ["nothing was looked at: every rule found what its own example says (--simulate-findings)"])
    return (result, ledger)
  }

  /// The sources of all examples as those of one site.
  private struct Sources {
    let schema: Schema
    private(set) var records: [ObservationRecord] = []

    init(schema: Schema) { self.schema = schema }

    /// A finding that cites these sources, and not those of its own small world.
    mutating func citing(_ finding: Finding, at now: Instant) -> Finding {
      var evidence: [Finding.Evidence] = []
      for row in finding.evidence {
        let id = observations(of: row.table, on: row.node, at: now).first
        evidence.append(
          Finding.Evidence(
            table: row.table, node: row.node, columns: row.columns, observation: id, bytes: nil,
            witness: row.witness))
      }
      var absences: [Finding.Absence] = []
      for absence in finding.absences {
        absences.append(
          Finding.Absence(
            table: absence.table, condition: absence.condition, node: absence.node,
            observations: observations(of: absence.table, on: absence.node, at: now)))
      }
      return Finding(
        rule: finding.rule, severity: finding.severity, node: finding.node, message: finding.message,
        columns: finding.columns, fingerprint: finding.fingerprint, status: finding.status,
        evidence: evidence, absences: absences, assumptions: finding.assumptions, steps: finding.steps,
        withheld: finding.withheld)
    }

    /// The observations that a table is filled from, by their ids.
    private mutating func observations(of table: String, on node: String?, at now: Instant) -> [Int] {
      (schema.table(table)?.sources ?? []).map { kind in
        let place = kind.isPerNode ? node : nil
        if let known = records.first(where: { $0.kind == kind && $0.node == place }) { return known.id }
        let record = ObservationRecord(
          id: records.count + 1, round: 1, kind: kind, node: place, command: [], started: now, finished: now,
          exitStatus: 0)
        records.append(record)
        return record.id
      }
    }
  }
}
