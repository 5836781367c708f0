import Commands
import Foundation
import Model
import Testing
import World

@testable import Collect

/// What only OpenSSH can do wrong.
@Suite struct SshTests {
  @Test(arguments: [Way.ssh, .clush])
  func aHostKeyThatNobodyKnowsIsRefused(way: Way) async throws {
    try await Far.with(way, ["wn1"]) { far in
      let known = try #require(far.sshd).folder + "/known"
      let before = try Data(contentsOf: URL(filePath: known))
      let answers = await far.ask([Sshd.stranger, "wn1"], [["xl", "list"]])
      #expect(answers["wn1"]?[0].status == 0)
      let failure = try #require(answers[Sshd.stranger]?[0].failure)
      #expect(failure.hasPrefix("the host key is not known: hold what `ssh-keyscan stranger` prints"))
      #expect(try Data(contentsOf: URL(filePath: known)) == before)
    }
  }

  @Test(arguments: [Way.ssh, .clush])
  func aHostKeyThatChangedIsRefused(way: Way) async throws {
    try await Far.with(way, ["wn1"]) { far in
      let folder = try #require(far.sshd).folder
      let known = try String(contentsOfFile: folder + "/known", encoding: .utf8)
      let host = try String(contentsOfFile: folder + "/host.pub", encoding: .utf8).split(separator: " ")[1]
      let other = try String(contentsOfFile: folder + "/user.pub", encoding: .utf8).split(separator: " ")[1]
      try Data(known.replacing(host, with: other).utf8).write(to: URL(filePath: folder + "/known"))
      let failure = try #require(await far.ask(["wn1"], [["xl", "list"]])["wn1"]?[0].failure)
      #expect(failure.hasPrefix("the host key has changed: "))
    }
  }

  @Test(arguments: [Way.ssh, .clush])
  func aNodeThatRefusesFailsAtOnceAndAlone(way: Way) async throws {
    try await Far.with(way, ["wn1"]) { far in
      let answers = await far.ask([Sshd.refuser, "wn1"], [["xl", "list"], ["xl", "info"]])
      #expect(answers["wn1"]?.map(\.status) == [0, 0])
      let failures = try #require(answers[Sshd.refuser]).map(\.failure)
      #expect(failures[0]?.hasPrefix("ssh: connect to host") == true)
      #expect(failures[0]?.hasSuffix("Connection refused") == true)
      #expect(failures[1] == failures[0])
    }
  }

  @Test func aConnectionLastsFromLookToLookAndEndsWithThem() async throws {
    try await Far.with(.ssh, ["wn1"]) { far in
      let transport = try SshTransport(far.reach)
      func look() async -> [Answer] {
        let arrived = Arrived()
        let errand = NodeErrand(
          node: "wn1", address: "wn1",
          probes: [Probe(.xenList, node: "wn1", command: ["sh", "-c", "echo $SSH_CONNECTION"])])
        await transport.ask([errand], clock: ObserverClock()) { arrived.add($0.node, $1) }
        return arrived.answers["wn1"] ?? []
      }
      let first = await look().map(\.text)
      #expect(first.first?.hasSuffix("\n") == true)
      #expect(await look().map(\.text) == first, "the same port of this end")
      await transport.close()
      let folder = URL(filePath: transport.controlPath).deletingLastPathComponent().path
      #expect(!FileManager.default.fileExists(atPath: folder))
      #expect(await look().map(\.text) != first)
    }
  }

  @Test(arguments: ["wn[1-3]", "@all", "-w", "wn1,wn2", ""])
  func whatClushWouldTakeForMoreThanANodeIsRefused(address: String) async throws {
    let arrived = Arrived()
    let errand = NodeErrand(node: "wn1", address: address, probes: [Probe(.xenList, command: ["true"])])
    await ClushTransport(Reach.Nodes()).ask([errand], clock: ObserverClock()) { arrived.add($0.node, $1) }
    let failure = try #require(arrived.answers["wn1"]?[0].failure)
    #expect(failure == "clush would not take the address \(address) for one node: give it a plain one")
  }

  @Test func noSecretAndNoSurpriseIsInTheCall() throws {
    var reach = Reach.Nodes()
    reach.user = "root"
    reach.connectTimeout = .milliseconds(1500)
    let call = try SshTransport(reach).arguments(to: "-oProxyCommand=evil", [], ["xl", "list"])
    #expect(Array(call.suffix(3)) == ["--", "-oProxyCommand=evil", "xl list"])
    for option in ["BatchMode=yes", "StrictHostKeyChecking=yes", "ConnectTimeout=2"] {
      #expect(call.contains(option))
    }
  }
}
