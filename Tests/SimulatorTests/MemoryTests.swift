import Model
import Simulator
import Testing
import World

@Suite("dom0's simulated memory")
struct MemoryTests {
  private static let full: Int64 = 903_168

  @Test("arrives after the command has ended, and shows in every source")
  func arrives() async throws {
    let site = try Scenario(name: "deficit-64").site()
    let node = "gsn-wn1"
    let free = try #require(await site.free(of: node))
    #expect(await site.run(Acts.setMemory(node, Self.full)) == [.done])
    let moving = await site.memory(of: node)
    #expect(moving[0] < Self.full && moving[1] == Self.full)
    try await site.sleep(for: .seconds(2))
    #expect(await site.memory(of: node) == [Self.full, Self.full])
    #expect(await site.free(of: node) == free - 64)
    #expect(await site.rows(.xenList, "vmm_domain", of: node).map { $0.number("memory_kib") } == [882 * 1024])
    let configured = await site.rows(.xenLong, "vmm_domain_config", of: node)
    #expect(configured.map { $0.number("target_kib") } == [Self.full])
    let stored = await site.rows(.xenStore, "vmm_store", of: node)
    #expect(stored.map { $0.number("target_kib") } == [Self.full])
    #expect(await site.text(.xenStore, of: node).contains("/memory = \"882\"   (n0)"))
    let kernel = await site.rows(.nodeMemory, "node_memory", of: node)
    #expect(kernel.map { $0.number("total_kib") } == [Self.full - 131_560])
    #expect(site.effects.map(\.change) == [.memorySet(node: node, kib: Self.full)])
  }

  @Test("changes no byte but the figures")
  func figures() async throws {
    let site = try Scenario(name: "deficit-64").site()
    func figures() async -> [String] {
      var texts: [String] = []
      for kind in [ObservationKind.xenList, .xenLong, .xenInfo, .xenStore, .xenBalloon] {
        let text = await site.text(kind, of: "gsn-wn1")
        for (old, new) in [("818", "882"), ("317", "253"), ("837632", "903168"), ("837631", "903167")] {
          texts.append(text.replacing(old, with: new))
        }
      }
      return texts
    }
    func others() async -> [String] {
      [await site.text(.xenList, of: "gsn-wn2"), await site.text(.xenInfo, of: "gsn-wn3")]
    }
    let before = await figures()
    let elsewhere = await others()
    await site.run(Acts.setMemory("gsn-wn1", Self.full))
    try await site.sleep(for: .seconds(2))
    #expect(await figures().count == before.count)
    for (old, new) in zip(before, await figures()) where !old.contains("818") && !old.contains("3176") {
      #expect(Set(new.split(separator: "\n")).symmetricDifference(old.split(separator: "\n")).count <= 4)
    }
    #expect(await others() == elsewhere)
  }

  @Test("does not wake a driver that gave up by the same target, and does by another")
  func nudge() async throws {
    let site = try Scenario(name: "balloon-gave-up").site()
    let node = "gsn-wn1"
    #expect(await site.memory(of: node) == [900_224, Self.full])
    #expect(await site.run(Acts.setMemory(node, Self.full)) == [.done])
    try await site.sleep(for: .seconds(60))
    #expect(await site.memory(of: node) == [900_224, Self.full])
    #expect(await site.run(Acts.nudge(node, Self.full)) == [.done])
    try await site.sleep(for: .seconds(3))
    #expect(await site.memory(of: node) == [Self.full, Self.full])
    #expect(await site.free(of: node) == 253)
  }

  @Test("stops where Xen has nothing left, tries again for 15 s, and then sleeps until another target")
  func starved() async throws {
    let site = try Scenario(name: "balloon-starved").site()
    let node = "gsn-wn1"
    await site.run(Acts.nudge(node, Self.full))
    #expect(await site.memory(of: node) == [900_224, Self.full])
    try await site.sleep(for: .seconds(10))
    let guests = await site.rows(.xenList, "vmm_domain", of: node).compactMap { $0.number("domid") }
    #expect(guests.count == 5)
    #expect(await site.run(Acts.destroy(guests[1], on: node)) == [.done])
    try await site.sleep(for: .seconds(2))
    #expect(await site.memory(of: node) == [Self.full, Self.full])
    #expect(await site.free(of: node) == 61)
  }

