import Foundation
import Testing

/// The node check, with the balloon's files and the processes of a node that is none.
@Suite("A node's check")
struct HealthTests {
  private struct Machine {
    let scratch: Scratch
    var folder: URL { scratch.url }

    init() throws {
      scratch = try Scratch()
      try FileManager.default.createDirectory(
        at: folder.appending(path: "info"), withIntermediateDirectories: true)
      try set(current: 818, target: 818)
      try run(pilots: [])
      try """
      name = "n"
      [nodes]
      become = ["\(Program.root.path)/Tests/ContractTests/stand-ins/elsewhere", "\(folder.path)"]
      """.write(to: folder.appending(path: "site.toml"), atomically: true, encoding: .utf8)
    }

    func set(current: Int, target: Int) throws {
      try "\(current * 1024)\n".write(
        to: folder.appending(path: "info/current_kb"), atomically: true, encoding: .utf8)
      try "\(target * 1024)\n".write(
        to: folder.appending(path: "target_kb"), atomically: true, encoding: .utf8)
    }

    /// What ps prints, as a real one did.
    func run(pilots: [String]) throws {
      let head =
        "UID          PID    PPID  C STIME TTY          TIME CMD\nroot           1       0  0 11:44 ?        00:00:01 /sbin/init splash\n"
      let lines = pilots.enumerated().map {
        "globus      47\($0.offset)       1  0 11:59 ?        00:00:00 \($0.element)\n"
      }
      let ps = folder.appending(path: "ps")
      try "#!/bin/sh\ncat <<'END'\n\(head)\(lines.joined())END\n".write(
        to: ps, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: ps.path)
    }

    func check(_ options: String...) async throws -> Program.Outcome {
      try await Program.run(
        [
          "health", "--dom0", "882", "--site", folder.appending(path: "site.toml").path, "--state",
          folder.appending(path: "state").path,
        ] + options, environment: ["PATH": "\(folder.path):/usr/bin:/bin"], withRules: false)
    }

    /// As if it had seen the same two minutes ago.
    func age() throws {
      let state = folder.appending(path: "state")
      var words = try String(contentsOf: state, encoding: .utf8).split(separator: " ").map(String.init)
      words[0] = "\((Int64(words[0]) ?? 0) - 120_000)"
      try words.joined(separator: " ").write(to: state, atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: state.path)
    }
  }

  @Test(
    "says ERROR as pbs_mom expects it, once memory was missing for a minute; with its pilot it says nothing")
  func missing() async throws {
    let machine = try Machine()
    let first = try await machine.check()
    #expect(first.status == 0 && first.output.isEmpty && first.error.isEmpty, "\(first)")
    try machine.age()
    let second = try await machine.check()
    #expect(second.status == 0)
    #expect(
      second.output == "ERROR trueup: dom0 has 818 MiB of 882 MiB, no pilot lives, and 64 MiB are missing\n")
    let slot = "4b6e1a0c-1d2e-4f3a-8b9c-0d1e2f3a4b5c"
    try machine.run(pilots: [
      "/usr/bin/python /opt/workspacepilot.py --reserveslot -i \(slot) -c https://gridsn:8443/pilot -m 64 -d 598 -g 8"
    ])
    let leased = try await machine.check()
    #expect(leased.output.isEmpty && leased.status == 0, "\(leased)")
  }

  @Test("ends within its time and says nothing where the node can't be read, or does not answer")
  func silent() async throws {
    let machine = try Machine()
    try FileManager.default.removeItem(at: machine.folder.appending(path: "target_kb"))
    #expect(try await machine.check().output.isEmpty)
    try "#!/bin/sh\nsleep 60\n".write(
      to: machine.folder.appending(path: "ps"), atomically: true, encoding: .utf8)
    try machine.set(current: 818, target: 818)
    let slow = try await machine.check()
    #expect(slow.output.isEmpty && slow.status == 0)
    let usage = try await Program.run(["health", "--dom0", "0"], withRules: false)
    #expect(usage.status == 16)
  }
}
