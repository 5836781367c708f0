import History
import Model

let start = Instant(milliseconds: 1_795_305_600_000)

func minutes(_ count: Int64) -> Instant { Instant(milliseconds: start.milliseconds + count * 60_000) }

/// A rule over dom0's memory, with an amount, an object, a time and what else was expected.
let short = Rule(
  id: "short", title: "dom0 is short", severity: .error, modes: [.pilot], failureModes: [],
  settle: .seconds(15),
  message: MessageTemplate("dom0 of {node} lacks {missing_kib} of {expected_kib} by job {job}, for {age_s}")
    ?? .empty,
  why: "", causes: [], noRepair: "none", query: "SELECT 1", identity: ["node"], amount: "missing_kib",
  restsOn: "SELECT 1", optional: [], explains: [], repairs: [], examples: [])

/// What one audit saw: findings of the rule, and how the sources were.
struct Site {
  var name = "gridsn"
  var nodes = ["wn1", "wn2"]
  /// By node: KiB that are missing.
  var missing: [String: Int64] = [:]
  var expected: Int64 = 2_097_152
  var job = "7"
  var age: Int64 = 10
  var severity = Severity.error
  var lost: Set<String> = []
  var isUndetermined = false
  var outcome = AuditResult.RuleOutcome(rule: "short", outcome: .judged)
  /// An absence that the findings rest on.
  var isEverywhere = false

  private func finding(_ node: String, _ kib: Int64, observations: [Int]) -> Finding {
    let columns = [
      Finding.Column(name: "node", value: .text(node)),
      Finding.Column(name: "missing_kib", value: .integer(kib)),
      Finding.Column(name: "expected_kib", value: .integer(expected)),
      Finding.Column(name: "job", value: .text(job)), Finding.Column(name: "age_s", value: .integer(age)),
    ]
    let seen = observations[(nodes.firstIndex(of: node) ?? 0) + 1]
    return Finding(
      rule: "short", severity: severity, node: node,
      message: short.message.filled { name in columns.first { $0.name == name }?.value ?? .null },
      columns: columns, fingerprint: Self.id(node),
      status: isUndetermined ? .undetermined(["it was not seen"]) : .confirmed(since: start),
      evidence: [
        Finding.Evidence(
          table: "vmm_domain", node: node, columns: [], observation: seen, bytes: nil,
          witness: Fingerprint(of: ""))
      ],
      absences: [
        Finding.Absence(
          table: "vmm_domain", condition: "no other", node: isEverywhere ? nil : node,
          observations: isEverywhere ? Array(observations.dropFirst()) : [seen])
      ], assumptions: [], steps: [], withheld: [])
  }

  static func id(_ node: String) -> Fingerprint { Fingerprint(of: ["short", node]) }

  var result: AuditResult {
    func record(_ id: Int, _ kind: ObservationKind, _ node: String?) -> ObservationRecord {
      var record = ObservationRecord(
        id: id, round: 1, kind: kind, node: node, command: [], started: start, finished: start, exitStatus: 0)
      if lost.contains(node ?? kind.rawValue) {
        record.coverage = .failed(Problem("timed out after \(age) s"))
      }
      return record
    }
    let records =
      [record(1, .torqueJobs, nil)] + nodes.enumerated().map { record($0 + 2, .xenList, $1) }
    let findings = missing.sorted { $0.key < $1.key }.map {
      finding($0.key, $0.value, observations: records.map(\.id))
    }
    var counts = AuditResult.Counts()
    counts.nodes = nodes.count
    return AuditResult(
      site: name, mode: .pilot, looks: [], observations: records, uncollected: [], findings: findings,
      rules: [outcome], vanished: 0, counts: counts, remarks: [])
  }
}

extension History {
  @discardableResult
  func record(_ site: Site, at moment: Instant, baselines: [String: Int64] = [:]) async throws -> Entry {
    try await record(site.result, by: [short], at: moment, baselines: baselines)
  }
}
