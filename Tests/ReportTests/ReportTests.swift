import Foundation
import Model
import Report
import Testing

/// A result in which everything that came from outside is hostile.
private let hostile =
  "x\u{1B}[2J\r\nerror:forged:clean\u{202E}\u{200F}\u{61C}</script>\"'; DROP TABLE job; $(reboot) ]]>\u{0}"

private func finding(_ status: Finding.Status, severity: Severity = .error, rule: String = "held") -> Finding
{
  let template = MessageTemplate("slot {slot} is held") ?? .empty
  return Finding(
    rule: rule, severity: severity, node: hostile, message: template.filled { _ in .text(hostile) },
    columns: [Finding.Column(name: "slot", value: .text(hostile))], fingerprint: Fingerprint(of: rule),
    status: status,
    evidence: [
      Finding.Evidence(
        table: "db_slot", node: nil, columns: [Finding.Column(name: "id", value: .text(hostile))],
        observation: 1,
        bytes: 0..<40, witness: Fingerprint(of: ""))
    ],
    absences: [Finding.Absence(table: "lrms_job", condition: hostile, node: nil, observations: [1])],
    assumptions: [], steps: [], withheld: [])
}

private func result(_ findings: [Finding]) -> AuditResult {
  var record = ObservationRecord(
    id: 1, round: 1, kind: .torqueJobs, node: nil, command: ["qstat", hostile],
    started: Instant(milliseconds: 0),
    finished: Instant(milliseconds: 1000), exitStatus: 0)
  record.coverage = .partial([Problem(hostile)])
  record.remarks = [Problem(hostile)]
  return AuditResult(
    site: hostile, mode: .pilot,
    looks: [AuditResult.Look(started: Instant(milliseconds: 0), finished: Instant(milliseconds: 1000))],
    observations: [record], uncollected: [AuditResult.Uncollected(kind: .xenList, nodes: ["wn1"])],
    findings: findings,
    rules: [
      AuditResult.RuleOutcome(rule: "held", outcome: .judged),
      AuditResult.RuleOutcome(rule: "other", outcome: .notRun(hostile)),
    ], vanished: 0, counts: AuditResult.Counts(), remarks: [hostile])
}

private let everyStatus: [Finding] = [
  finding(.confirmed(since: Instant(milliseconds: 0))), finding(.seenOnce),
  finding(.unsettled(since: Instant(milliseconds: 0))),
  finding(.selfHealing(until: Instant(milliseconds: 0), healer: hostile)), finding(.undetermined([hostile])),
]

@Suite("A report")
struct ReportTests {
  @Test("shows hostile text and never obeys it, in every form", arguments: Format.allCases)
  func hostileText(_ format: Format) {
    let night = Night(hostile)
    for report in [format.report(result(everyStatus)), format.report(night.result, beside: night.backdrop)] {
      let wild = report.unicodeScalars.filter { $0 != "\n" && MessageTemplate.isControl($0) }
      #expect(wild.isEmpty, "\(wild)")
      #expect(!report.split(separator: "\n").contains { $0.hasPrefix("error:forged") })
      #expect(!report.contains("</script>") || ![Format.html, .json, .jsonl, .sarif].contains(format))
    }
  }

  @Test("in lines has one line a finding, and its fields stand where they should")
  func lines() {
    let lines = Format.lines.report(result(everyStatus)).split(separator: "\n")
    #expect(lines.count == 5)
    for line in lines {
      let fields = line.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
      #expect(fields.count == 6)
      #expect(fields[1] == "error" && fields[2] == "held" && fields[4].count == 16)
    }
  }

  @Test("in JSON is JSON, with the very text in it")
  func json() throws {
    let data = Data(Format.json.report(result(everyStatus)).utf8)
    let document = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(document["site"] as? String == hostile)
    #expect(document["exit_status"] as? Int == 12)
    #expect((document["findings"] as? [Any])?.count == 5)
  }

  @Test("in text always ends with what was checked and the exit status, and has no colour unless asked")
  func summary() throws {
    let clean = AuditResult(
      site: "s", mode: .pilot, looks: [], observations: [], uncollected: [], findings: [], rules: [],
      vanished: 0,
      counts: AuditResult.Counts(), remarks: [])
    let report = Format.text.report(clean)
    #expect(report.contains("No divergences found.\n"))
    #expect(report.hasSuffix("Exit status 0: clean, and everything was seen.\n"))
    let found = Format.text.report(result(everyStatus))
    #expect(
      found.contains(
        "Found 5 divergences: 1 confirmed, 1 seen once, 1 unsettled, 1 undetermined, 1 self-healing."))
    #expect(found.contains("Exit status 12: "))
    #expect(!found.contains("\u{1B}"))
    #expect(Format.text.report(result(everyStatus), colour: true).contains("\u{1B}[31m"))
  }

  @Test("says of what it could not see that it found nothing *there*, and not that nothing is there")
  func gaps() {
    let report = Format.text.report(result([]))
    #expect(report.contains("No divergences found in what could be seen."))
    #expect(report.contains("xen.list of wn1: not collected"))
  }

  @Test("in text puts many candidates with one gap behind them on one line")
  func flood() {
    let many = (0..<30).map { _ in finding(.undetermined(["torque.jobs: no answer"])) }
    let report = Format.text.report(result(many))
    #expect(report.contains("cannot tell of 30, such as: "))
    #expect(report.components(separatedBy: "torque.jobs: no answer").count == 2)
  }

  @Test("in text tells a gap once for all rules that it stops")
  func floodOfRules() {
    let many = ["held", "lost", "held", "idle"].map {
      finding(.undetermined(["db.main: no answer"]), rule: $0)
    }
    let report = Format.text.report(result(many))
    #expect(report.components(separatedBy: "db.main: no answer").count == 2)
    for text in ["held  cannot tell of 2, such as", "lost  x", "idle  x"] { #expect(report.contains(text)) }
  }
}

@Suite("An explanation")
struct ExplanationTests {
  @Test("shows the very bytes, and what could move a cursor in them as text")
  func bytes() {
    let rule = Rule(
      id: "held", title: "A slot is held", severity: .error, modes: [.pilot], failureModes: [],
      settle: .seconds(15),
      message: .empty, why: "Because.", causes: [], noRepair: "none", query: "", identity: [], restsOn: "",
      optional: [], explains: [], repairs: [], examples: [])
    let text = Explanation.text(everyStatus[0], rule: rule, observations: result([]).observations) { _ in
      Array("INSERT\u{1B}[2J INTO pilot_slots VALUES(...)".utf8)
    }
    #expect(text.contains("| INSERT\\u{1b}[2J INTO pilot_slots"))
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("Why it is no transient"))
  }
}
