import Audit
import Model
import Testing

@Suite("A second look")
struct SecondLookTests {
  /// Two looks `seconds` from each other, each with its slots.
  private func statuses(
    _ first: [Row], _ second: [Row], apart seconds: Int64, rule: Rule = slotRule(),
    secondJobs: Coverage = .complete
  ) throws -> (statuses: [Finding.Status], vanished: Int) {
    var world = SmallWorld()
    world.looks = [SmallWorld.Look(kind: .dbMain, rows: first), SmallWorld.Look(kind: .torqueJobs)]
    let before = try world.verdicts([rule])
    world.now = Instant(milliseconds: world.now.milliseconds + seconds * 1000)
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: second), SmallWorld.Look(kind: .torqueJobs, coverage: secondJobs),
    ]
    let after = try world.verdicts([rule], round: 2, firstId: 3)
    let settled = SecondLook.settle([before, after], rules: [rule])
    return (settled.findings.map(\.status), settled.vanished)
  }

  private let start = Instant(milliseconds: 1_795_305_600_000)

  @Test("confirms what is unchanged after the settle time, and not a second before")
  func settle() throws {
    let held = [slot("a", job: "7")]
    #expect(try statuses(held, held, apart: 15).statuses == [.confirmed(since: start)])
    #expect(try statuses(held, held, apart: 14).statuses == [.seenOnce])
    #expect(try statuses(held, held, apart: 0, rule: slotRule(settle: .zero)).statuses == [.seenOnce])
  }

  @Test("does not confirm what moved between the looks")
  func moved() throws {
    let found = try statuses(
      [slot("a", job: "7", node: "wn1")], [slot("a", job: "7", node: "wn2")], apart: 60)
    #expect(found.statuses == [.unsettled(since: start)])
  }

  @Test("drops what went away, and counts it; what is new was seen once")
  func transient() throws {
    let found = try statuses([slot("a", job: "7")], [slot("b", job: "8")], apart: 60)
    #expect(found.statuses == [.seenOnce])
    #expect(found.vanished == 1)
  }

  @Test("that sees less leaves it undetermined")
  func lost() throws {
    let held = [slot("a", job: "7")]
    let found = try statuses(held, held, apart: 60, secondJobs: .failed(Problem("no answer")))
    #expect(found.statuses == [.undetermined(["torque.jobs: no answer"])])
  }

  @Test("at the same dump is one look: a source counts from when it was made")
  func sameDump() throws {
    var world = SmallWorld()
    let held = [slot("a", job: "7")]
    world.looks = [SmallWorld.Look(kind: .dbMain, rows: held), SmallWorld.Look(kind: .torqueJobs)]
    let before = try world.verdicts([slotRule()])
    let made = world.now
    world.now = Instant(milliseconds: world.now.milliseconds + 60_000)
    world.looks[0].started = made
    let after = try world.verdicts([slotRule()], round: 2, firstId: 3)
    #expect(SecondLook.settle([before, after], rules: [slotRule()]).findings.map(\.status) == [.seenOnce])
  }

  @Test("is held against the oldest of the looks that saw the same")
  func several() throws {
    var world = SmallWorld()
    var verdicts: [Auditor.Verdicts] = []
    for round in 1...4 {
      world.looks = [
        SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")]), SmallWorld.Look(kind: .torqueJobs),
      ]
      verdicts.append(try world.verdicts([slotRule()], round: round, firstId: round * 2))
      world.now = Instant(milliseconds: world.now.milliseconds + 6_000)
    }
    #expect(
      SecondLook.settle(verdicts, rules: [slotRule()]).findings.map(\.status) == [.confirmed(since: start)])
    #expect(
      SecondLook.settle(Array(verdicts.dropFirst(2)), rules: [slotRule()]).findings.map(\.status) == [
        .seenOnce
      ])
  }

  @Test("takes what left and came back for what moved")
  func cameBack() throws {
    var world = SmallWorld()
    var verdicts: [Auditor.Verdicts] = []
    for (round, node) in ["wn1", "wn2", "wn1", "wn1"].enumerated() {
      world.looks = [
        SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7", node: node)]),
        SmallWorld.Look(kind: .torqueJobs),
      ]
      verdicts.append(try world.verdicts([slotRule()], round: round + 1, firstId: round * 2 + 1))
      world.now = Instant(milliseconds: world.now.milliseconds + 60_000)
    }
    let third = SecondLook.settle(Array(verdicts.prefix(3)), rules: [slotRule()])
    #expect(third.findings.map(\.status) == [.unsettled(since: start)])
    let fourth = SecondLook.settle(verdicts, rules: [slotRule()])
    let since = Instant(milliseconds: start.milliseconds + 120_000)
    #expect(fourth.findings.map(\.status) == [.confirmed(since: since)])
  }

  @Test("must look again at every part of a source in which something is absent")
  func parts() throws {
    let absence = slotRule(
      query: "SELECT s.id AS slot, s.node, s.rowid AS slot_row FROM db_slot s WHERE NOT EXISTS "
        + "(SELECT 1 FROM pilot_process p WHERE p.slot = s.id)",
      restsOn: "SELECT 'db_slot', :slot_row, NULL, :node "
        + "UNION ALL SELECT 'pilot_process', NULL, 'no pilot of it', :node")
    var world = SmallWorld()
    func looks(psAt: Instant) -> [SmallWorld.Look] {
      [
        SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7", node: "wn1")]),
        SmallWorld.Look(kind: .nodePilots, node: "wn1", command: ["ps"], started: psAt),
        SmallWorld.Look(kind: .nodePilots, node: "wn1", command: ["tail"]),
      ]
    }
    world.looks = looks(psAt: world.now)
    let before = try world.verdicts([absence])
    world.now = Instant(milliseconds: world.now.milliseconds + 60_000)
    for (psAt, status) in [(start, Finding.Status.seenOnce), (world.now, .confirmed(since: start))] {
      world.looks = looks(psAt: psAt)
      let after = try world.verdicts([absence], round: 2, firstId: 4)
      #expect(SecondLook.settle([before, after], rules: [absence]).findings.map(\.status) == [status])
    }
  }

  @Test("leaves self-healing findings to their healer until its time is over")
  func healing() throws {
    let query =
      "SELECT s.id AS slot, s.node, s.rowid AS slot_row, 1795305700000 AS heals_at_ms, 'the pilot' AS healer "
      + "FROM db_slot s WHERE NOT EXISTS (SELECT 1 FROM lrms_job j WHERE j.number = s.job_number)"
    let rule = slotRule(query: query)
    let held = [slot("a", job: "7")]
    let until = Instant(milliseconds: 1_795_305_700_000)
    let early = try statuses(held, held, apart: 60, rule: rule).statuses
    #expect(early == [.selfHealing(until: until, healer: "the pilot")])
    #expect(try statuses(held, held, apart: 120, rule: rule).statuses == [.confirmed(since: start)])
  }
}

