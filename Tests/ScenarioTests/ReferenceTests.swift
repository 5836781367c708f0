import Foundation
import Testing

/// The straight program of `Benchmarks` judges by the same rules, in another language: a second opinion, and a count of what
/// the rules take that is the same on every machine.
@Suite("The benchmark's reference program")
struct ReferenceTests {
  private static func python(_ script: String, _ arguments: String...) async throws -> Program.Outcome {
    let path = Program.root.appending(path: "Benchmarks/\(script)").path
    let outcome = try await Program.run(
      ["-B", path] + arguments, withRules: false, program: URL(filePath: "/usr/bin/python3"))
    try #require(outcome.status == 0, "\(outcome.error)")
    return outcome
  }

  /// How often each rule found something, of those that did.
  private static func counts(_ rules: some Sequence<Substring>) -> [Substring: Int] {
    Dictionary(rules.map { ($0, 1) }, uniquingKeysWith: +)
  }

  /// A condition that is not asked where the rows are found makes the rules read the whole site for each finding.
  @Test("finds what trueup finds, and a large site's rules take no more for each node than a small one's")
  func linear() async throws {
    let scratch = try Scratch()
    var stepsForEachNode: [Double] = []
    for nodes in [100, 1000] {
      let capture = scratch.url.appending(path: "\(nodes)").path
      _ = try await Self.python("make-site.py", "\(nodes)", capture)
      let judged = try await Self.python("reference.py", capture, Program.rules.path)
      let steps = try #require(judged.error.firstMatch(of: /steps of the rules (\d+) thousand/)?.output.1)
      stepsForEachNode.append(try #require(Double(steps)) / Double(nodes))
      guard nodes == 100 else { continue }
      let theirs = judged.output.split(separator: "\n").map { $0.split(separator: " ") }
        .flatMap { line in repeatElement(line[0], count: Int(line[1]) ?? 0) }
      let audit = try await Program.run(["audit", "--capture", capture, "--format", "lines"])
      let ours = audit.output.split(separator: "\n").map { $0.split(separator: ":", maxSplits: 3)[2] }
      #expect(Self.counts(ours) == Self.counts(theirs))
      #expect(!ours.isEmpty)
    }
    #expect(stepsForEachNode[1] < 1.15 * stepsForEachNode[0], "\(stepsForEachNode)")
  }
}
