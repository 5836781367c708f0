import Foundation
import Testing

/// A check on the source itself: what a reader could trip over is found by a test, and not by the reader.
@Suite("The source")
struct TidyTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The files below some folders, by their path in the tree.
  private static func files(below folders: [String], ending: String) -> [(path: String, text: String)] {
    folders.flatMap { folder -> [(path: String, text: String)] in
      let start = root.appending(path: folder)
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: start.path)) ?? []
      return names.sorted().filter { $0.hasSuffix(ending) }.compactMap { name in
        (try? String(contentsOf: start.appending(path: name), encoding: .utf8)).map {
          (path: "\(folder)/\(name)", text: $0)
        }
      }
    }
  }

  private static let sources = files(below: ["Sources"], ending: ".swift")

  @Test("is found by this test")
  func found() { #expect(Self.sources.count > 50) }

  @Test("has no file of more than 320 lines")
  func length() {
    let long = Self.sources.filter {
      $0.text.split(separator: "\n", omittingEmptySubsequences: false).count > 320
    }
    #expect(long.map(\.path) == [])
  }

  @Test(
    "does not crash on purpose or by neglect",
    arguments: ["try!", "as!", "fatalError(", "FIXME", "XXX:", "TODO", "@unchecked", "nonisolated(unsafe)"])
  func banned(_ word: String) {
    // The compiler can't see that nobody holds a database that lies idle (docs/decisions/0012).
    let vouched = word == "@unchecked" ? ["Sources/Audit/IdleDatabases.swift"] : []
    #expect(Self.sources.filter { $0.text.contains(word) }.map(\.path) == vouched)
  }

  @Test(
    "prints in one place and asks for the time in one place",
    arguments: [" print(", "Date()", "ContinuousClock"])
  func oneDoor(_ call: String) {
    let doors = ["Sources/trueup/", "Sources/Commands/ObserverClock.swift"]
    let callers = Self.sources.filter { source in
      source.text.contains(call) && !doors.contains { source.path.hasPrefix($0) }
    }
    #expect(callers.map(\.path) == [])
  }

  @Test(
    "opens each outside library through one door",
    arguments: [
      ("CSQLite", "Sources/SQLite/"), ("TOMLKit", "Sources/Toml/"), ("CTOML", "Sources/Toml/"),
      ("ArgumentParser", "Sources/trueup/"),
    ])
  func doors(_ library: String, _ door: String) {
    let users = Self.sources.filter { $0.text.contains("import \(library)\n") && !$0.path.hasPrefix(door) }
    #expect(users.map(\.path) == [])
  }

  @Test("does not let the sources know each other")
  func directions() {
    let outside = ["Torque", "OpenPBS", "Xen", "Node", "Persistence", "Capture"]
    let knowing = ["Sources/trueup/", "Sources/Collect/"]
    for (path, text) in Self.sources where !knowing.contains(where: path.hasPrefix) {
      let imported = outside.filter { text.contains("import \($0)\n") }
      #expect(imported == [], "in \(path)")
    }
  }

  @Test(
    "gives hands to repairs alone: an audit has no way to perform an act",
    arguments: [
      ("import Apply\n", ["RepairSession.swift", "RepairableSite.swift", "RunCommands.swift"]),
      ("Hands(of:", ["LiveSite.swift"]), ("LiveSite(", ["RepairableSite.swift"]),
      (".withSite(", ["RepairCommand.swift", "RunCommands.swift"]),
    ])
  func hands(_ mark: String, _ holders: [String]) {
    let found = Self.sources.filter { $0.text.contains(mark) }.map {
      URL(filePath: $0.path).lastPathComponent
    }
    #expect(found.sorted() == holders)
  }

  @Test("names no path of anybody's machine")
  func paths() {
    let all = Self.files(below: ["Sources", "Tests", "docs", "Rules", "Benchmarks"], ending: "")
    let words = ["/wo" + "rk/", "/fa" + "rm/", "/ro" + "ot/"]
    for (path, text) in all { #expect(!words.contains { text.contains($0) }, "in \(path)") }
  }

  @Test("gives each document one title")
  func titles() {
    for (path, text) in Self.files(below: ["docs"], ending: ".md") {
      var isCode = false
      var titles = 0
      for line in text.split(separator: "\n") {
        if line.hasPrefix("```") { isCode.toggle() }
        if !isCode && line.hasPrefix("# ") { titles += 1 }
      }
      #expect(titles == 1, "in \(path)")
    }
  }
}
