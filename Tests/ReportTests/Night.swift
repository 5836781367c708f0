import Model
import Report

/// A night on which everything happened that a report can tell: every severity and status, every standing, an incident, what
/// is explained and what has cleared, a node that was not seen, a memory ledger with each kind of line. Every text that may
/// come from outside has `odd` in it.
struct Night {
  let odd: String

  init(_ odd: String = "") { self.odd = odd }

  static let began = Instant(milliseconds: 1_795_375_560_000)
  static let until = Instant(milliseconds: 1_798_761_599_000)

  private static func moment(_ seconds: Int64) -> Instant {
    Instant(milliseconds: began.milliseconds + seconds * 1000)
  }

  // MARK: Findings

  private func finding(
    _ rule: String, _ severity: Severity, _ node: String?, _ name: String, _ status: Finding.Status,
    explaining explained: [Finding] = [], steps: [Act] = []
  ) -> Finding {
    let template = MessageTemplate("guest {domain} holds {memory_kib} that nobody leases") ?? .empty
    let columns = [
      Finding.Column(name: "domain", value: .text(name + odd)),
      Finding.Column(name: "memory_kib", value: .integer(65536)),
      Finding.Column(name: "owner", value: .null),
    ]
    var finding = Finding(
      rule: rule, severity: severity, node: node,
      message: template.filled { named in columns.first { $0.name == named }?.value ?? .null },
      columns: columns, fingerprint: Fingerprint(of: [rule, name]), status: status,
      evidence: [
        Finding.Evidence(
          table: "vmm_domain", node: node, columns: columns, observation: 2, bytes: 80..<160,
          witness: Fingerprint(of: name)),
        Finding.Evidence(
          table: "node", node: nil, columns: [Finding.Column(name: "name", value: .text("wn1\(odd)"))],
          observation: nil, bytes: nil, witness: Fingerprint(of: "")),
      ],
      absences: [
        Finding.Absence(table: "lrms_job", condition: "no job of \(name)\(odd)", node: nil, observations: [1])
      ],
      assumptions: ["node.pilots was not looked at\(odd)"], steps: steps, withheld: ["a guest is there\(odd)"]
    )
    finding.explained = explained
    return finding
  }

  private var findings: [Finding] {
    let below = finding(
      "slot-held", .warning, "wn1\(odd)", "slot-9", .confirmed(since: Self.moment(60)))
    let drain = Act(.drainNode, ["node": .text("wn1")])
    return [
      finding(
        "guest-left", .error, "wn1\(odd)", "wrksp-9", .confirmed(since: Self.moment(60)), explaining: [below],
        steps: drain.map { [$0] } ?? []),
      finding("guest-left", .error, "wn1\(odd)", "wrksp-10", .confirmed(since: Self.moment(60))),
      finding("guest-left", .error, "wn2\(odd)", "wrksp-11", .confirmed(since: Self.moment(60))),
      finding("slot-held", .warning, "wn2\(odd)", "slot-12", .unsettled(since: Self.moment(0))),
      finding("slot-held", .warning, nil, "slot-13", .seenOnce),
      finding(
        "guest-left", .error, "wn3\(odd)", "wrksp-14", .undetermined(["xen.list of wn3: no answer\(odd)"])),
      finding(
        "slot-held", .warning, "wn4\(odd)", "slot-15",
        .selfHealing(until: Self.moment(600), healer: "the sweeper\(odd)")),
      finding("guest-foreign", .notice, "wn4\(odd)", "nfs", .confirmed(since: Self.moment(60))),
    ]
  }

  // MARK: The result

  var result: AuditResult {
    let findings = findings
    let all = findings.flatMap(\.withExplained)
    var counts = AuditResult.Counts()
    counts.nodes = 4
    counts.jobs = 1
    counts.domains = 5
    var result = AuditResult(
      site: "gridsn\(odd)", mode: .pilot,
      looks: [
        AuditResult.Look(started: Self.moment(0), finished: Self.moment(5)),
        AuditResult.Look(started: Self.moment(70), finished: Self.moment(75)),
      ],
      observations: observations,
      uncollected: [
        AuditResult.Uncollected(kind: .dbMain, nodes: []),
        AuditResult.Uncollected(kind: .xenInfo, nodes: ["wn3\(odd)"]),
      ],
      findings: findings,
      incidents: [
        Incident(
          kind: .deletions,
          title: "3 jobs were deleted by \(MessageTemplate.visible("ops\(odd)")) on 2 nodes",
          cause: "the accounting log has their D records", members: findings.prefix(3).map(\.fingerprint))
      ],
      rules: [
        AuditResult.RuleOutcome(rule: "guest-foreign", outcome: .judged),
        AuditResult.RuleOutcome(rule: "guest-left", outcome: .judgedExcept("wn3 was not seen\(odd)")),
        AuditResult.RuleOutcome(rule: "slot-held", outcome: .judged, standIn: "every pilot is alive"),
        AuditResult.RuleOutcome(rule: "slot-lost", outcome: .notRun("db.main was not collected\(odd)")),
        AuditResult.RuleOutcome(rule: "pool-full", outcome: .notApplicable("it is for sites in pool mode")),
      ], vanished: 1, defects: ["torque.jobs: state of lrms_job 7 is not understood: \(odd)"], counts: counts,
      remarks: ["unknown key colour\(odd)"])
    let accepted = Suppression(
      finding: all[3].fingerprint, until: Self.until, reason: "the guest is the file server's\(odd)",
      who: "mira\(odd)", evidence: Fingerprint(of: "64 MiB"))
    for finding in all {
      result.standings[finding.fingerprint] = Standing(baseline: .unchanged, since: Self.moment(-86_400))
    }
    result.standings[all[0].fingerprint] = Standing(baseline: .new, since: Self.moment(0))
    result.standings[all[2].fingerprint] = Standing(baseline: .updated, since: Self.moment(-172_800))
    result.standings[all[3].fingerprint]?.suppression = accepted
    result.cleared = [
      Cleared(
        finding: Fingerprint(of: "gone"), rule: "guest-left", node: "wn4\(odd)",
        message: "guest wrksp-3 was there\(odd)")
    ]
    return result
  }

