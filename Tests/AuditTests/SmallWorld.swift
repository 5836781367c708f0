import Audit
import Foundation
import Model
import RuleBook

/// A snapshot made of a few rows, with each source as the test says it went.
struct SmallWorld {
  static let schema: Schema = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Rules/schema.sql")
    guard let text = try? String(contentsOf: file, encoding: .utf8), let schema = try? Schema(text) else {
      preconditionFailure("Rules/schema.sql can't be read")
    }
    return schema
  }()

  var site = Site(requiredSources: [])
  var now = Instant(milliseconds: 1_795_305_600_000)
  var looks: [Look] = []

  struct Look {
    var kind: ObservationKind
    var node: String?
    var rows: [Row] = []
    var coverage = Coverage.complete
    var precedence = 0
    var command: [String] = []
    var started: Instant?
    var finished: Instant?
    /// Where it isn't the round of the snapshot: a look that was carried over.
    var round: Int?
    var unreadable: [Unreadable] = []
  }

  func snapshot(round: Int = 1, firstId: Int = 1) throws -> Snapshot {
    let builder = try SnapshotBuilder(schema: Self.schema, site: site)
    for (index, look) in looks.enumerated() {
      var record = ObservationRecord(
        id: firstId + index, round: look.round ?? round, kind: look.kind,
        node: look.node.map { builder.canonical($0) },
        command: look.command, started: look.started ?? now, finished: look.finished ?? look.started ?? now,
        exitStatus: 0)
      record.coverage = look.coverage
      builder.begin(record.id)
      for row in look.rows { builder.insert(row) }
      builder.end(record, precedence: look.precedence, unreadable: look.unreadable)
    }
    return try builder.finish(now: now)
  }

  func verdicts(_ rules: [Rule], round: Int = 1, firstId: Int = 1) throws -> Auditor.Verdicts {
    try Auditor.judge(
      snapshot(round: round, firstId: firstId), by: rules, look: AuditResult.Look(started: now, finished: now)
    )
  }
}

/// A rule over slots and jobs, small enough to see through.
func slotRule(
  id: String = "held", severity: Severity = .error, settle: Duration = .seconds(15), query: String? = nil,
  restsOn: String? = nil, optional: Set<String> = [], standIn: Rule.StandIn? = nil, unjudged: String? = nil,
  explains: [Rule.Explanation] = [],
  repairs: [Rule.RepairStep] = []
) -> Rule {
  Rule(
    id: id, title: "A slot is held", severity: severity, modes: [.pilot], failureModes: [], settle: settle,
    message: MessageTemplate("slot {slot} is held") ?? .empty, why: "", causes: [], noRepair: "none",
    query: query
      ?? "SELECT s.id AS slot, s.node, s.rowid AS slot_row FROM db_slot s WHERE NOT EXISTS "
      + "(SELECT 1 FROM lrms_job j WHERE j.number = s.job_number)",
    identity: ["slot"],
    restsOn: restsOn
      ?? "SELECT 'db_slot', :slot_row, NULL, :node UNION ALL SELECT 'lrms_job', NULL, 'no job of it', NULL",
    unjudged: unjudged, optional: optional, standIn: standIn, explains: explains, repairs: repairs,
    examples: [])
}

func slot(_ id: String, job: String, node: String? = nil, defects: [Defect] = [], isAmbiguous: Bool = false)
  -> Row
{
  Row(
    "db_slot", bytes: 0..<10, defects: defects, isAmbiguous: isAmbiguous,
    ["id": .text(id), "job_number": .text(job), "node": node.map { .node($0) } ?? .null])
}

func job(_ number: String, state: String = "R") -> Row {
  Row(
    "lrms_job", bytes: 0..<10,
    ["id": .text("\(number).gridsn"), "number": .text(number), "state": .text(state)])
}
