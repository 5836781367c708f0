import Audit
import Configuration
import Model
import RuleBook
import Testing

@Suite("The nodes of a site")
struct SiteNodesTests {
  /// Slots without a guest on any node.
  private let rule = slotRule(
    query: "SELECT s.id AS slot, s.node, s.rowid AS slot_row FROM db_slot s WHERE NOT EXISTS "
      + "(SELECT 1 FROM vmm_domain d)",
    restsOn: "SELECT 'db_slot', :slot_row, NULL, :node UNION ALL SELECT 'vmm_domain', NULL, 'no guest', NULL")

  private func status(
    _ configured: [String], slotOn node: String, nodes: Coverage = .complete
  ) throws -> Finding.Status? {
    var world = SmallWorld()
    world.site = Site(nodes: configured.map { Site.ConfiguredNode(name: $0) })
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7", node: node)]),
      SmallWorld.Look(kind: .torqueNodes, coverage: nodes), SmallWorld.Look(kind: .xenList, node: "wn1"),
    ]
    return try world.verdicts([rule]).findings.first?.status
  }

  @Test("are also those that leases are on: one that the configuration forgot was not looked at")
  func forgotten() throws {
    #expect(try status(["wn1"], slotOn: "wn1") == .seenOnce)
    #expect(try status(["wn1"], slotOn: "wn9") == .undetermined(["xen.list of wn9 was not collected"]))
  }

  @Test("are not known where neither the configuration nor the batch system tells them")
  func unknown() throws {
    #expect(try status([], slotOn: "wn1") == .seenOnce)
    let silent = try status([], slotOn: "wn1", nodes: .failed(Problem("no answer")))
    #expect(silent == .undetermined(["which nodes the site has is not known: torque.nodes: no answer"]))
    #expect(try status(["wn1"], slotOn: "wn1", nodes: .failed(Problem("no answer"))) == .seenOnce)
  }

  @Test("have samples of their memory in each round: an earlier one does not speak for a later that failed")
  func samples() throws {
    var world = SmallWorld()
    let failed = SmallWorld.Look(kind: .xenBalloon, node: "wn1", coverage: .failed(Problem("no answer")))
    world.looks = [SmallWorld.Look(kind: .xenBalloon, node: "wn1"), failed]
    let sameRound = AuditResult(looks: [try world.verdicts([])], rules: [], site: "", remarks: [])
    #expect(sameRound.incomplete.isEmpty)
    world.looks[0].round = 1
    world.looks[1].round = 2
    let later = AuditResult(looks: [try world.verdicts([])], rules: [], site: "", remarks: [])
    #expect(later.incomplete.map(\.source) == ["xen.balloon of wn1"])
    #expect(later.exitStatus == .notWhole)
  }
}

@Suite("A job list")
struct JobListTests {
  private func status(listed: [String], held: [String]) throws -> Finding.Status? {
    var world = SmallWorld()
    world.looks = [
      SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")]),
      SmallWorld.Look(kind: .torqueJobs, rows: listed.map { job($0) }),
      SmallWorld.Look(
        kind: .torqueNodes,
        rows: held.map {
          Row("lrms_node_job", bytes: 0..<1, ["node": .node("wn1"), "job": .text("\($0).gridsn")])
        }),
    ]
    return try world.verdicts([slotRule()]).findings.first?.status
  }

  @Test("that leaves out what the server's node list names was an ordinary account's: it proves nothing")
  func restricted() throws {
    #expect(try status(listed: ["8", "9"], held: ["8", "9"]) == .seenOnce)
    #expect(try status(listed: [], held: []) == .seenOnce)
    for (listed, held) in [([], ["7"]), (["9"], ["7", "8", "9"])] {
      guard case .undetermined(let reasons) = try status(listed: listed, held: held) else {
        Issue.record("believed, with \(listed) listed and \(held) held")
        continue
      }
      #expect(reasons.first?.contains("an ordinary account") == true)
    }
  }

