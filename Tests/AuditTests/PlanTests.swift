import Audit
import Model
import Testing

@Suite("A plan")
struct PlanTests {
  private let rule = slotRule(repairs: [
    Rule.RepairStep(
      verb: .drainNode, arguments: ["node": MessageTemplate("{node}") ?? .empty], onlyIf: nil, otherwise: nil),
    Rule.RepairStep(
      verb: .endPilot, arguments: [:],
      onlyIf: "SELECT 1 WHERE EXISTS (SELECT 1 FROM pilot_process p WHERE p.node = :node)", otherwise: nil),
  ])
  private let everywhere = slotRule(repairs: [
    Rule.RepairStep(
      verb: .drainNode, arguments: ["node": MessageTemplate("{node}") ?? .empty],
      onlyIf: "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM vmm_domain)", otherwise: nil)
  ])

  private func finding(_ rule: Rule, _ more: [SmallWorld.Look]) throws -> Finding? {
    var world = SmallWorld()
    world.looks =
      [
        SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7", node: "wn1")]),
        SmallWorld.Look(kind: .torqueJobs), SmallWorld.Look(kind: .xenList, node: "wn1"),
      ] + more
    return try world.verdicts([rule]).findings.first
  }

  @Test("is made where all that its conditions ask was seen")
  func seen() throws {
    #expect(try finding(rule, [])?.steps.map(\.line) == ["node.drain node=wn1"])
    #expect(try finding(everywhere, [])?.steps.count == 1)
  }

  @Test("is not made, not even in part, where a condition asks what was not seen")
  func silence() throws {
    let silent = SmallWorld.Look(kind: .nodePilots, node: "wn1", coverage: .failed(Problem("no answer")))
    let found = try finding(rule, [silent])
    #expect(found?.status == .seenOnce)
    #expect(found?.steps == [])
    #expect(found?.withheld == ["nothing is planned where this was not seen: node.pilots of wn1: no answer"])
    let cut = SmallWorld.Look(kind: .xenList, node: "wn2", coverage: .partial([Problem("cut")]))
    #expect(try finding(everywhere, [cut])?.steps == [])
  }

  @Test("asks about the finding's node alone where its condition does")
  func otherNode() throws {
    let silent = SmallWorld.Look(kind: .nodePilots, node: "wn2", coverage: .failed(Problem("no answer")))
    #expect(try finding(rule, [silent])?.steps.count == 1)
  }

  @Test("does not do the second thing where the first needs to know more")
  func gap() throws {
    let pilot = SmallWorld.Look(
      kind: .nodePilots, node: "wn1", rows: [Row("pilot_process", bytes: 0..<1, ["node": .node("wn1")])])
    let found = try finding(rule, [pilot])
    #expect(found?.steps == [])
    #expect(found?.withheld == ["pilot.end needs to know more than the sources told"])
  }

  @Test("is made of nothing that is undetermined or heals by itself")
  func unsure() throws {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7", node: "wn1")]),
      SmallWorld.Look(kind: .torqueJobs, coverage: .failed(Problem("no answer"))),
    ]
    #expect(try world.verdicts([rule]).findings.map(\.steps) == [[]])
    let healing = slotRule(
      query: "SELECT s.id AS slot, s.node, s.rowid AS slot_row, 1795305700000 AS heals_at_ms FROM db_slot s",
      repairs: rule.repairs)
    world.looks[1] = SmallWorld.Look(kind: .torqueJobs)
    #expect(try world.verdicts([healing]).findings.map(\.steps) == [[]])
  }

  @Test("is not made of what keeps changing")
  func unsettled() throws {
    var world = SmallWorld()
    var verdicts: [Auditor.Verdicts] = []
    for (round, node) in ["wn1", "wn2"].enumerated() {
      world.looks = [
        SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7", node: node)]),
        SmallWorld.Look(kind: .torqueJobs),
      ]
      let drains = slotRule(repairs: [rule.repairs[0]])
      verdicts.append(try world.verdicts([drains], round: round + 1, firstId: round * 2 + 1))
      world.now = Instant(milliseconds: world.now.milliseconds + 60_000)
    }
    #expect(verdicts.last?.findings.first?.steps.count == 1)
    let settled = SecondLook.settle(verdicts, rules: [rule]).findings.first
    #expect(settled?.steps == [])
    #expect(settled?.withheld.isEmpty == false)
  }
}