  private var observations: [ObservationRecord] {
    func record(
      _ id: Int, _ kind: ObservationKind, _ node: String?, _ command: [String], exit: Int? = 0
    ) -> ObservationRecord {
      ObservationRecord(
        id: id, round: 2, kind: kind, node: node.map { $0 + odd }, command: command,
        started: Self.moment(70 + Int64(id)), finished: Self.moment(71 + Int64(id)), exitStatus: exit)
    }
    var jobs = record(1, .torqueJobs, nil, ["qstat", "-x\(odd)"])
    jobs.coverage = .partial([Problem("the document ends within job 7\(odd)", line: 12)])
    jobs.remarks = [Problem("unknown element colour\(odd)")]
    var silent = record(4, .xenList, "wn3", ["xl", "list"], exit: nil)
    silent.coverage = .failed(Problem("no answer within 20 s\(odd)"))
    return [
      jobs, record(2, .xenList, "wn1", ["xl", "list"]), record(3, .xenList, "wn2", ["xl", "list"]), silent,
      record(5, .xenList, "wn4", ["xl", "list"]),
    ]
  }

  // MARK: What is beside it

  var backdrop: Backdrop {
    Backdrop(
      rules: [
        rule("guest-foreign", "A guest is nobody's", .notice), rule("guest-left", "A guest was left", .error),
        rule("slot-held", "A slot is held", .warning), rule("slot-lost", "A slot is lost", .error),
        rule("pool-full", "A pool is full", .warning),
      ], ledger: ledger, version: "0.0.0")
  }

  private func rule(_ id: String, _ title: String, _ severity: Severity) -> Rule {
    Rule(
      id: id, title: title, severity: severity, modes: [.pilot], failureModes: ["F01"], settle: .seconds(15),
      message: .empty, why: "Its memory {64 MiB} is [nobody's](https://example.org).\nThat costs a slot.",
      causes: ["the pilot was killed"], noRepair: severity == .notice ? "it is not ours" : nil, query: "",
      identity: ["node", "domain"], restsOn: "", optional: [], explains: [], repairs: [], examples: [])
  }

  private var ledger: [MemoryLine] {
    func line(_ node: String, dom0: Int64, kind: String, residual: Int64, leases: Int = 0) -> MemoryLine {
      var line = MemoryLine(node: node + odd)
      let slot: Int64 = 65536
      line.baseline = Kibibytes(2_097_152)
      line.baselineFrom = "configuration"
      line.dom0 = Kibibytes(dom0)...Kibibytes(dom0)
      line.total = Kibibytes(2_372_608)
      line.free = Kibibytes(2_372_608 - dom0 - 2 * slot)
      line.leases = leases
      line.leased = Kibibytes(Int64(leases) * slot)...Kibibytes(Int64(leases) * slot)
      line.guests = 2
      line.guestMemory = Kibibytes(2 * slot)...Kibibytes(2 * slot + 2046)
      line.residual = Kibibytes(residual - 3)...Kibibytes(residual)
      line.missing = Kibibytes(kind == "quanta" ? residual : 0)
      line.kind = kind
      return line
    }
    var unseen = MemoryLine(node: "wn3\(odd)")
    unseen.unseen = "xen.list of wn3: no answer within 20 s\(odd)"
    return [
      line("wn1", dom0: 1_966_080, kind: "quanta", residual: 131_072),
      line("wn2", dom0: 2_031_616, kind: "none", residual: 0, leases: 1), unseen,
      line("wn4", dom0: 2_094_000, kind: "drift", residual: 3152),
      line("wn5", dom0: 2_162_688, kind: "over", residual: -65536),
    ]
  }
}
