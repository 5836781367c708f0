import Foundation
import Testing

/// A terminal of 60 columns, and what is sent to it.
private struct Screen {
  let sent: String
  private static let wipe = "\r\u{1B}[K"

  /// Runs the program there. Where it hangs over its first question, it is interrupted.
  init(_ live: LiveSite, _ arguments: String) throws {
    let program = "\(Program.binary.path) \(arguments) --site \(live.site.path) --rules \(Program.rules.path)"
    let hanging = live.file("qstat.xml.hanging").path
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/script")
    process.arguments = [
      "-q", "-e", "-c",
      """
      stty cols 60; \(program) &
      while kill -0 $! 2>/dev/null; do
        [ ! -e \(hanging) ] || { sleep 0.5; kill -INT $!; break; }
        sleep 0.1
      done
      wait $!
      """, "/dev/null",
    ]
    process.environment = live.environment.merging(["TERM": "vt100", "SHELL": "/bin/sh"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    sent = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
  }

  /// What each line was at a time, before it was wiped.
  var wiped: [String] { lines.flatMap { $0.dropLast() } }

  /// What was left of each line.
  var left: [String] { lines.map { $0.last ?? "" } }

  private var lines: [[String]] {
    sent.components(separatedBy: "\r\n").map { $0.components(separatedBy: Self.wipe) }
  }
}

@Suite("The line of progress")
struct ProgressTests {
  @Test("fits the terminal, says what is waited for, and is gone when the report comes")
  func gone() async throws {
    let live = try LiveSite("storm-after", "[database]\nengine = \"none\"\n")
    // Something to wait for, and too much to be told in one line.
    let slow = "a-node-with-a-name-that-fills-half-of-the-line"
    let site = try String(contentsOf: live.site, encoding: .utf8)
    let nodes = (1...3).map { "[[node]]\nname = \"\(slow)-\($0)\"\n" }.joined()
    try (site + nodes).write(to: live.site, atomically: true, encoding: .utf8)
    for number in 1...3 {
      try FileManager.default.createDirectory(
        at: live.file("\(slow)-\(number)"), withIntermediateDirectories: false)
      try live.write("", to: "\(slow)-\(number)/xl-list.txt.hangs")
    }
    let screen = try Screen(live, "audit --set nodes.command_deadline=5s")
    let shown = screen.wiped.filter { !$0.isEmpty }
    #expect(shown.contains { $0.hasPrefix("asking the batch server") }, "\(screen.sent)")
    #expect(shown.contains("3 of 6 nodes answered, waiting for 3"), "\(screen.sent)")
    #expect(shown.contains("something was found: looking again in 1 s"), "\(screen.sent)")
    #expect(shown.allSatisfy { $0.count <= 57 }, "\(shown)")
    #expect(!screen.left.contains { $0.contains("nodes answered") || $0.contains("looking again in") })
    #expect(screen.left.contains { $0.hasPrefix("Checked gridsn") })
  }

  @Test("gives way to the word that all was called off, and does not come back")
  func interrupted() async throws {
    let live = try LiveSite("idle", "[database]\nengine = \"none\"\n")
    try live.write("", to: "qstat.xml.hangs")
    let screen = try Screen(live, "audit")
    #expect(screen.wiped.contains { $0.hasPrefix("asking the batch server") }, "\(screen.sent)")
    #expect(screen.left.filter { !$0.isEmpty } == ["trueup: cancelled"], "\(screen.sent)")
  }
}
