import Model
import Testing

@testable import Audit

/// What is to be done to a small world, and how its snapshot speaks for and against it.
@Suite("A verb")
struct VerbTests {
  private static let node: Value = .text("wn1")

  /// Arguments that fit the world below.
  private static let arguments: [String: Value] = [
    "node": node, "job": .text("41.gridsn"), "slot": .text("5b0c"), "pid": .integer(812),
    "started": .text("10:00"),
    "domain": .text("wrksp-7"), "domid": .integer(4), "uuid": .text("u-7"), "memory_kib": .integer(903_168),
    "machine": .integer(7), "association": .text("public"), "address": .text("192.168.0.2"),
    "kind": .text("dhcp"),
    "name": .text("pub02"), "available_kib": .integer(1024), "file": .text("pilotnotifications.txt"),
  ]

  private static func act(_ verb: Verb) -> Act? {
    Act(verb, arguments.filter { name, _ in verb.parameters.contains { $0.name == name } })
  }

  /// A node with a pilot, a guest, its residue, and all records of machine 7.
  private static let rows: [(kind: ObservationKind, rows: [Row])] = [
    (
      .torqueNodes,
      [row("lrms_node", ["node": .node("wn1"), "is_offline": .integer(0), "is_down": .integer(0)])]
    ),
    (
      .torqueJobs,
      [
        row(
          "lrms_job",
          [
            "id": .text("41.gridsn"), "number": .text("41"), "server": .text("gridsn"), "state": .text("R"),
            "account": .text("globus"), "output_name": .text("5b0c"), "in_pilot_logs": .integer(1),
            "started_ms": .integer(1),
          ]),
        row("lrms_allocation", ["job": .text("41.gridsn"), "node": .node("wn1")]),
      ]
    ),
    (
      .torqueMom,
      [row("lrms_mom_job", ["node": .node("wn1"), "job": .text("41.gridsn"), "number": .text("41")])]
    ),
    (
      .nodePilots,
      [
        row(
          "pilot_process",
          ["node": .node("wn1"), "pid": .integer(812), "slot": .text("5b0c"), "started": .text("10:00")])
      ]
    ),
    (
      .xenList,
      [
        row("vmm_domain", ["node": .node("wn1"), "domid": .integer(0), "memory_kib": .integer(837_632)]),
        row(
          "vmm_domain",
          [
            "node": .node("wn1"), "domid": .integer(4), "name": .text("wrksp-7"), "machine": .integer(7),
            "memory_kib": .integer(65_536),
          ]),
      ]
    ),
    (
      .xenLong,
      [row("vmm_domain_config", ["node": .node("wn1"), "domid": .integer(4), "uuid": .text("u-7")])]
    ),
    (
      .xenInfo,
      [
        row(
          "vmm_host", ["node": .node("wn1"), "free_kib": .integer(65_536), "total_kib": .integer(1_178_624)])
      ]
    ),
    (
      .xenBalloon,
      [
        row(
          "memory_sample",
          [
            "node": .node("wn1"), "at_ms": .integer(1), "current_kib": .integer(837_632),
            "target_kib": .integer(837_632),
          ])
      ]
    ),
    (.nodeClock, [row("node_clock", ["node": .node("wn1"), "uptime_s": .integer(1_000_000)])]),
    (.nodeMemory, [row("node_memory", ["node": .node("wn1"), "available_kib": .integer(400_000)])]),
    (.xenStore, []),
    (
      .nodeResidue,
      [
        row(
          "node_residue",
          [
            "node": .node("wn1"), "kind": .text("dhcp"), "name": .text("pub02"),
            "address": .text("192.168.0.2"),
          ])
      ]
    ),
    (
      .dbMain,
      [
        row("db_machine", ["id": .integer(7), "state": .integer(8), "target_state": .integer(8)]),
        row("db_vm", ["machine": .integer(7), "node": .node("wn1")]),
        row("db_deployment", ["machine": .integer(7), "memory_kib": .integer(65_536)]),
        row("db_partition", ["machine": .integer(7)]), row("db_schedule", ["machine": .integer(7)]),
        row(
          "db_slot",
          [
            "id": .text("5b0c"), "machine": .integer(7), "job": .text("41.gridsn"), "job_number": .text("41"),
            "job_server": .text("gridsn"), "node": .node("wn1"),
          ]),
        row(
          "db_nic", ["machine": .integer(7), "association": .text("public"), "address": .text("192.168.0.2")]),
        row(
          "db_address",
          ["association": .text("public"), "address": .text("192.168.0.2"), "is_used": .integer(1)]),
        row(
          "db_node", ["node": .node("wn1"), "maximum_kib": .integer(66_560), "available_kib": .integer(7)]),
        row("db_counter", ["name": .text("last_machine"), "value": .integer(3)]),
        row("db_counter", ["name": .text("pilot_notification_position"), "value": .integer(0)]),
      ]
    ),
    (
      .dbNotifications,
      [row("db_notification_sink", ["file": .text("pilotnotifications.txt"), "size_bytes": .integer(9)])]
    ),
    (
      .dbAccounting,
      [row("db_account", ["uuid": .text("u-7"), "machine": .integer(7), "is_active": .integer(1)])]
    ),
  ]

  private static func row(_ table: StaticString, _ fields: KeyValuePairs<StaticString, Value>) -> Row {
    Row(table, bytes: 0..<1, fields)
  }

