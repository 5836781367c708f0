import Audit
import Model
import Testing

@Suite("An incident")
struct IncidentTests {
  private func result(accounting: [Row], slots: [Row]) throws -> AuditResult {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: slots), SmallWorld.Look(kind: .torqueJobs),
      SmallWorld.Look(kind: .torqueAccounting, rows: accounting),
    ]
    let rule = slotRule()
    return AuditResult(looks: [try world.verdicts([rule])], rules: [rule], site: "", remarks: [])
  }

  private func deletion(_ job: String, by requestor: String, at time: String, isAmbiguous: Bool = false)
    -> Row
  {
    Row(
      "lrms_event", bytes: 0..<1, isAmbiguous: isAmbiguous,
      [
        "kind": .text("D"), "number": .text(job), "requestor": .text(requestor),
        "logged_at": .text("11/22/2026 \(time)"),
      ])
  }

  private let slots = [
    slot("a", job: "7", node: "wn1"), slot("b", job: "8", node: "wn2"), slot("c", job: "9", node: "wn3"),
  ]

  @Test("is what one person deleted within a short time, with who, when and how many")
  func storm() throws {
    let result = try result(
      accounting: [
        deletion("7", by: "root@head", at: "19:30:00"), deletion("8", by: "root@head", at: "19:31:30"),
        deletion("9", by: "alice@head", at: "19:30:10"),
      ], slots: slots)
    let incident = try #require(result.incidents.first)
    #expect(result.incidents.count == 1)
    #expect(incident.kind == .deletions)
    #expect(
      incident.title.contains(
        "2 jobs were deleted by root@head between 11/22/2026 19:30:00 and 11/22/2026 19:31:30"))
    #expect(
      Set(incident.members) == Set(result.findings.filter { $0["slot"] != .text("c") }.map(\.fingerprint)))
  }

  @Test("is not made of deletions far apart, of a single one, or of records that may be forged")
  func noStorm() throws {
    let apart = try result(
      accounting: [
        deletion("7", by: "root@head", at: "19:30:00"), deletion("8", by: "root@head", at: "19:40:00"),
        deletion("9", by: "root@head", at: "19:40:10", isAmbiguous: true),
      ], slots: slots)
    #expect(apart.incidents == [])
    #expect(apart.findings.count == 3)
  }

  @Test("is what was left on one node, where no deletion is on record")
  func node() throws {
    let result = try result(
      accounting: [],
      slots: [
        slot("a", job: "7", node: "wn1"), slot("b", job: "8", node: "wn1"), slot("c", job: "9", node: "wn2"),
      ])
    #expect(result.incidents.map(\.kind) == [.node])
    #expect(result.incidents.first?.members.count == 2)
  }

  @Test("takes no finding away: each keeps its id and its place in the counts")
  func members() throws {
    let result = try result(accounting: [], slots: slots)
    #expect(result.incidents == [])
    #expect(result.allFindings.count == 3)
  }

  /// A rule over running jobs, whose rows tell since when the lease has been there.
  private var jobRule: Rule {
    Rule(
      id: "job", title: "A job", severity: .error, modes: [.pilot], failureModes: [], settle: .seconds(15),
      message: MessageTemplate("job {job}") ?? .empty, why: "", causes: [], noRepair: "none",
      query:
        "SELECT j.id AS job, a.node, j.rowid AS job_row FROM lrms_job j JOIN lrms_allocation a ON a.job = j.id",
      identity: ["job"], restsOn: "SELECT 'lrms_job', :job_row, NULL, NULL", optional: [], explains: [],
      repairs: [],
      examples: [])
  }

  @Test(
    "is the restart of a node that held leases, and of none that began after it",
    arguments: [(600, 1), (1200, 0)])
  func reboot(uptime: Int64, incidents: Int) throws {
    var world = SmallWorld()
    let now = world.now.milliseconds
    let jobs = ["7", "8"].flatMap { number -> [Row] in
      [
        Row(
          "lrms_job", bytes: 0..<1,
          [
            "id": .text("\(number).gridsn"), "number": .text(number), "state": .text("R"),
            "started_ms": .integer(now - 900_000),
          ]),
        Row("lrms_allocation", bytes: 0..<1, ["job": .text("\(number).gridsn"), "node": .node("wn1")]),
      ]
    }
    let clock = Row(
      "node_clock", bytes: 0..<1,
      ["node": .node("wn1"), "time_ms": .integer(now), "uptime_s": .integer(uptime)])
    world.looks = [
      SmallWorld.Look(kind: .torqueJobs, rows: jobs),
      SmallWorld.Look(kind: .nodeClock, node: "wn1", rows: [clock]),
    ]
    let result = AuditResult(looks: [try world.verdicts([jobRule])], rules: [jobRule], site: "", remarks: [])
    #expect(result.findings.count == 2)
    #expect(result.incidents.filter { $0.kind == .reboot }.count == incidents)
  }
}
