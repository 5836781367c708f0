import Audit
import Model
import Testing

@Suite("What was not seen")
struct CoverageTests {
  private func finding(_ jobs: SmallWorld.Look, slots: SmallWorld.Look? = nil) throws -> Finding.Status? {
    var world = SmallWorld()
    world.looks = [slots ?? SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")]), jobs]
    return try world.verdicts([slotRule()]).findings.first?.status
  }

  @Test("proves nothing absent: failed and partial sources leave a candidate undetermined")
  func silence() throws {
    #expect(try finding(SmallWorld.Look(kind: .torqueJobs)) == .seenOnce)
    let failed = try finding(SmallWorld.Look(kind: .torqueJobs, coverage: .failed(Problem("no answer"))))
    #expect(failed == .undetermined(["torque.jobs: no answer"]))
    let partial = try finding(
      SmallWorld.Look(kind: .torqueJobs, rows: [job("8")], coverage: .partial([Problem("cut", offset: 9)])))
    #expect(partial == .undetermined(["torque.jobs: cut (byte 9)"]))
  }

  @Test("of a failed source leaves no row behind that could be believed")
  func rowsOfFailed() throws {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(
        kind: .dbMain, rows: [slot("a", job: "7")], coverage: .failed(Problem("not a database"))),
      SmallWorld.Look(kind: .torqueJobs),
    ]
    #expect(try world.verdicts([slotRule()]).findings.isEmpty)
    #expect(try world.snapshot().counts().slots == 0)
  }

