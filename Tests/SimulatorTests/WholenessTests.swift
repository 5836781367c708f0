import Model
import Simulator
import Testing
import World

@Suite("After every deed, the simulated site")
struct WholenessTests {
  /// What was seen whole, as kind and node, is seen whole again.
  private func whole(_ site: SimulatedSite) async -> Set<String> {
    var whole: Set<String> = []
    for answer in await site.look(.all) {
      var list = RowList()
      let reading = Doors.read(answer.observation, into: &list)
      if reading.coverage == .complete {
        whole.insert("\(answer.observation.kind) \(answer.observation.node) \(answer.observation.command)")
      }
    }
    return whole
  }

  /// Some of each thing that can be done, the mild before the strong, for what is there at that moment.
  private func deeds(on site: SimulatedSite) async -> [Deed] {
    var deeds: [Deed] = []
    let nodes = await site.rows(.xenBalloon, "memory_sample").map { $0.told("node") }
    for node in Set(await site.rows(.torqueNodes, "lrms_node").map { $0.told("name") }).sorted() {
      deeds += Acts.drain(node, note: "<&>") + Acts.undrain(node)
    }
    for node in Set(nodes).sorted() { deeds += await self.deeds(on: node, of: site) }
    let jobs = await site.rows(.torqueJobs, "lrms_job").map { $0.told("id") }
    deeds += jobs.prefix(2).flatMap(Acts.delete) + jobs.dropFirst(2).prefix(1).flatMap(Acts.purge)
    deeds += jobs.suffix(1).flatMap(Acts.delete)
    for machine in await site.rows(.dbMain, "db_machine").compactMap({ $0.number("id") }).prefix(2) {
      deeds.append(.command(["destroy", "\(machine)"], at: .service, deadline: .seconds(60)))
    }
    return deeds + jobs.flatMap(Acts.purge)
  }

  private func deeds(on node: String, of site: SimulatedSite) async -> [Deed] {
    let target = await site.memory(of: node)[1]
    let domains = await site.rows(.xenList, "vmm_domain", of: node)
    let pilots = await site.rows(.nodePilots, "pilot_process", of: node)
    let moms = await site.rows(.torqueMom, "lrms_mom_job", of: node)
    let hosts = await site.rows(.nodeResidue, "node_residue", of: node).filter { $0.told("kind") == "dhcp" }
    var deeds = Acts.setMemory(node, target - 4096) + Acts.nudge(node, target)
    deeds += moms.prefix(1).flatMap {
      Acts.deeds(.clearMomJob, ["node": .text(node), "job": .text($0.told("job"))])
    }
    deeds += pilots.prefix(1).flatMap { Acts.endPilot($0.number("pid") ?? 0, of: $0.told("slot"), on: node) }
    deeds += domains.dropFirst().prefix(1).flatMap { Acts.remove($0.told("name"), on: node) }
    deeds += domains.dropFirst(2).flatMap { Acts.destroy($0.number("domid") ?? 0, on: node) }
    return deeds + hosts.prefix(1).flatMap { Acts.forget($0.told("name"), on: node) }
  }

  @Test("prints whole what was whole", arguments: Scenario.all)
  func everything(_ scenario: Scenario) async throws {
    let site = try scenario.site(service: .running("pid 1"), destroy: ["destroy", "{machine}"])
    let before = await whole(site)
    let deeds = await deeds(on: site)
    #expect(!deeds.isEmpty)
    for deed in deeds {
      _ = await site.perform(deed) { _ in }
      let after = await whole(site)
      #expect(before.subtracting(after) == [], "\(deed)")
      try await site.sleep(for: .seconds(7))
    }
    try await site.sleep(for: .seconds(400))
    #expect(before.subtracting(await whole(site)) == [])
  }

  @Test("has never destroyed Domain-0, and nothing twice", arguments: Scenario.all)
  func once(_ scenario: Scenario) async throws {
    let site = try scenario.site(service: .running("pid 1"), destroy: ["destroy", "{machine}"])
    for deed in await deeds(on: site) {
      _ = await site.perform(deed) { _ in }
      _ = await site.perform(deed) { _ in }
    }
    try await site.sleep(for: .seconds(400))
    var seen: Set<Effect.Change> = []
    for effect in site.effects {
      switch effect.change {
      case .domainDestroyed(_, let domid, _):
        #expect(domid != 0)
        #expect(seen.insert(effect.change).inserted)
      case .jobEnded, .jobPurged, .pilotEnded, .residueRemoved, .machineDestroyed:
        #expect(seen.insert(effect.change).inserted, "\(effect.change)")
      case .nodeMarked, .jobAsked, .jobForgottenByMom, .memorySet, .rowsChanged, .fileEmptied: break
      }
    }
  }
}
