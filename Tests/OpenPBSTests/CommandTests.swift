import Model
import OpenPBS
import Testing
import World

@Suite("OpenPBS is asked and told")
struct CommandTests {
  @Test("in its own words, in UTC, and of its history where it keeps one")
  func probes() {
    var reach = Reach.Torque()
    (reach.kind, reach.bin) = (.openpbs, "/opt/pbs/bin")
    let count = ["/opt/pbs/bin/qstat", "-B", "-f", "-F", "json"]
    #expect(
      OpenPBS.probes(reach).map(\.command) == [
        count, ["env", "TZ=UTC0", "/opt/pbs/bin/qstat", "-f", "-F", "json"], count,
        ["/opt/pbs/bin/pbsnodes", "-av", "-F", "json"], ["/opt/pbs/bin/qstat", "-Q", "-f", "-F", "json"],
      ])
    reach.history = true
    #expect(OpenPBS.probes(reach)[1].command.dropFirst(3) == ["-f", "-x", "-F", "json"])
    #expect(reach.accountingFolder == "/var/spool/pbs/server_priv/accounting")
  }

  private func deeds(_ verb: Verb, note: String = "trueup: mine", former: String = "") throws -> [Deed] {
    let act = try #require(Act(verb, ["node": .text("wn1"), "job": .text("7.s"), "slot": .text("a")]))
    return try OpenPBS.deeds(for: act, note: note, former: former, Reach.Torque())
  }

  @Test("to drain a node and to give it back, with -r since -c would clear down too")
  func marks() throws {
    func command(_ words: String...) -> [Deed] {
      [.command(words, at: .batchServer, deadline: .seconds(20))]
    }
    #expect(try deeds(.drainNode) == command("pbsnodes", "-o", "-C", "trueup: mine", "wn1"))
    #expect(try deeds(.undrainNode, former: "disk") == command("pbsnodes", "-r", "-C", "disk", "wn1"))
    #expect(try deeds(.undrainNode) == command("pbsnodes", "-r", "-C", "", "wn1"))
  }

  @Test("no mark that pbsnodes would cut")
  func longNote() throws {
    let limit = String(repeating: "n", count: 79)
    #expect(try deeds(.drainNode, note: limit).count == 1)
    #expect(throws: DeedRefusal.self) { try deeds(.drainNode, note: limit + "n") }
  }

  @Test("nothing for which only TORQUE has a way", arguments: [Verb.deleteJob, .purgeJob, .clearMomJob])
  func refused(_ verb: Verb) throws {
    #expect(throws: DeedRefusal.self) { try deeds(verb) }
    #expect(try #require(OpenPBS.refusal(of: verb)).contains("OpenPBS"))
  }

  @Test("nothing that is not the batch server's")
  func others() throws {
    for verb in Verb.allCases where OpenPBS.refusal(of: verb) == nil && verb != .drainNode && verb != .undrainNode {
      let values = verb.parameters.map { ($0.name, $0.kind == .text ? Value.text("a") : .integer(1)) }
      let act = try #require(Act(verb, Dictionary(uniqueKeysWithValues: values)))
      #expect(try OpenPBS.deeds(for: act, note: "", former: "", Reach.Torque()) == [])
    }
  }
}