  @Test("by defect: what a rule compares and cannot know leaves it undetermined")
  func defect() throws {
    let odd = [Defect(column: "job_number", problem: "control byte")]
    let status = try finding(
      SmallWorld.Look(kind: .torqueJobs),
      slots: SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7", defects: odd)]))
    #expect(status == .undetermined(["db_slot.job_number is not understood: control byte"]))
    let harmless = [Defect(column: "duration_s", problem: "text")]
    let other = try finding(
      SmallWorld.Look(kind: .torqueJobs),
      slots: SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7", defects: harmless)]))
    #expect(other == .seenOnce)
  }

  @Test("by defect of another record: it could be the one that is missing")
  func defectElsewhere() throws {
    var nameless = job("8")
    nameless.defects = [Defect(column: "number", problem: "not UTF-8")]
    let status = try finding(SmallWorld.Look(kind: .torqueJobs, rows: [nameless]))
    #expect(status == .undetermined(["number of lrms_job 8.gridsn is not understood: not UTF-8"]))
  }

  @Test("beyond doubt: a record that may be forged supports nothing")
  func ambiguous() throws {
    let status = try finding(
      SmallWorld.Look(kind: .torqueJobs),
      slots: SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7", isAmbiguous: true)]))
    guard case .undetermined = status else {
      Issue.record("it was \(String(describing: status))")
      return
    }
  }

  @Test("and is required is failed; and is not part of the site makes rules not applicable")
  func absence() throws {
    var world = SmallWorld()
    world.looks = [SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")])]
    let absent = try world.verdicts([slotRule()])
    #expect(absent.rules.map(\.outcome) == [.notApplicable("the site has no torque.jobs")])
    #expect(absent.findings.isEmpty)
    world.site.requiredSources = [.torqueJobs]
    let required = try world.verdicts([slotRule()])
    #expect(required.findings.map(\.status) == [.undetermined(["torque.jobs was not collected"])])
    let result = AuditResult(looks: [required], rules: [slotRule()], site: "", remarks: [])
    #expect(result.exitStatus == .notWhole)
    world.site.requiredSources = []
    let optional = try world.verdicts([slotRule(optional: ["lrms_job"])])
    #expect(optional.findings.map(\.status) == [.seenOnce])
    #expect(optional.findings.first?.assumptions.isEmpty == false)
  }

  @Test("because it is of a newer version stops every rule that reads it, and says so")
  func unreadable() throws {
    var world = SmallWorld()
    var database = SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")])
    database.unreadable = [Unreadable(table: "db_slot", column: nil, reason: "an unknown column")]
    world.looks = [database, SmallWorld.Look(kind: .torqueJobs)]
    let whole = try world.verdicts([slotRule()])
    #expect(whole.rules.map(\.outcome) == [.notRun("an unknown column")])
    #expect(AuditResult(looks: [whole], rules: [slotRule()], site: "", remarks: []).exitStatus == .notWhole)
    database.unreadable = [Unreadable(table: "db_slot", column: "duration_s", reason: "older")]
    world.looks[0] = database
    #expect(try world.verdicts([slotRule()]).findings.count == 1)
    database.unreadable = [Unreadable(table: "db_slot", column: "job_number", reason: "older")]
    world.looks[0] = database
    #expect(try world.verdicts([slotRule()]).rules.map(\.outcome) == [.notApplicable("older")])
  }

  @Test("in one form may have been seen in another: the more whole speaks, then the surer, then the later")
  func alternatives() throws {
    let none = SmallWorld.Look(
      kind: .torqueJobs, coverage: .failed(Problem("no answer")), command: ["qstat", "-x"])
    let text = SmallWorld.Look(kind: .torqueJobs, rows: [job("7")], precedence: -1, command: ["qstat", "-f"])
    let xml = SmallWorld.Look(kind: .torqueJobs, rows: [job("8")], command: ["qstat", "-f", "-x"])
    #expect(try finding([none, text]) == nil)
    #expect(try finding([text, none]) == nil)
    #expect(try finding([text, xml]) == .seenOnce)
    #expect(try finding([xml, text]) == .seenOnce)
  }

  private func finding(_ jobs: [SmallWorld.Look]) throws -> Finding.Status? {
    var world = SmallWorld()
    world.looks = [SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")])] + jobs
    return try world.verdicts([slotRule()]).findings.first?.status
  }

  @Test("of two nodes that are one is no matter of coverage but of configuration")
  func collision() throws {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(
        kind: .dbMain, rows: [slot("a", job: "7", node: "wn1.a.org"), slot("b", job: "8", node: "WN1.b.org")])
    ]
    #expect(throws: AuditError.self) { try world.snapshot() }
  }
}

@Suite("A rule that misbehaves")
struct RuleBounds {
  @Test(
    "by writing, attaching or loading is a line of the report, and changes nothing",
    arguments: [
      "DELETE FROM db_slot RETURNING id AS slot, node, rowid AS slot_row", "ATTACH 'x' AS y",
      "PRAGMA query_only = 0",
      "SELECT load_extension('x') AS slot, 1 AS node, 1 AS slot_row", "SELECT nonsense FROM db_slot",
    ])
  func refused(_ query: String) throws {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")]), SmallWorld.Look(kind: .torqueJobs),
    ]
    let verdicts = try world.verdicts([slotRule(query: query), slotRule(id: "other")])
    guard case .notRun = verdicts.rules[0].outcome else {
      Issue.record("it ran")
      return
    }
    #expect(verdicts.rules[1].outcome == .judged)
    #expect(verdicts.findings.count == 1)
    #expect(verdicts.counts.slots == 1)
  }

  @Test("by never ending is stopped")
  func endless() throws {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")]), SmallWorld.Look(kind: .torqueJobs),
    ]
    let endless =
      "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS slot, 1 AS node, 1 AS slot_row FROM n WHERE x < 0"
    let snapshot = try world.snapshot()
    let verdicts = try Auditor.judge(
      snapshot, by: [slotRule(query: endless)],
      look: AuditResult.Look(started: world.now, finished: world.now),
      stepLimit: 1_000_000)
    #expect(verdicts.rules.map(\.outcome) == [.notRun("it took too many steps")])
  }
}

@Suite("A rule that says where it can't judge")
struct UnjudgedTests {
  @Test("is judged in part, and sets bit 8")
  func gap() throws {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")]),
      SmallWorld.Look(kind: .torqueJobs, rows: [job("7")]),
    ]
    var verdicts = try world.verdicts([slotRule(unjudged: "SELECT 'wn1' AS node, 'no baseline' AS reason")])
    #expect(verdicts.rules.map(\.outcome) == [.judgedExcept("no baseline on wn1")])
    #expect(AuditResult(looks: [verdicts], rules: [], site: "", remarks: []).exitStatus == .notWhole)
    verdicts = try world.verdicts([
      slotRule(unjudged: "SELECT 'wn1' AS node, 'no baseline' AS reason WHERE 0")
    ])
    #expect(verdicts.rules.map(\.outcome) == [.judged])
  }
}
