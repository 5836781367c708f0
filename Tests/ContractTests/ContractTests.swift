import Collect
import Commands
import Foundation
import Model
import Testing
import World

/// Whichever way leads to a node, the same comes back.
@Suite("A way to the nodes") struct ContractTests {
  private static let raw = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/raw/xen")

  private static func raw(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: raw.appending(path: name)))
  }

  private static let odd =
    Array("a\0b\r\nc\rd\\r\\\\\u{1e}deadbeef 0\n".utf8) + [0xFF, 0xFE, 10, 10, 0x1E]

  @Test("brings what the commands printed, byte for byte", arguments: Way.allCases)
  func bytes(way: Way) async throws {
    try await Far.with(way, ["wn1", "odd-1"]) { far in
      let commands = [["xl", "info"], ["xl", "list"], ["xenstore-ls", "-f", "/local/domain"], ["true"]]
      let answers = await far.ask(["wn1", "odd-1"], commands)
      let wn1 = try #require(answers["wn1"])
      #expect(
        wn1.map(\.observation.stdout) == [
          try Self.raw("idle-xl-info.txt"), try Self.raw("idle-xl-list.txt"),
          try Self.raw("forgotten-xenstore-ls.txt"), [],
        ])
      #expect(wn1.map(\.status) == [0, 0, 0, 0])
      let odd = try #require(answers["odd-1"])
      #expect(odd[1].observation.stdout == Self.odd)
      #expect(odd[2].observation.stdout == wn1[2].observation.stdout)
      for answer in wn1 + odd { #expect(answer.observation.started <= answer.observation.finished) }
    }
  }

  @Test("tells how each command ended, and keeps its standard error apart", arguments: Way.allCases)
  func endings(way: Way) async throws {
    try await Far.with(way, ["wn1", "dies-1", "mutters-1", "rubbish-1"]) { far in
      let commands = [
        ["xl", "list"], ["sh", "-c", "printf out; printf 'err\\\\ \\r' >&2; exit 7"], ["no-such-command"],
        ["xl", "nonsense"],
      ]
      let answers = await far.ask(["wn1", "dies-1", "mutters-1", "rubbish-1"], commands)
      for (node, answers) in answers {
        #expect(answers[1].status == 7)
        #expect(answers[1].text == "out", "of \(node)")
        #expect(answers[1].said == "err\\ \r", "of \(node)")
        #expect(answers[2].status == 127)
        #expect(answers[2].said.contains("no-such-command"), "of \(node)")
        #expect(answers[2].text == "")
      }
      #expect(answers["wn1"]?[3].status == 2)
      #expect(answers["dies-1"]?[0].status == 139)
      #expect(answers["dies-1"]?[0].text == "half\n")
      #expect(answers["mutters-1"]?[0].status == 0)
      #expect(answers["mutters-1"]?[0].text == "")
      #expect(answers["mutters-1"]?[0].said == "libxl: error: no domains, they say\n")
      #expect(answers["rubbish-1"]?[0].status == 3)
    }
  }

  @Test("gives arguments on as they are", arguments: Way.allCases)
  func quoting(way: Way) async throws {
    let words = [
      "plain", "two words", "", "'", "\"", "it's \"so\"", "$HOME `id` $(id)", "a\nb", "\\", "\\r", "*", "~",
      "-n",
      "é ü 漢", "!x", "a;b|c&d>e<f#g", "\t",
    ]
    try await Far.with(way, ["wn1"]) { far in
      let answers = await far.ask(["wn1"], [["printf", "[%s]"] + words])
      #expect(answers["wn1"]?[0].text == words.map { "[\($0)]" }.joined())
    }
  }

  @Test("loses only what hangs, and leaves nothing of it on the node", arguments: Way.allCases)
  func hang(way: Way) async throws {
    let node = "hangs-\(way.rawValue)"
    try await Far.with(way, [node], commandDeadline: .seconds(2)) { far in
      let answers = try #require(await far.ask([node], [["xl", "list"], ["xl", "info"]])[node])
      #expect(answers[0].failure == "timed out on the node after 2 to 4 s, and was killed")
      #expect(answers[0].text == "begun\n")
      #expect(answers[1].status == 0)
      #expect(answers[1].observation.stdout == (try Self.raw("idle-xl-info.txt")))
      #expect(await Processes.living(of: node) == [])
    }
  }

  @Test("cuts what floods, and keeps the rest", arguments: Way.allCases)
  func flood(way: Way) async throws {
    try await Far.with(way, ["floods-1"]) { far in
      let answers = try #require(
        await far.ask(["floods-1"], [["xl", "info"], ["xl", "list"], ["echo", "after"]])["floods-1"])
      #expect(answers[0].status == 0)
      #expect(answers[1].failure == "printed more than 1 MiB, which was cut")
      #expect(answers[1].observation.stdout.count == 1 << 20)
      #expect(answers[2].text == "after\n")
    }
  }

  @Test("keeps what had ended when a node falls, and what had begun", arguments: Way.allCases)
  func fall(way: Way) async throws {
    try await Far.with(way, ["falls-1"]) { far in
      let answers = try #require(
        await far.ask(["falls-1"], [["xl", "info"], ["xl", "list"], ["xl", "info"]])["falls-1"])
      #expect(answers[0].status == 0)
      #expect(answers[0].observation.stdout == (try Self.raw("idle-xl-info.txt")))
      #expect(answers[1].failure != nil)
      #expect(answers[1].text.hasPrefix("Name    ID"))
      #expect(answers[2].failure == answers[1].failure)
      #expect(answers[2].text == "")
    }
  }

  @Test("leaves out what a login prints", arguments: Way.allCases)
  func greeting(way: Way) async throws {
    let greet = ["sh", "-c", "echo Welcome to this node; echo Be good >&2; exec \"$@\"", "sh"]
    try await Far.with(way, ["wn1"], become: greet) { far in
      let answers = try #require(await far.ask(["wn1"], [["echo", "mine"], ["true"]])["wn1"])
      #expect(answers.map(\.text) == ["mine\n", ""])
      #expect(answers.map(\.said) == ["", ""])
    }
  }

  @Test("says why nothing was asked", arguments: Way.allCases)
  func nothingAsked(way: Way) async throws {
    let refuse = ["sh", "-c", "echo 'sudo: a password is required' >&2; exit 1"]
    try await Far.with(way, ["wn1"], become: refuse) { far in
      let answers = try #require(await far.ask(["wn1"], [["xl", "list"], ["xl", "info"]])["wn1"])
      #expect(answers.map(\.failure) == Array(repeating: "sudo: a password is required", count: 2))
    }
  }

  @Test("gives a node up at its deadline, and keeps what had come", arguments: Way.allCases)
  func deadline(way: Way) async throws {
    let node = "hangs-\(way.rawValue)-long"
    try await Far.with(way, [node], commandDeadline: .seconds(45), deadline: .seconds(30)) { far in
      let answers = try #require(await far.ask([node], [["xl", "info"], ["xl", "list"]])[node])
      #expect(answers[0].status == 0)
      #expect(answers[1].failure == "timed out after 30 s")
      #expect(answers[1].text == "begun\n")
      // Far away nobody is told; the watchdog there ends what is left.
      if way == .local { #expect(await Processes.living(of: node) == []) }
    }
  }
}