  @Test("is not looked for any more after 15 s without any")
  func asleep() async throws {
    let site = try Scenario(name: "balloon-starved").site()
    let node = "gsn-wn1"
    await site.run(Acts.nudge(node, Self.full))
    try await site.sleep(for: .seconds(20))
    for domain in await site.rows(.xenList, "vmm_domain", of: node).compactMap({ $0.number("domid") })
    where domain != 0 {
      #expect(await site.run(Acts.destroy(domain, on: node)) == [.done])
    }
    try await site.sleep(for: .seconds(60))
    #expect(await site.memory(of: node) == [900_224, Self.full])
    #expect(await site.free(of: node) == 256)
    await site.run(Acts.nudge(node, Self.full))
    try await site.sleep(for: .seconds(3))
    #expect(await site.memory(of: node) == [Self.full, Self.full])
  }

  @Test(
    "is refused below the least and above the most, and where no amount is told",
    arguments: [
      ("64", "below the minimum threshold"), ("2000", "less than or equal"), ("12q", "invalid memory size"),
    ])
  func refused(_ amount: String, _ words: String) async throws {
    let site = try Scenario(name: "deficit-64").site()
    let outcome = await site.run("xl", "mem-set", "0", amount, at: .node("gsn-wn1"))
    guard case .failed(let told) = outcome else { return #expect(Bool(false), "\(outcome)") }
    #expect(told.hasPrefix("ended with exit status 1: ") && told.contains(words))
    #expect(await site.memory(of: "gsn-wn1") == [837_632, 837_632])
    #expect(site.effects.isEmpty)
  }

  @Test("is told in MiB to xm, whose driver pages are not asked back")
  func older() async throws {
    let site = try Scenario(name: "older-xen").site()
    let node = "gsn-wn2"
    let before = await site.memory(of: node)
    let lines = await site.text(.xenBalloon, of: node).split(separator: "\n")
    let pages = before[1] - before[0]
    #expect(pages == 2816)
    let target = before[1] - 64 * 1024
    #expect(await site.run(Acts.setMemory(node, target, toolstack: .xm)) == [.done])
    try await site.sleep(for: .seconds(3))
    #expect(await site.memory(of: node) == [target - pages, target])
    let text = await site.text(.xenBalloon, of: node)
    #expect(text.split(separator: "\n").map(\.count) == lines.map(\.count))
    #expect(text.contains(" \(target) kB\nLow-mem balloon:"))
    let mib = (target - pages) / 1024
    #expect(await site.rows(.xenList, "vmm_domain", of: node).map { $0.number("memory_kib") } == [mib * 1024])
  }

  @Test("is set under the pilots' lock, unless one of them holds it")
  func lock() async throws {
    let file = "/tmp/workspace-pilot.lock"
    let site = try Scenario(name: "deficit-64").site()
    #expect(await site.run(Acts.setMemory("gsn-wn1", Self.full, lock: file)) == [.done])
    let held = """
      UID          PID    PPID  C STIME TTY          TIME CMD
      globus     16986   16985  0 19:37 ?        00:00:00 /usr/bin/python /opt/workspacepilot.py -r -m 64 -d 60 -g 8 -i 0aa5d8a6-1c52-4a0e-9a8f-4c1b5e0f1a02
      16220447 -rw-r--r-- 1 globus globus 0 Nov 22 19:37 /tmp/workspace-pilot.lock

      ==> /proc/locks <==
      2: FLOCK  ADVISORY  WRITE 16986 fe:00:16220447 0 EOF

      """
    let busy = try Scenario(name: "deficit-64").site { captured in
      let pilots = RawObservation(
        kind: .nodePilots, node: "gsn-wn1", command: ["sh"], stdout: Array(held.utf8))
      return captured + [Answer(pilots)]
    }
    let outcomes = await busy.run(Acts.nudge("gsn-wn1", Self.full, lock: file))
    #expect(outcomes == [.failed("ended with exit status 75")])
    #expect(busy.effects.isEmpty)
    await busy.run(Acts.endPilot(16986, of: "0aa5d8a6-1c52-4a0e-9a8f-4c1b5e0f1a02", on: "gsn-wn1"))
    #expect(await busy.run(Acts.nudge("gsn-wn1", Self.full, lock: file)) == [.done])
  }

  @Test(
    "can't be set where nobody answers",
    arguments: [("xenstored-dead", "gsn-wn1"), ("node-silent", "gsn-wn3")])
  func silent(_ name: String, _ node: String) async throws {
    let site = try Scenario(name: name).site()
    let start = site.now
    let deeds = Acts.setMemory(node, 800_000) + Acts.destroy(4, on: node)
    #expect(await site.run(deeds) == deeds.map { _ in .failed("timed out after 5 s") })
    #expect(site.now.milliseconds - start.milliseconds == 10_000)
    #expect(site.effects.isEmpty)
  }
}
