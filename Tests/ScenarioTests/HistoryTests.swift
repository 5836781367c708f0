import Foundation
import Testing

/// Nights in a row, as the program keeps them.
@Suite("The history of audits")
struct HistoryTests {
  private static func audit(_ scenario: String, into file: URL) async throws -> Program.Outcome {
    let capture = Program.root.appending(path: "Fixtures/\(scenario)/capture").path
    return try await Program.run(["audit", "--capture", capture, "--history", file.path])
  }

  @Test(
    "tells the first and the last sight of each finding, whether it came back, and when dom0's memory moved")
  func nights() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "history.sqlite")
    for scenario in ["storm-before", "storm-after", "storm-before", "storm-after"] {
      _ = try await Self.audit(scenario, into: file)
    }
    let told = try await Program.run(["history", file.path], withRules: false)
    #expect(told.status == 4, "\(told.error)")
    #expect(told.output.hasPrefix("4 audits."))
    let lines = told.output.split(separator: "\n").map(String.init)
    let place = try #require(
      lines.firstIndex { $0.contains("open  balloon-not-restored  gsn-wn2") }, "\(told.output)")
    #expect(lines[place + 1].contains("2 times"), "\(lines[place + 1])")
    #expect(lines.contains { $0.contains("gsn-wn2  1984 MiB") && $0.contains("-64 MiB") }, "\(told.output)")
    // Nights are told by their moments, whatever order they were put in.
    let after = try await Self.audit("storm-before", into: file)
    #expect(after.status & 16 == 0)
  }

  @Test("is not there, or is none: that is said, and nothing is looked at in vain")
  func refused() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "none.sqlite")
    let none = try await Program.run(["history", file.path], withRules: false)
    #expect(none.status == 16 && none.error.contains("there is no history"))
    try Data("no database, but a text that is long enough".utf8).write(to: file)
    let broken = try await Self.audit("idle", into: file)
    #expect(broken.status == 16 && broken.error.contains("history"), "\(broken.error)")
    // The service's own database, or nothing yet: neither is made a history by a path that was mistyped.
    for script in ["CREATE TABLE resources (id INT);", ""] {
      let other = scratch.url.appending(path: "other\(script.count).sqlite")
      if script.isEmpty {
        try Data().write(to: other)
      } else {
        try await LiveDatabase(file: other).query(script)
      }
      let before = try Data(contentsOf: other)
      let read = try await Program.run(["history", other.path], withRules: false)
      #expect(read.status == 16 && read.error.contains("no history of trueup's"), "\(read.error)")
      if !script.isEmpty {
        let written = try await Self.audit("idle", into: other)
        #expect(written.status == 16 && written.error.contains("something else"), "\(written.error)")
      }
      #expect(try Data(contentsOf: other) == before)
    }
  }

  @Test("of an older version is taken over, and tells the same")
  func upgrade() async throws {
    let scratch = try Scratch()
    let file = scratch.url.appending(path: "history.sqlite")
    let folder = Program.root.appending(path: "Tests/ScenarioTests/history-format-1")
    let sqlite = Process()
    sqlite.executableURL = URL(filePath: "/usr/bin/env")
    sqlite.arguments = ["sqlite3", file.path, ".read '\(folder.appending(path: "history.sql").path)'"]
    #expect(try await sqlite.ended() == 0)
    let told = try await Program.run(["history", file.path], withRules: false)
    #expect(told.output == (try String(contentsOf: folder.appending(path: "told.txt"), encoding: .utf8)))
    #expect(try await Program.run(["history", file.path], withRules: false).output == told.output)
    // What the older version saw last is known, and can be accepted once it has been seen anew.
    let early = try await Program.run(
      ["suppress", "add", "4df2", "--until", "7d", "--reason", "x", "--history", file.path], withRules: false)
    #expect(early.status == 16 && early.error.contains("audit once"), "\(early.error)")
    _ = try await Self.audit("storm-after", into: file)
    let again = try await Program.run(["history", file.path], withRules: false)
    #expect(again.output.contains("4df2bd6c404e6f3a, first seen 2026-11-22T19:34:53.899Z"), "\(again.output)")
    #expect(again.output.contains("19:34:53.899Z, 3 times"), "\(again.output)")
    let late = try await Program.run(
      ["suppress", "add", "4df2", "--until", "7d", "--reason", "x", "--history", file.path], withRules: false)
    #expect(late.status == 0, "\(late.error)")
  }
}