@Suite("The exit status")
struct ExitStatusTests {
  private func result(_ severity: Severity, rounds: Int) throws -> AuditResult {
    let rule = slotRule(severity: severity)
    var world = SmallWorld()
    var looks: [Auditor.Verdicts] = []
    for round in 1...rounds {
      world.looks = [
        SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")]), SmallWorld.Look(kind: .torqueJobs),
      ]
      looks.append(try world.verdicts([rule], round: round, firstId: round * 2))
      world.now = Instant(milliseconds: world.now.milliseconds + 60_000)
    }
    return AuditResult(looks: looks, rules: [rule], site: "s", remarks: [])
  }

  @Test("is 4 for what is confirmed, 8 for what was seen once, 0 for notices")
  func bits() throws {
    #expect(try result(.error, rounds: 2).exitStatus == .divergencesLeft)
    #expect(try result(.warning, rounds: 2).exitStatus == .divergencesLeft)
    #expect(try result(.error, rounds: 1).exitStatus == .notWhole)
    #expect(try result(.notice, rounds: 2).exitStatus == [])
  }

  @Test("counts what another finding explains, too")
  func explained() throws {
    let cause = slotRule(id: "cause", explains: [Rule.Explanation(rule: "effect", on: ["slot"])])
    let effect = slotRule(id: "effect")
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7"), slot("b", job: "8")]),
      SmallWorld.Look(kind: .torqueJobs),
    ]
    let result = AuditResult(
      looks: [try world.verdicts([cause, effect])], rules: [cause, effect], site: "", remarks: [])
    #expect(result.findings.map(\.rule) == ["cause", "cause"])
    #expect(result.findings.map { $0.explained.map(\.rule) } == [["effect"], ["effect"]])
    #expect(result.findings.allSatisfy { $0["slot"] == $0.explained.first?["slot"] })
    #expect(result.allFindings.count == 4)
    #expect(result.exitStatus == .notWhole)
  }
}
