import Files
import Foundation
import Model
import Repair
import Testing

/// What the shells offer, asked of the shells themselves.
@Suite("The completions")
struct CompletionTests {
  /// A line as it is typed, and what it is completed to: `SITE` stands for a configuration, `TREE` for this tree.
  static let lines = [
    ("trueup prefl", "preflight"),
    ("trueup repair --only balloon-d", "balloon-drift"),
    ("trueup rules show node-d", "node-down-with-lease"),
    ("trueup rules show --rules TREE/Rules mom-si", "mom-silent"),
    ("trueup audit --capture TREE/Fixtures/storm-af", "storm-after"),
    ("trueup undo --site SITE ", "1"),
    ("trueup journal --set repair.state=STATE ", "1"),
    ("trueup monitor --site SITE --node gsn", "gsn-wn1"),
    ("trueup monitor --also target", "target_kib"),
  ]

  /// A folder with a configuration, a journal with one run, and a shell's script.
  private struct Site {
    let folder: String
    let script: String

    static func with(_ shell: String, _ body: (Site) async throws -> Void) async throws {
      let folder = try PrivateFolder()
      let site = Site(folder: folder.path, script: "\(folder.path)/\(shell)")
      try await Tree.trueup(["--generate-completion-script", shell])
        .write(toFile: site.script, atomically: true, encoding: .utf8)
      let text = "[repair]\nstate = \"\(site.folder)/state\"\n[[node]]\nname = \"gsn-wn1\"\n"
      try text.write(toFile: "\(site.folder)/site.toml", atomically: true, encoding: .utf8)
      let state = try StateFolder("\(site.folder)/state")
      _ = try await Journal(path: state.journal).begin(
        JournalRun.Opening(
          site: "", started: Instant(milliseconds: 0), who: "somebody", plan: "", digest: ""))
      try await body(site)
    }

    func typed(_ line: String) -> String {
      line.replacing("SITE", with: "\(folder)/site.toml").replacing("STATE", with: "\(folder)/state")
        .replacing("TREE", with: Tree.root.path)
    }
  }

  /// The program that is tested comes first, and finds the rules of this tree.
  private static let environment = [
    "PATH": "\(URL(filePath: Tree.program).deletingLastPathComponent().path):/usr/bin:/bin",
    "TRUEUP_RULES": Tree.root.appending(path: "Rules").path,
  ]

  private static func run(_ script: String, _ arguments: [String]) async throws -> String {
    let file = Tree.root.appending(path: "Tests/ManualTests/shells/\(script)").path
    let shell = script.hasSuffix(".zsh") ? "zsh" : "bash"
    return try await Tree.output([shell, file] + arguments, environment: environment)
  }

  @Test("of bash know commands, options, rules, runs, nodes and folders", arguments: lines)
  func bash(_ line: String, _ expected: String) async throws {
    try await Site.with("bash") { site in
      let offered = try await Self.run("offered.bash", [site.script, site.typed(line)])
      let words = offered.split(separator: "\n")
      #expect(words.contains { $0 == expected || $0.hasSuffix("/\(expected)") }, "\(offered)")
    }
  }

  @Test(
    "of zsh and fish do, typed into them", arguments: ["zsh", "fish"],
    [lines[0], lines[1], lines[4], lines[5]])
  func typed(_ shell: String, _ line: (String, String)) async throws {
    try await Site.with(shell) { site in
      _ = try await Self.run("typed.zsh", [shell, site.script, site.typed(line.0), line.1])
    }
  }

  @Test("offer nothing, and say nothing, where nothing can be known")
  func silent() async throws {
    try await Site.with("bash") { site in
      for line in [
        "trueup undo --set repair.state=/no/such/folder ", "trueup repair --site /no/such/file --node ",
      ] {
        let offered = try await Self.run("offered.bash", [site.script, line])
        #expect(offered == "\n", "\(line)")
      }
    }
  }

  @Test("are declared wherever a file, a folder, a rule, a run or a node is taken")
  func declared() async throws {
    let completable: Set = ["dir", "file", "folder", "plan", "rule", "run", "glob"]
    for command in try await Declared.tool().all {
      for argument in command.shown where completable.contains(argument.valueName ?? "") {
        #expect(
          argument.completionKind != nil,
          """
          \(argument.longestName ?? argument.valueName ?? "") of \(command.call): declare its completion, one of \
          .directory, .file(), .rule, .run and .node
          """)
      }
    }
  }
}
