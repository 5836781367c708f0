import Collect
import Commands
import Files
import Foundation
import Model
import Testing
import World

/// A real sshd, and commands that hang until all others have ended: where one is behind another it hangs for good.
@Suite("The machine with the batch server's commands") struct BatchServerTests {
  private func look(_ commands: [String: String], _ site: Site, _ scope: Scope) async throws -> [Answer] {
    let bin = try PrivateFolder()
    for (name, does) in commands {
      let script = "#!/bin/sh\nended=${0%/*}/ended\n\(does)\n: >\"$ended-${0##*/}-$4\"\n"
      try Files.create("\(bin.path)/\(name)", Array(script.utf8))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(bin.path)/\(name)")
    }
    let answers = Arrived()
    try await Sshd.with(["head"]) { [bin = bin.path] sshd in
      var reach = Reach()
      reach.nodes.sshConfig = sshd.clientConfiguration
      reach.torque.host = "head"
      reach.torque.bin = bin
      reach.torque.momctl = true
      reach.torque.deadline = .seconds(200)
      let collector = try Collector(site: site, reach: reach, clock: ObserverClock()) { _ in }
      answers.add("head", await collector.look(scope).answers)
      await collector.close()
    }
    return answers.answers["head"] ?? []
  }

  @Test("loses no MOM behind those that hang, however many there are")
  func momsThatHang() async throws {
    // More than one connection has sessions for, and those that hang come first.
    let nodes = ["hangs-1", "hangs-2"] + (10..<30).map { "wn\($0)" }
    let momctl = """
      case $4 in hangs*) until [ $(ls "$ended"-* | wc -l) -ge 20 ]; do sleep 0.1; done ;; esac
      echo "Host: $4"
      """
    let answers = try await look(
      ["momctl": momctl], Site(nodes: nodes.map { Site.ConfiguredNode(name: $0) }),
      Scope(sources: [], nodes: nil, nodeSources: [.torqueMom]))
    #expect(answers.map(\.observation.node) == nodes)
    #expect(answers.map(\.text) == nodes.map { "Host: \($0)\n" })
  }

  @Test("that hangs over one question answers the others")
  func oneQuestionHangs() async throws {
    let hang = "until [ -e \"$ended-qmgr-\" ] && [ -e \"$ended-qstat-\" ]; do sleep 0.1; done"
    let answers = try await look(
      ["qstat": "echo jobs", "qmgr": "echo settings", "pbsnodes": "\(hang); echo nodes"], Site(),
      Scope(
        sources: [.torqueServer, .torqueJobs, .torqueNodes, .torqueSettings], nodes: [], nodeSources: []))
    #expect(
      answers.map(\.observation.kind) == [
        .torqueServer, .torqueJobs, .torqueServer, .torqueNodes, .torqueSettings,
      ])
    #expect(answers.map(\.text) == ["jobs\n", "jobs\n", "jobs\n", "nodes\n", "settings\n"])
  }
}
