import Model
import Simulator
import Testing
import World

@Suite("Simulated guests")
struct DomainTests {
  private func lease() throws -> SimulatedSite { try Scenario(name: "address-leaked").site() }

  private func residue(_ site: SimulatedSite, _ node: String) async -> [String] {
    await site.rows(.nodeResidue, "node_residue", of: node).map { "\($0.told("kind")) \($0.told("name"))" }
  }

  @Test(
    "are gone from every list when they are destroyed; what they left beside Xen stays, and dom0 gets nothing"
  )
  func destroyed() async throws {
    let site = try lease()
    let node = "gsn-wn1"
    let free = try #require(await site.free(of: node))
    #expect(await site.run(Acts.destroy(4, on: node)) == [.done])
    #expect(await site.guests(of: node) == [])
    #expect(await site.rows(.xenLong, "vmm_domain_config", of: node).map { $0.number("domid") } == [0])
    #expect(await site.free(of: node) == free + 64)
    #expect(await site.memory(of: node) == [837_632, 837_632])
    #expect(await residue(site, node) == ["record wrksp-7", "image wrksp-7", "dhcp pub02"])
    #expect(site.effects.map(\.change) == [.domainDestroyed(node: node, domid: 4, name: "wrksp-7")])
  }

  @Test("are taken out of a list from either end")
  func each() async throws {
    for order in [[1, 2, 3, 4], [4, 3, 2, 1], [2, 1, 4, 3]] {
      let site = try Scenario(name: "balloon-starved").site()
      let node = "gsn-wn1"
      let all = await site.rows(.xenList, "vmm_domain", of: node).compactMap { $0.number("domid") }
      for place in order {
        #expect(await site.run(Acts.destroy(all[place], on: node)) == [.done])
        let listed = await site.rows(.xenList, "vmm_domain", of: node).compactMap { $0.number("domid") }
        let configured = await site.rows(.xenLong, "vmm_domain_config", of: node).compactMap {
          $0.number("domid")
        }
        #expect(listed == configured)
        #expect(!listed.contains(all[place]))
      }
      #expect(await site.rows(.xenLong, "vmm_domain_config", of: node).count == 1)
    }
  }

  @Test(
    "are destroyed by nobody who names Domain-0, another number or a wrong name",
    arguments: [
      ("0", "Not destroying domain 0; use -f to force."),
      ("64", "libxl: error: Domain 64:Non-existant domain"),
      ("nosuch", "nosuch is an invalid domain identifier (rc=-6)"),
    ])
  func refused(_ domain: String, _ words: String) async throws {
    let site = try lease()
    let outcome = await site.run("xl", "destroy", domain, at: .node("gsn-wn1"))
    #expect(outcome == .failed("ended with exit status 1: \(words)"))
    #expect(site.effects.isEmpty)
  }

  @Test("that are zombies stay zombies")
  func zombie() async throws {
    let site = try Scenario(name: "zombie").site()
    let before = await site.text(.xenList, of: "gsn-wn1")
    #expect(await site.run(Acts.destroy(12, on: "gsn-wn1")) == [.done])
    #expect(await site.text(.xenList, of: "gsn-wn1") == before)
    #expect(site.effects.isEmpty)
  }

  @Test("go with all that they left when workspace-control removes them")
  func removed() async throws {
    let site = try lease()
    let node = "gsn-wn1"
    #expect(await site.run(Acts.remove("wrksp-7", on: node)) == [.done])
    #expect(await site.guests(of: node) == [])
    #expect(await residue(site, node) == [])
    let again = await site.run(Acts.remove("wrksp-7", on: node))
    #expect(again == [.failed("ended with exit status 18: wrksp-7: no such machine")])
  }

  @Test("that are gone already leave a record, which workspace-control removes and tells of")
  func recorded() async throws {
    let site = try lease()
    let node = "gsn-wn1"
    await site.run(Acts.destroy(4, on: node))
    let outcomes = await site.run(Acts.remove("wrksp-7", on: node))
    #expect(outcomes == [.failed("ended with exit status 27: wrksp-7: the machine is gone already")])
    #expect(await residue(site, node) == [])
  }

  @Test("left a DHCP entry that no machine has, which goes with the one record that has none")
  func orphaned() async throws {
    let site = try Scenario(name: "residue").site()
    let other = await residue(site, "gsn-wn1")
    #expect(await residue(site, "gsn-wn2") == ["record wrksp-3", "image wrksp-3", "dhcp pub05"])
    await site.run(Acts.remove("wrksp-3", on: "gsn-wn2"))
    #expect(await residue(site, "gsn-wn2") == [])
    #expect(await residue(site, "gsn-wn1") == other)
    #expect(site.effects.count == 3)
  }

  @Test("left a DHCP entry that can be forgotten alone")
  func forgotten() async throws {
    let site = try Scenario(name: "residue").site()
    let before = await site.text(.nodeResidue, of: "gsn-wn2")
    #expect(await site.run(Acts.forget("pub99", on: "gsn-wn2")) == [.done])
    #expect(await site.text(.nodeResidue, of: "gsn-wn2") == before)
    #expect(await site.run(Acts.forget("pub05", on: "gsn-wn2")) == [.done])
    #expect(await residue(site, "gsn-wn2") == ["record wrksp-3", "image wrksp-3"])
    #expect(await site.text(.nodeResidue, of: "gsn-wn2").contains("host gateway {"))
  }

  @Test("without a record can't be removed by an agent of today, and can once they are destroyed")
  func undead() async throws {
    let site = try Scenario(name: "undead").site()
    let node = "gsn-wn1"
    let first = await site.run(Acts.remove("wrksp-7", on: node))
    #expect(first == [.failed("ended with exit status 3: wrksp-7 is running, but there is no record of it")])
    #expect(await site.guests(of: node) == ["wrksp-7"])
    await site.run(Acts.destroy(4, on: node))
    #expect(await site.run(Acts.remove("wrksp-7", on: node)) == [.done])
  }
}
