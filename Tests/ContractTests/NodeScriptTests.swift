import Commands
import Foundation
import Model
import Testing
import World

@testable import Collect

/// The script that runs on the nodes, in each shell that they may have.
@Suite struct NodeScriptTests {
  enum Shells: String, CaseIterable {
    case dash, bash
    case busybox = "busybox sh"
  }

  private func run(
    _ shell: Shells, _ commands: [[String]], tick: Duration = .seconds(20), node: String = ""
  ) async throws -> [Answer] {
    let probes = commands.map { Probe(.xenList, command: $0, deadline: tick, byteLimit: 1 << 20) }
    let script = NodeScript(probes)
    let answers = NodeAnswers(
      to: NodeErrand(node: "wn1", address: "wn1", probes: probes), of: script, started: ObserverClock().now)
    let outcome = await Command(
      shell.rawValue.split(separator: " ").map(String.init) + ["-c", script.text],
      environment: ["TRUEUP_NODE": node], deadline: .seconds(300)
    ).run(clock: ObserverClock())
    var told = answers
    told.take(outcome.stdout, from: .stdout, at: outcome.finished)
    told.take(outcome.stderr, from: .stderr, at: outcome.finished)
    try #require(told.isComplete, "\(outcome.ending) \(String(decoding: outcome.stderr, as: UTF8.self))")
    return told.answers(ending: outcome.ending, finished: outcome.finished)
  }

  @Test(arguments: Shells.allCases)
  func eachCommandHasItsOutputAndItsStatus(shell: Shells) async throws {
    let answers = try await run(
      shell,
      [
        ["printf", "no newline"], ["sh", "-c", "echo out; echo err >&2; exit 9"], ["cat"],
        ["sh", "-c", "kill -ABRT $$"], ["no-such-command"], ["sh", "-c", "echo $PATH"],
      ])
    #expect(answers.map(\.status) == [0, 9, 0, 134, 127, 0])
    #expect(answers.map(\.text).prefix(5) == ["no newline", "out\n", "", "", ""])
    #expect(answers[1].said == "err\n")
    #expect(answers[5].text.hasSuffix(":/usr/sbin:/sbin:/usr/local/sbin\n"))
  }

  /// The commands play the watchdog, so that nothing depends on how fast this machine is.
  @Test(arguments: Shells.allCases)
  func whatHangsThroughTwoTicksIsKilledWithAllThatItStarted(shell: Shells) async throws {
    let node = "script-\(shell)"
    let once = "kill -USR1 $PPID; sleep 0.3; exit 5"
    let hang = """
      trap '' TERM; echo begun; sh -c 'sleep 7777; :' & sleep 7777 &
      while :; do kill -USR1 $PPID; sleep 0.2; done
      """
    let answers = try await run(
      shell, [["sh", "-c", once], ["sh", "-c", hang], ["echo", "after"]], tick: .seconds(50), node: node)
    #expect(answers[0].status == 5, "a tick is no death")
    #expect(answers[1].failure == "timed out on the node after 50 to 100 s, and was killed")
    #expect(answers[1].text == "begun\n")
    #expect(answers[2].text == "after\n")
    #expect(await Processes.living(of: node) == [], "nor does the watchdog live")
  }

  @Test func theSecretIsInNoProcessList() async throws {
    let probes = [
      Probe(.nodePilots, command: ["sh", "-c", "ps -ef; cat /proc/$PPID/cmdline /proc/$PPID/environ"])
    ]
    let script = NodeScript(probes)
    let outcome = await Command(["sh", "-c", script.text], deadline: .seconds(30)).run(clock: ObserverClock())
    let printed = String(decoding: outcome.stdout, as: UTF8.self)
    let first = try #require(printed.split(separator: "\n").first { $0.contains("\u{1e}") })
    let secret = try #require(first.split(separator: " ").last)
    #expect(secret.count == 36)
    #expect(printed.components(separatedBy: secret).count == 1 + 2, "the first line and a mark")
    #expect(!script.text.contains(script.nonce))
  }
}
