import Audit
import Model
import Testing

@Suite("What stands in for the database")
struct StandInTests {
  /// A guest of a machine that the database, or the list of reservations, does not have.
  private func rule(query: String? = Self.query) -> Rule {
    slotRule(
      query: "SELECT d.name AS slot, d.node, d.machine, d.rowid AS guest_row FROM vmm_domain d "
        + "WHERE NOT EXISTS (SELECT 1 FROM db_machine m WHERE m.id = d.machine)",
      restsOn:
        "SELECT 'vmm_domain', :guest_row, NULL, :node UNION ALL SELECT 'db_machine', NULL, 'no machine', NULL",
      standIn: Rule.StandIn(
        tables: ["db_machine"], query: query,
        restsOn: "SELECT 'vmm_domain', :guest_row, NULL, :node "
          + "UNION ALL SELECT 'db_reservation', NULL, 'no reservation', NULL",
        assumes: "the list is whole"))
  }

  private static let query =
    "SELECT d.name AS slot, d.node, d.machine, d.rowid AS guest_row FROM vmm_domain d "
    + "WHERE NOT EXISTS (SELECT 1 FROM db_reservation r WHERE r.machine = d.machine)"

  private static let unreadable = Coverage.failed(Problem("only the service can read it"))

  private func world(
    main: Coverage, list: Coverage = .complete, reserved: [Int64] = [], machines: [Int64] = []
  ) -> SmallWorld {
    var world = SmallWorld()
    let guest = Row(
      "vmm_domain", bytes: 0..<9, ["node": .node("wn1"), "name": .text("wrksp-3"), "machine": .integer(3)])
    world.looks = [
      SmallWorld.Look(kind: .torqueNodes), SmallWorld.Look(kind: .xenList, node: "wn1", rows: [guest]),
      SmallWorld.Look(
        kind: .dbMain, rows: machines.map { Row("db_machine", bytes: 0..<9, ["id": .integer($0)]) },
        coverage: main),
      SmallWorld.Look(
        kind: .dbReservations,
        rows: reserved.map { Row("db_reservation", bytes: 0..<9, ["machine": .integer($0)]) }, coverage: list),
    ]
    return world
  }

  @Test("is not asked where the database was read, whatever it says")
  func unneeded() throws {
    let found = try world(main: .complete, machines: [8]).verdicts([rule()])
    #expect(found.findings.map(\.status) == [.seenOnce])
    #expect(found.findings.map(\.assumptions) == [[]])
    #expect(found.rules.map(\.standIn) == [nil])
    #expect(try world(main: .complete, machines: [3]).verdicts([rule()]).findings.isEmpty)
  }

  @Test(
    "finds the same divergence, says what it assumes, and plans nothing",
    arguments: [unreadable, .partial([Problem("cut")])])
  func standingIn(_ main: Coverage) throws {
    let found = try world(main: main, reserved: [8]).verdicts([rule()])
    let known = try world(main: .complete, machines: [8]).verdicts([rule()])
    #expect(found.findings.map(\.status) == [.seenOnce])
    #expect(found.findings.map(\.fingerprint) == known.findings.map(\.fingerprint))
    #expect(found.findings.map(\.assumptions) == [["the list is whole"]])
    #expect(found.findings.flatMap(\.steps).isEmpty)
    #expect(found.rules.map(\.standIn) == ["the list is whole"])
    #expect(found.rules.map(\.outcome) == [.judged])
    #expect(try world(main: main, reserved: [3]).verdicts([rule()]).findings.isEmpty)
  }

  @Test("also stands in for a database that the site says it does not have")
  func absent() throws {
    var small = world(main: .complete, reserved: [8])
    small.looks.removeAll { $0.kind == .dbMain }
    let found = try small.verdicts([rule()])
    #expect(found.findings.map(\.status) == [.seenOnce])
    #expect(found.rules.map(\.standIn) == ["the list is whole"])
  }

  @Test("is not believed where it was not whole itself: the rule's own gap is told")
  func cutList() throws {
    let found = try world(main: Self.unreadable, list: .partial([Problem("cut")]), reserved: [8]).verdicts([
      rule()
    ])
    #expect(found.findings.map(\.status) == [.undetermined(["db.main: only the service can read it"])])
    #expect(found.rules.map(\.outcome) == [.notRun("db.main: only the service can read it")])
    #expect(found.rules.map(\.standIn) == [nil])
  }

  @Test("may be the rule's own query without those tables, but never with half of their rows")
  func sameQuery() throws {
    let blind = try world(main: Self.unreadable).verdicts([rule(query: nil)])
    #expect(blind.findings.map(\.status) == [.seenOnce])
    #expect(blind.rules.map(\.standIn) == ["the list is whole"])
    let cut = try world(main: .partial([Problem("cut")]), machines: [8]).verdicts([rule(query: nil)])
    #expect(cut.findings.map(\.status) == [.undetermined(["db.main: cut"])])
  }

  @Test("is no excuse: the database that was not read keeps its exit bit")
  func exitStatus() throws {
    let looks = [try world(main: Self.unreadable, reserved: [3]).verdicts([rule()])]
    let result = AuditResult(looks: looks, rules: [rule()], site: "", remarks: [])
    #expect(result.findings.isEmpty)
    #expect(result.exitStatus == .notWhole)
  }
}

@Suite("A rule that saw nothing of a table that it needs")
struct BlindRuleTests {
  @Test("was not judged, though it has no candidate either")
  func blind() throws {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(kind: .dbMain, coverage: .failed(Problem("no answer"))),
      SmallWorld.Look(kind: .torqueJobs),
    ]
    #expect(try world.verdicts([slotRule()]).rules.map(\.outcome) == [.notRun("db.main: no answer")])
    #expect(try world.verdicts([slotRule(optional: ["db_slot"])]).rules.map(\.outcome) == [.judged])
  }
}
