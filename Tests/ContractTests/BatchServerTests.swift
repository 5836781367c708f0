import Collect
import Commands
import Foundation
import Model
import Testing
import World

/// The machine with the batch server's commands, where that is another one: a real sshd.
@Suite("The machine with the batch server's commands") struct BatchServerTests {
  private func look(_ site: Site, _ sshd: Sshd, _ scope: Scope, bin: String = "") async throws -> [Answer] {
    var reach = Reach()
    reach.torque.bin = bin
    reach.nodes.sshConfig = sshd.clientConfiguration
    reach.nodes.deadline = .seconds(10)
    reach.torque.host = "head"
    reach.torque.momctl = true
    reach.torque.deadline = .seconds(5)
    let collector = try Collector(site: site, reach: reach, clock: ObserverClock()) { _ in }
    let answers = await collector.look(scope).answers
    await collector.close()
    return answers
  }

  @Test("loses the MOMs that hang and no other, however many there are")
  func momsThatHang() async throws {
    // More than one connection has sessions for, and those that hang come first.
    let nodes = ["hangs-1", "hangs-2"] + (10..<30).map { "wn\($0)" }
    let site = Site(nodes: nodes.map { Site.ConfiguredNode(name: $0) })
    try await Sshd.with(["head"]) { sshd in
      let answers = try await look(site, sshd, Scope(sources: [], nodes: nil, nodeSources: [.torqueMom]))
      #expect(answers.map(\.observation.node) == nodes)
      #expect(answers.prefix(2).allSatisfy { $0.failure?.contains("timed out") == true })
      for answer in answers.dropFirst(2) {
        #expect(answer.status == 0, "of \(answer.observation.node)")
        #expect(answer.text.hasPrefix("\nHost: "), "of \(answer.observation.node)")
      }
    }
  }

  @Test("that hangs over one question answers the others")
  func oneQuestionHangs() async throws {
    let folder = try PrivateFolder()
    for (name, does) in [("qstat", "echo jobs"), ("pbsnodes", "sleep 7777"), ("qmgr", "echo settings")] {
      let file = "\(folder.path)/\(name)"
      try Data("#!/bin/sh\n\(does)\n".utf8).write(to: URL(filePath: file))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    }
    try await Sshd.with(["head"]) { [bin = folder.path] sshd in
      let scope = Scope(
        sources: [.torqueServer, .torqueJobs, .torqueNodes, .torqueSettings], nodes: [], nodeSources: [])
      let answers = try await look(Site(), sshd, scope, bin: bin)
      #expect(
        answers.map(\.observation.kind) == [
          .torqueServer, .torqueJobs, .torqueServer, .torqueNodes, .torqueSettings,
        ])
      #expect(answers.map(\.text) == ["jobs\n", "jobs\n", "jobs\n", "", "settings\n"])
      #expect(answers[3].failure?.contains("timed out") == true)
    }
  }
}
