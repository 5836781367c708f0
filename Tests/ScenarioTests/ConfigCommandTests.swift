import Foundation
import Testing

@Suite("trueup config")
struct ConfigCommandTests {
  private static func replay(_ file: String) -> String {
    "test \"$*\" = -x && cat '\(Program.root.appending(path: "Fixtures/raw/torque/\(file)").path)'"
  }

  private func config(_ arguments: [String], environment: [String: String] = [:]) async throws
    -> Program.Outcome
  {
    try await Program.run(
      ["config"] + arguments, environment: ["TRUEUP_SITE": "/dev/null"].merging(environment) { $1 },
      withRules: false)
  }

  @Test("init writes a commented file with the nodes that TORQUE lists, and check finds it right")
  func begin() async throws {
    let scratch = try Scratch()
    let bin = try scratch.bin(with: "pbsnodes", running: Self.replay("idle-pbsnodes-x.xml"))
    let begun = try await config(["init"], environment: ["PATH": "\(bin):/usr/bin:/bin"])
    #expect(begun.status == 0 && begun.error.isEmpty)
    let lines = begun.output.split(separator: "\n")
    #expect(
      lines.filter { !$0.hasPrefix("#") && !$0.hasPrefix("[") }
        == ["name = \"gsn-wn1\"", "name = \"gsn-wn2\"", "name = \"gsn-wn3\""])
    #expect(lines.contains("#connect_timeout = \"5 s\""))
    #expect(lines.contains("# The longest wait for a connection to one node."))
    let file = scratch.url.appending(path: "site.toml").path
    let written = try await config(["init", "-o", file, "--set", "torque.bin=\(bin)", "--set", "name=gridsn"])
    #expect(written.status == 0 && written.output.isEmpty)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.contains("\nname = \"gridsn\"\n") && text.contains("\nbin = \"\(bin)\"\n"))
    let again = try await config(["init", "-o", file, "--set", "torque.bin=\(bin)"])
    #expect(again.status == 16 && again.error.contains("\(file): File exists"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    let shown = try await config(["show", "--site", file]).output
    #expect(shown.contains("name = \"gridsn\""))
    #expect(shown.contains("torque.bin = \"\(bin)\""))
    #expect(shown.contains("[[node]]\nname = \"gsn-wn1\""))
  }

  @Test(
    "init says which nodes it may have missed, and why",
    arguments: [
      ("echo 'pbsnodes: Server has no node list' >&2; exit 1", 0, "Server has no node list"),
      ("head -c 600 '\(Program.root.path)/Fixtures/raw/torque/idle-pbsnodes-x.xml'", 1, "pbsnodes -x: "),
      ("exec sleep 60", 0, "timed out after 1 s"),
    ])
  func missed(_ script: String, _ count: Int, _ reason: String) async throws {
    let scratch = try Scratch()
    let bin = try scratch.bin(with: "pbsnodes", running: script)
    let begun = try await config(
      ["init", "--set", "torque.deadline=1s"], environment: ["PATH": "\(bin):/usr/bin:/bin"])
    #expect(begun.status == 8)
    #expect(begun.error.contains(reason), "\(begun.error)")
    #expect(begun.output.split(separator: "\n").count { $0.hasPrefix("name = ") } == count)
  }

  @Test("show prints each value and where it came from")
  func show() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "site.toml").path
    try "name = \"gridsn\"\n[nodes]\nuser = \"root\"\n[[node]]\nname = \"wn1\"\ndom0 = \"882 MiB\"\n".write(
      toFile: file, atomically: true, encoding: .utf8)
    let outcome = try await config(
      ["show", "--set", "nodes.deadline=12s", "--set", "look.settle.balloon-drift=20s"],
      environment: ["TRUEUP_SITE": file, "TRUEUP_NODES_TOOLSTACK": "xm"])
    #expect(outcome.status == 0 && outcome.error.isEmpty)
    let lines = Set(outcome.output.split(separator: "\n").map { String($0).replacing(#/ +#/#, with: " #") })
    for line in [
      "name = \"gridsn\" # \(file):1", "# mode is not set # built-in", "nodes.user = \"root\" # \(file):3",
      "nodes.toolstack = \"xm\" # TRUEUP_NODES_TOOLSTACK", "nodes.deadline = \"12 s\" # --set",
      "look.settle.balloon-drift = \"20 s\" # --set", "nodes.connect_timeout = \"5 s\" # built-in",
      "dom0 = \"882 MiB\" # \(file):6",
    ] { #expect(lines.contains(line), "\(line)") }
  }

  @Test("check names file, line, problem and remedy; what is only doubtful sets no exit status")
  func check() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "site.toml").path
    func check(_ text: String) async throws -> Program.Outcome {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      return try await Program.run(["config", "check", file])
    }
    let wrong = try await check("[nodes]\ndeadline = 10\nconcurrency = \"many\"\n")
    #expect(wrong.status == 16 && wrong.error.isEmpty)
    #expect(
      wrong.output == """
        \(file):2: `deadline` is a whole number where a number with its unit, in quotes, is expected (in nodes); say the \
        unit: deadline = "15 s"
        \(file):3: `concurrency` is text where a whole number is expected (in nodes); write concurrency = 0 without quotes

        """)
    let secret = scratch.url.appending(path: "derby.properties").path
    let derby = "[database]\nengine = \"derby-server\"\nuser = \"guest\"\npassword_file = \"\(secret)\"\n"
    #expect(
      try await check(derby).output.contains(
        "\(file):4: `database.password_file` names \(secret), which does not exist"))
    try "ij.password=x\n".write(toFile: secret, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: secret)
    let shared = try await check(derby)
    #expect(shared.status == 16 && shared.output.contains("chmod 600 \(secret)"))
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: secret)
    let right = try await check(derby)
    #expect(right.status == 0 && right.output == "\(file): errors 0, warnings 0\n")
    let doubtful = try await check(derby + "[nodes]\nconect_timeout = \"5 s\"\n")
    #expect(doubtful.status == 0)
    #expect(
      doubtful.output == """
        warning: \(file):6: `conect_timeout` is not known (in nodes); did you mean `connect_timeout`?
        \(file): errors 0, warnings 1

        """)
    let rule = try await check(derby + "[look.settle]\nballoon-drfit = \"20 s\"\n")
    #expect(rule.status == 16)
    #expect(rule.output.contains("`look.settle.balloon-drfit` names no rule; did you mean balloon-drift?"))
  }

  @Test("refuses a file that is not there, or no TOML, before anything is done")
  func unreadable() async throws {
    let missing = try await config(["show", "--site", "/no/such/site.toml"])
    #expect(missing.status == 16 && missing.error.contains("/no/such/site.toml: No such file"))
    let flag = try await config(["show", "--set", "nodes.deadlin=5s"])
    #expect(flag.status == 16 && flag.error.contains("did you mean `nodes.deadline`?"))
  }

  @Test("reference gives docs/site-toml.md")
  func reference() async throws {
    let file = Program.root.appending(path: "docs/site-toml.md")
    let text = try await config(["reference"]).output
    let committed = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    if committed != text, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(committed == text, "run make accept, and read the diff")
  }
}
