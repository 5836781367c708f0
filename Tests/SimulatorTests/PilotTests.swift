import Model
import Simulator
import Testing
import World

@Suite("A simulated pilot")
struct PilotTests {
  private static let slot = "5b0c9b1e-7a52-4e0c-9d3a-000000000007"
  private static let job = "0.gridsn.example.org"

  /// Xen of gsn-wn1 has 1 MiB free, and a stranger's guest.
  private func crowded(_ captured: [Answer]) -> [Answer] {
    captured.map { answer in
      let observation = answer.observation
      guard observation.node == "gsn-wn1" else { return answer }
      var text = String(decoding: observation.stdout, as: UTF8.self)
      switch observation.kind {
      case .xenInfo:
        for free in ["253", "317"] {
          text.replace("free_memory            : \(free)", with: "free_memory            : 1")
        }
      case .xenList:
        text += "nfs-gateway                                  9   128     1     -b----       0.0\n"
      default: break
      }
      return Answer(
        RawObservation(
          kind: observation.kind, node: observation.node, command: observation.command,
          started: observation.started, finished: observation.finished, ending: observation.ending,
          stdout: Array(text.utf8)))
    }
  }

  @Test("is ended by its number and its slot, and gives back what it took, once")
  func ended() async throws {
    let site = try Scenario(name: "job-purged").site()
    let node = "gsn-wn1"
    #expect(await site.run(Acts.endPilot(2217, of: Self.slot, on: node)) == [.done])
    #expect(await site.rows(.nodePilots, "pilot_process", of: node).isEmpty)
    try await site.sleep(for: .seconds(2))
    #expect(await site.memory(of: node) == [903_168, 903_168])
    #expect(await site.run(Acts.endPilot(2217, of: Self.slot, on: node)) == [.done])
    try await site.sleep(for: .seconds(20))
    #expect(await site.memory(of: node) == [903_168, 903_168])
    #expect(
      site.effects.map(\.change) == [
        .memorySet(node: node, kib: 903_168), .pilotEnded(node: node, pid: 2217, slot: Self.slot),
      ])
  }

  @Test("is left alone where its number is another's by now")
  func other() async throws {
    let site = try Scenario(name: "job-purged").site()
    let before = await site.text(.nodePilots, of: "gsn-wn1")
    let wrong = Acts.endPilot(2217, of: "5b0c9b1e-7a52-4e0c-9d3a-000000000008", on: "gsn-wn1")
    #expect(await site.run(wrong) == [.done])
    #expect(await site.text(.nodePilots, of: "gsn-wn1") == before)
    #expect(site.effects.isEmpty)
  }

  @Test("keeps its log where its process is gone")
  func log() async throws {
    let site = try Scenario(name: "pilot-outlives-job").site()
    let before = await site.rows(.nodePilots, "pilot_log", of: "gsn-wn1").count
    await site.run(Acts.endPilot(2217, of: Self.slot, on: "gsn-wn1"))
    #expect(before > 0)
    #expect(await site.rows(.nodePilots, "pilot_log", of: "gsn-wn1").count == before)
    #expect(await site.rows(.nodePilots, "pilot_process", of: "gsn-wn1").isEmpty)
  }

  @Test("destroys every guest, whosever it is, where Xen has less free than it must give back")
  func crowd() async throws {
    let site = try Scenario(name: "address-leaked").site(editing: crowded)
    #expect(await site.guests(of: "gsn-wn1") == ["wrksp-7", "nfs-gateway"])
    await site.run(Acts.delete(Self.job))
    try await site.sleep(for: .seconds(15))
    #expect(await site.guests(of: "gsn-wn1") == [])
    #expect(await site.memory(of: "gsn-wn1") == [903_168, 903_168])
    #expect(await site.free(of: "gsn-wn1") == 1 + 64 + 128 - 64)
    #expect(await site.text(.torqueJobs).isEmpty)
  }

  @Test("that is killed while it destroys guests takes them with it, and gives nothing back")
  func killed() async throws {
    let site = try Scenario(name: "address-leaked").site(editing: crowded)
    #expect(await site.run("qdel", "-W", "2", Self.job, at: .batchServer) == .done)
    try await site.sleep(for: .seconds(15))
    #expect(await site.guests(of: "gsn-wn1") == [])
    #expect(await site.memory(of: "gsn-wn1") == [837_632, 837_632])
    #expect(await site.rows(.nodePilots, "pilot_process", of: "gsn-wn1").isEmpty)
  }

  @Test("gives nothing back where nothing is free and there is no guest to destroy")
  func nothing() async throws {
    let site = try Scenario(name: "guest-ended").site(editing: { captured in
      crowded(captured).map { answer in
        let observation = answer.observation
        guard observation.kind == .xenList, observation.node == "gsn-wn1" else { return answer }
        let text = String(decoding: observation.stdout, as: UTF8.self).split(separator: "\n").prefix(2)
        return Answer(
          RawObservation(
            kind: .xenList, node: "gsn-wn1", command: observation.command, finished: observation.finished,
            stdout: Array((text.joined(separator: "\n") + "\n").utf8)))
      }
    })
    await site.run(Acts.delete(Self.job))
    try await site.sleep(for: .seconds(15))
    #expect(await site.memory(of: "gsn-wn1") == [837_632, 837_632])
    #expect(await site.rows(.nodePilots, "pilot_process", of: "gsn-wn1").isEmpty)
    #expect(await site.text(.torqueJobs).isEmpty)
  }

  @Test("that took no memory gives none back")
  func unballooned() async throws {
    let site = try Scenario(name: "no-balloons").site()
    await site.run("xl", "mem-set", "0", "800", at: .node("gsn-wn1"))
    await site.run(Acts.delete(Self.job))
    try await site.sleep(for: .seconds(15))
    #expect(await site.memory(of: "gsn-wn1") == [800 * 1024, 800 * 1024])
    #expect(await site.text(.torqueJobs).isEmpty)
    #expect(await site.rows(.nodePilots, "pilot_process", of: "gsn-wn1").isEmpty)
  }

  @Test("tells the service, if that runs", arguments: [ServiceState.running("pid 1"), .stopped])
  func told(_ service: ServiceState) async throws {
    let site = try Scenario(name: "address-leaked").site(service: service)
    await site.run(Acts.delete(Self.job))
    try await site.sleep(for: .seconds(10))
    let machine = await site.rows(.dbMain, "db_machine").map {
      [$0.number("state"), $0.number("is_ops_enabled")]
    }
    let slot = await site.rows(.dbMain, "db_slot").map { $0.number("is_terminal") }
    #expect(machine == (service == .stopped ? [[8, 1]] : [[38, 0]]))
    #expect(slot == (service == .stopped ? [0] : [1]))
  }
}