  @Test("that is shorter than what the server counts, before and after it, is not the whole of it")
  func counted() throws {
    func status(earlier: [Int64] = [], totals: [Int64], listed: [String]) throws -> Finding.Status? {
      func counts(_ totals: [Int64], round: Int) -> [SmallWorld.Look] {
        totals.map { total in
          let row = Row("lrms_server", bytes: 0..<1, ["total_jobs": .integer(total)])
          return SmallWorld.Look(kind: .torqueServer, rows: [row], round: round)
        }
      }
      var world = SmallWorld()
      world.looks =
        counts(earlier, round: 1) + [
          SmallWorld.Look(kind: .dbMain, rows: [slot("a", job: "7")]),
          SmallWorld.Look(kind: .torqueJobs, rows: listed.map { job($0) }),
        ] + counts(totals, round: 2)
      return try world.verdicts([slotRule()], round: 2).findings.first?.status
    }
    #expect(try status(totals: [1, 1], listed: ["8"]) == .seenOnce)
    #expect(try status(totals: [1, 2], listed: ["8"]) == .seenOnce)
    #expect(try status(totals: [9, 9], listed: ["8[]"]) == .seenOnce)
    // An earlier round's counts stand beside it, and are of another list.
    #expect(try status(earlier: [9, 9], totals: [], listed: ["8"]) == .seenOnce)
    for earlier in [[], [1, 1]] as [[Int64]] {
      guard case .undetermined(let reasons) = try status(earlier: earlier, totals: [3, 2], listed: ["8"])
      else {
        Issue.record("one job of two was taken for all, after \(earlier)")
        continue
      }
      #expect(reasons.first?.contains("the server counts 2") == true)
    }
  }

  @Test("is whole beside a ghost, elements of an array, and jobs that came while the two were read")
  func whole() throws {
    #expect(try status(listed: ["8", "9", "10"], held: ["3", "8", "9"]) == .seenOnce)
    #expect(try status(listed: ["8[]"], held: ["8[1]", "8[2]"]) == .seenOnce)
    #expect(try status(listed: ["8"], held: ["8", "9", "10", "11"]) == .seenOnce)
  }
}

@Suite("A site's domains")
struct SiteDomainTests {
  /// Guests that the site does not know, as bad as the site says.
  private let rule = slotRule(
    query:
      "SELECT d.name AS slot, d.node, t.foreign_domains AS severity, d.rowid AS slot_row FROM vmm_domain d "
      + "CROSS JOIN site t WHERE NOT EXISTS (SELECT 1 FROM site_domain k WHERE k.name = d.name)",
    restsOn: "SELECT 'vmm_domain', :slot_row, NULL, :node")

  private func findings(_ configuration: String) throws -> [String] {
    var world = SmallWorld()
    let file = Configuration.File(name: "site.toml", bytes: Array(configuration.utf8))
    world.site = try Configuration(file: file).site
    let guests = ["nfs-server", "old-web"].map {
      Row("vmm_domain", bytes: 0..<1, ["node": .node("wn1"), "name": .text($0)])
    }
    world.looks = [SmallWorld.Look(kind: .xenList, node: "wn1", rows: guests)]
    return try world.verdicts([rule]).findings.map { "\($0.severity.rawValue) \($0.message)" }
  }

  @Test(
    "are known by name, and how bad another is the site says: a finding's own severity speaks, not its rule's"
  )
  func known() throws {
    #expect(try findings("") == ["notice slot nfs-server is held", "notice slot old-web is held"])
    #expect(
      try findings("[domains]\nknown = [\"nfs-server\"]\nforeign = \"warning\"") == [
        "warning slot old-web is held"
      ])
  }

  @Test("that are worded wrongly are an error, with what was meant")
  func wrong() {
    #expect(throws: Complaints.self) { try findings("[domains]\nforeign = \"eror\"") }
  }
}