  private static func world(hiding hidden: ObservationKind? = nil) -> SmallWorld {
    var world = SmallWorld()
    world.site.serviceAccount = "globus"
    world.site.nodes = [Site.ConfiguredNode(name: "wn1", dom0: Kibibytes(903_168))]
    world.looks = rows.map { kind, rows in
      SmallWorld.Look(
        kind: kind, node: kind.isPerNode ? "wn1" : nil, rows: rows,
        coverage: kind == hidden ? .failed(Problem("no answer")) : .complete)
    }
    return world
  }

  @Test("has a guard, and arguments that name its object", arguments: Verb.allCases)
  func guarded(_ verb: Verb) throws {
    #expect(!verb.guards.isEmpty)
    #expect(Self.act(verb) != nil)
  }

  @Test("is proved by its own prediction, and not before", arguments: Verb.allCases)
  func predicted(_ verb: Verb) throws {
    let act = try #require(Self.act(verb))
    var snapshot = try Self.world().snapshot()
    // What is on the node already need not be done: these begin where they have something to do.
    if verb == .undrainNode { snapshot = try snapshot.predicted(after: [try #require(Self.act(.drainNode))]) }
    if verb == .markAddress {
      snapshot = try snapshot.predicted(after: [try #require(Self.act(.freeAddress))])
    }
    #expect(try !snapshot.proves(act, on: ["wn1"]), "\(act.line) is proved before it is done")
    #expect(
      try snapshot.predicted(after: [act]).proves(act, on: ["wn1"]),
      "\(act.line) is not proved by what it does")
  }

  @Test("is refused in a world that lives", arguments: Verb.allCases)
  func obstacles(_ verb: Verb) throws {
    // These have no reason against them here: a known node that nobody took, a pilot job with nobody's guest at risk, an
    // address that a machine has, a counter that is behind, a node counted wrongly.
    let harmless: Set<Verb> = [.drainNode, .markAddress, .alignCounter, .recountNode, .purgeJob, .deleteJob]
    let act = try #require(Self.act(verb))
    let reasons = try Self.world().snapshot().obstacles(to: act, on: ["wn1"], asking: verb.guards)
    #expect(reasons.isEmpty == harmless.contains(verb), "\(act.line): \(reasons)")
  }

  @Test("is refused where a source that its guards ask did not answer", arguments: Verb.allCases)
  func silence(_ verb: Verb) throws {
    let act = try #require(Self.act(verb))
    let whole = try Self.world().snapshot()
    for kind in try whole.sources(for: act).sorted(by: { $0.rawValue < $1.rawValue }) {
      let snapshot = try Self.world(hiding: kind).snapshot()
      let isProvedAlone = try verb.guards.allSatisfy { guardian in
        guard let text = guardian.obstacles else { return true }
        return try !Question(text, on: whole).sources(SmallWorld.schema).contains(kind)
      }
      let reasons = try snapshot.obstacles(to: act, on: ["wn1"], asking: verb.guards)
      #expect(!reasons.isEmpty || isProvedAlone, "\(act.line) without \(kind.rawValue)")
      #expect(try !snapshot.proves(act, on: ["wn1"]) || !verb.proof.isEmpty)
    }
  }
}

@Suite("A guard")
struct GuardTests {
  /// dom0 short of a target that it can't reach, by readings so many seconds ago: KiB that it has.
  private static func obstacles(_ readings: [(ago: Int64, current: Int64, target: Int64)]) throws -> [String]
  {
    var world = SmallWorld()
    let rows = readings.map { reading in
      Row(
        "memory_sample", bytes: 0..<0,
        [
          "node": .node("wn1"), "at_ms": .integer(world.now.milliseconds - reading.ago * 1000),
          "current_kib": .integer(reading.current), "target_kib": .integer(reading.target),
        ])
    }
    world.looks = [
      SmallWorld.Look(kind: .xenBalloon, node: "wn1", rows: rows),
      SmallWorld.Look(kind: .xenInfo, node: "wn1"),
    ]
    let act = try #require(
      Act(.setDom0Memory, ["node": .text("wn1"), "memory_kib": .integer(903_168)]))
    return try world.snapshot().obstacles(to: act, on: ["wn1"], asking: [.balloonStill])
  }

  @Test("lets a balloon be set that gave up, and none that has moved since the audit saw it still")
  func balloonStill() throws {
    #expect(try Self.obstacles([(60, 911_360, 915_456), (0, 911_360, 915_456)]) == [])
    #expect(try !Self.obstacles([(60, 911_360, 915_456), (0, 913_408, 915_456)]).isEmpty, "it moves again")
    #expect(
      try !Self.obstacles([(60, 911_360, 915_456), (0, 911_360, 850_000)]).isEmpty, "it goes elsewhere")
    #expect(try !Self.obstacles([(10, 911_360, 915_456), (0, 911_360, 915_456)]).isEmpty, "not long enough")
    #expect(try !Self.obstacles([(0, 911_360, 915_456)]).isEmpty, "one reading tells nothing")
  }

  @Test("is asked of the snapshot, all but one", arguments: Guard.allCases)
  func query(_ guardian: Guard) throws {
    #expect((guardian.obstacles == nil) == (guardian == .serviceStopped))
    #expect(Verb.allCases.contains { $0.guards.contains(guardian) }, "no verb asks it")
  }
}
