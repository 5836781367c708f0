import Model
import Simulator
import Testing
import World

@Suite("A simulated site that nothing was done to")
struct UntouchedTests {
  @Test("is made of the recorded sites")
  func found() { #expect(Scenario.all.count > 100) }

  @Test("gives back the captured bytes", arguments: Scenario.all)
  func bytes(_ scenario: Scenario) async throws {
    let captured = try scenario.captured()
    let answers = try await scenario.site().look(.all)
    for (place, original) in captured.enumerated() {
      let source = Source(original)
      if captured[(place + 1)...].contains(where: { Source($0) == source }) { continue }
      let answer = try #require(answers.first { Source($0) == source }, "\(source)")
      // A node's own clock goes on.
      if source.kind != .nodeClock {
        #expect(answer.observation.stdout == original.observation.stdout, "\(source)")
      }
      #expect(answer.observation.stderr == original.observation.stderr, "\(source)")
      #expect(answer.observation.ending == original.observation.ending, "\(source)")
      #expect(answer.produced == original.produced, "\(source)")
    }
  }

  private struct Source: Equatable {
    let kind: ObservationKind
    let node: String
    let command: [String]

    init(_ answer: Answer) {
      kind = answer.observation.kind
      node = NodeNames.short(answer.observation.node)
      command = answer.observation.command
    }
  }

  @Test("answers later and later, from after its capture on", arguments: Scenario.all)
  func times(_ scenario: Scenario) async throws {
    let site = try scenario.site()
    let last = try #require(try scenario.captured().map(\.observation.finished).max())
    #expect(site.now == Instant(milliseconds: last.milliseconds + 1000))
    var moment = last
    for _ in 1...2 {
      for answer in await site.look(.all) {
        #expect(answer.observation.started > moment)
        #expect(answer.observation.finished > answer.observation.started)
        moment = answer.observation.finished
      }
    }
    #expect(site.now == moment)
  }

  @Test(
    "has what a live site has, and can be read whole where it was captured whole", arguments: Scenario.all)
  func made(_ scenario: Scenario) async throws {
    let captured = Set(
      try scenario.captured().map { "\($0.observation.kind) \(NodeNames.short($0.observation.node))" })
    for answer in try await scenario.site().look(.all) {
      let observation = answer.observation
      guard !captured.contains("\(observation.kind) \(NodeNames.short(observation.node))") else { continue }
      var list = RowList()
      let reading = Doors.read(observation, into: &list)
      if case .failure = observation.ending { continue }
      if observation.kind == .torqueServer, observation.ending != .exit(0) { continue }
      #expect(reading.coverage == .complete, "\(observation.kind) of \(observation.node)")
    }
  }

  @Test("asks only what a scope asks, and nothing that the site does not have")
  func scope() async throws {
    let site = try Scenario(name: "storm-after").site()
    let node = Site.ConfiguredNode(name: "GSN-WN2.example.org")
    let memory = await site.look(.memory(of: [node]))
    #expect(memory.map(\.observation.kind) == [.xenBalloon])
    #expect(memory.map(\.observation.node) == ["gsn-wn2"])
    let all = await site.look(.all)
    #expect(!all.contains { $0.observation.kind == .dbAccounting })
    #expect(all.filter { $0.observation.kind == .torqueServer }.count == 2)
  }

  @Test("lets the nodes' clocks go on with its own")
  func clocks() async throws {
    let site = try Scenario(name: "clock-ahead").site()
    let before = await site.rows(.nodeClock, "node_clock")
    try await site.sleep(for: .seconds(100))
    let after = await site.rows(.nodeClock, "node_clock")
    #expect(before.map { $0.told("boot_id") } == after.map { $0.told("boot_id") })
    #expect(
      zip(before, after).allSatisfy { ($1.number("uptime_s") ?? 0) - ($0.number("uptime_s") ?? 0) == 100 })
    for rows in [before, after] {
      #expect(rows.map { Int(((Double($0.number("skew_ms") ?? -1)) / 1000).rounded()) } == [0, 95, 0])
    }
  }

  @Test("does not show a pilot where a node was rebooted under its job, and shows one where a lease is alive")
  func pilots() async throws {
    let rebooted = try Scenario(name: "node-rebooted").site()
    #expect(await rebooted.rows(.nodePilots, "pilot_process").isEmpty)
    let unlisted = try Scenario(name: "torque-down").site()
    #expect(await unlisted.rows(.nodePilots, "pilot_process").map { $0.told("node") } == ["gsn-wn1"])
    let alive = try Scenario(name: "restored-too-early").site()
    let pilots = await alive.rows(.nodePilots, "pilot_process")
    #expect(
      pilots.map { "\($0.told("node")) \($0.told("slot")) \($0.told("memory_kib"))" } == [
        "gsn-wn1 877d9d4c-4152-4d94-8548-3e0be52cc494 65536"
      ])
  }

  @Test("shows what its guests have beside Xen")
  func residue() async throws {
    let site = try Scenario(name: "restored-too-early").site()
    let rows = await site.rows(.nodeResidue, "node_residue")
    #expect(
      rows.map { "\($0.told("kind")) \($0.told("name")) \($0.told("address"))" } == [
        "record wrksp-7 -", "image wrksp-7 -", "dhcp pub02 192.168.0.2",
      ])
  }

  @Test("has no DHCP entry on a node where the machine of that address is not")
  func misplaced() async throws {
    let site = try Scenario(name: "guest-misplaced").site()
    let rows = await site.rows(.nodeResidue, "node_residue", of: "gsn-wn2")
    #expect(rows.map { $0.told("kind") } == ["record", "image"])
  }
}
