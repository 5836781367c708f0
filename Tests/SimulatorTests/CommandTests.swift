import Model
import Simulator
import Testing
import World

@Suite("A command in the simulated site")
struct CommandTests {
  @Test(
    "that is not there ends with 127, and so does one in another place",
    arguments: [
      (["reboot"], Deed.Place.node("gsn-wn1"), "reboot"), (["qdel", "-p", "0"], .node("gsn-wn1"), "qdel"),
      (["xl", "mem-set", "0", "882"], .batchServer, "xl"),
      (["sh", "-c", "rm -rf /", "sh"], .node("gsn-wn1"), "sh"),
      (["xl", "mem-set", "7", "882"], .node("gsn-wn1"), "xl"),
      (["nimbus-admin", "7"], .service, "nimbus-admin"),
    ])
  func unknown(_ command: [String], _ place: Deed.Place, _ program: String) async throws {
    let site = try Scenario(name: "deficit-64").site()
    let outcome = await site.perform(.command(command, at: place, deadline: .seconds(5))) { _ in }
    #expect(outcome == .failed("ended with exit status 127: sh: 1: \(program): not found"))
    #expect(site.effects.isEmpty)
  }

  @Test("on no node of the site goes nowhere")
  func nowhere() async throws {
    let site = try Scenario(name: "deficit-64").site()
    let outcome = await site.run("xl", "destroy", "4", at: .node("gsn-wn9"))
    #expect(outcome == .failed("ended with exit status 255: ssh: Could not resolve hostname gsn-wn9"))
  }

  @Test("is on record with its times and its outcome")
  func record() async throws {
    let site = try Scenario(name: "deficit-64").site()
    let deeds = Acts.drain("gsn-wn1") + Acts.setMemory("gsn-wn1", 903_168) + Acts.destroy(9, on: "gsn-wn1")
    let outcomes = await site.run(deeds)
    #expect(site.deeds.map(\.deed) == deeds)
    #expect(site.deeds.map(\.outcome) == outcomes)
    #expect(site.deeds.allSatisfy { $0.started < $0.finished })
    #expect(zip(site.deeds, site.deeds.dropFirst()).allSatisfy { $0.finished <= $1.started })
    #expect(site.effects.map(\.at).allSatisfy { $0 > site.deeds[0].started && $0 <= site.now })
  }

  @Test("that takes longer than its deadline is given up, and goes on all the same")
  func late() async throws {
    let site = try Scenario(name: "address-leaked").site()
    let outcome = await site.run(
      "qdel", "-W", "18", "0.gridsn.example.org", at: .batchServer, deadline: .seconds(1))
    #expect(outcome == .failed("timed out after 1 s"))
    try await site.sleep(for: .seconds(20))
    #expect(await site.text(.torqueJobs).isEmpty)
  }

  @Test("is understood of each verb that is carried out by one")
  func verbs() async throws {
    let arguments: [String: Value] = [
      "node": .text("gsn-wn1"), "job": .text("0.gridsn.example.org"), "slot": .text("x"), "pid": .integer(7),
      "domain": .text("wrksp-7"), "domid": .integer(4), "memory_kib": .integer(903_168),
      "kind": .text("record"),
      "name": .text("wrksp-7"), "machine": .integer(7), "association": .text("public"), "address": .text("x"),
      "file": .text("x"), "uuid": .text("x"), "available_kib": .integer(1),
    ]
    var understood = 0
    for verb in Verb.allCases {
      for lock in ["", "/tmp/lock"] {
        for deed in Acts.deeds(verb, arguments, lock: lock) {
          let site = try Scenario(name: "address-leaked").site()
          let outcome = await site.perform(deed) { _ in }
          #expect(!"\(outcome)".contains("127") && !"\(outcome)".contains("not simulated"), "\(verb)")
          understood += 1
        }
      }
    }
    #expect(understood == 22)
  }
}
