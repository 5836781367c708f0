import Foundation
import Testing

@Suite("A pseudonymous copy")
struct PseudonymTests {
  private static func copy(_ scenario: Scenario, in scratch: Scratch) throws -> URL {
    let key = scratch.url.appending(path: "key")
    try Data("a key for every test".utf8).write(to: key)
    let copy = scratch.url.appending(path: "copy")
    let outcome = try Program.run(
      [
        "pseudonyms", scenario.folder.appending(path: "capture").path, "-o", copy.path, "--pseudonym-key",
        key.path,
      ], withRules: false)
    try #require(outcome.status == 0, "\(outcome.error)")
    return copy
  }

  @Test(
    "of a scenario has the same audit under other names, and none of the names", arguments: Scenario.all)
  func audit(_ scenario: Scenario) throws {
    let scratch = try Scratch()
    let copy = try Self.copy(scenario, in: scratch)
    let names = Names(of: scenario.folder.appending(path: "capture"))
    for file in try FileManager.default.subpathsOfDirectory(atPath: copy.path) {
      let leaks = try names.left(in: file) + names.left(in: Names.text(copy.appending(path: file)))
      #expect(leaks.isEmpty, "\(file) of \(scenario.name)")
    }
    let findings = try #require(scenario.text("expect/findings.txt"))
    if Self.dependOnOrder.contains(scenario.name) {
      let outcome = try Program.run(["audit", "--capture", copy.path, "-f", "json"])
      let report = try JSONDecoder().decode(JsonReport.self, from: Data(outcome.output.utf8))
      let found = report.lines + ["exit \(outcome.status)"]
      #expect(Self.rules(found) == Self.rules(findings.split(separator: "\n").map(String.init)))
      return
    }
    let outcome = try Program.run(["audit", "--capture", copy.path])
    #expect(findings.hasSuffix("exit \(outcome.status)\n"))
    let expected = try #require(scenario.text("expect/report.txt"))
    let standIns = try StandIns(scenario.folder.appending(path: "capture"), copy)
    let translated = try standIns.translated(expected)
    #expect(Self.lines(translated) == Self.lines(outcome.output), "\(scenario.name)")
  }

  /// Of several nodes their finding names the first by name, and under other names that is another.
  private static let dependOnOrder: Set<String> = ["guest-duplicated", "pilot-unconfigured"]

  /// The lines of `findings.txt`, without the node of each.
  private static func rules(_ lines: [String]) -> [String] {
    lines.map { line in
      line.hasPrefix("exit") ? line : line.split(separator: " ").dropLast().joined(separator: " ")
    }.sorted()
  }

  /// A report without the ids of its findings, which rest on names, and in no order, which rests on them too.
  private static func lines(_ report: String) -> [String] {
    report.split(separator: "\n").map { line in
      let known = line.replacing(/trueup explain [0-9a-f]{16}/, with: "")
      return known.split { " ,;".contains($0) }.sorted().joined(separator: " ")
    }.sorted()
  }

  @Test("writes over nothing, needs a key worth its name, and keeps it out of the copy")
  func careful() throws {
    let scratch = try Scratch()
    let capture = Program.root.appending(path: "Fixtures/idle/capture").path
    let key = scratch.url.appending(path: "key")
    let secret = "nobody-guesses-this-key"
    func run(_ output: String) throws -> Program.Outcome {
      try Program.run(
        ["pseudonyms", capture, "-o", output, "--pseudonym-key", key.path], withRules: false)
    }
    let copy = scratch.url.appending(path: "copy")
    #expect(try run(copy.path).error.contains("No such file"))
    try Data("short".utf8).write(to: key)
    #expect(try run(copy.path).error.contains("5 bytes"))
    try Data(secret.utf8).write(to: key)
    #expect(try run(copy.path).status == 0)
    #expect(try run(copy.path).status == 16)
    for file in try FileManager.default.subpathsOfDirectory(atPath: copy.path) {
      #expect(!Names.text(copy.appending(path: file)).contains(secret))
    }
    let other = scratch.url.appending(path: "other")
    #expect(try Program.run(["pseudonyms", capture, "-o", other.path], withRules: false).status == 0)
    let (one, two) = (copy, other)
    #expect(Names.text(one.appending(path: "site.toml")) != Names.text(two.appending(path: "site.toml")))
  }
}

/// The names in a capture, found by looks that have nothing in common with how the program finds them.
private struct Names {
  private let all: Set<String>

  /// Those that are no secret.
  private static let common: Set<String> = [
    "root", "org", "free", "gateway", "test", "user", "job", "batch", "pilot",
  ]

  init(of capture: URL) {
    var found: Set<String> = []
    func take(_ text: Substring) {
      let separators = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_")).inverted
      found.formUnion(text.lowercased().components(separatedBy: separators))
    }
    for file in (try? FileManager.default.subpathsOfDirectory(atPath: capture.path)) ?? [] {
      let text = Self.text(capture.appending(path: file))
      for match in text.matches(of: /[\w.-]+@[\w.-]+\w/) { take(match.output) }
      for match in text.matches(of: /\/home\/(\w+)/) { take(match.output.1) }
      for match in text.matches(of: /gsn-wn\d|gridsn\.[\w.]+|pub\d\d|nfs-\w+/) { take(match.output) }
      for match in text.matches(of: /\d+(?:\[\d*\])?\.([a-z]\w+\.[\w.]+org)/) { take(match.output.1) }
      for match in text.matches(of: /\/CN=([\w ]+)|\/O=(\w+)/) {
        take(match.output.1 ?? match.output.2 ?? "")
      }
      for match in text.matches(of: /\b192\.168\.\d+\.\d+|(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}/) {
        if !["00:00", "FF:FF", "fe:ff"].contains(match.output.prefix(5)) {
          found.insert(match.output.lowercased())
        }
      }
    }
    all = found.filter { $0.count > 2 && !Self.common.contains($0) && !$0.allSatisfy(\.isNumber) }
  }

  /// Those that are left, over folds too.
  func left(in text: String) throws -> [String] {
    let names = all.map(NSRegularExpression.escapedPattern).joined(separator: "|")
    let anyOf = try NSRegularExpression(
      pattern: "(?<![a-z0-9])(\(names))(?![a-z0-9])", options: .caseInsensitive)
    return [text, text.replacing("\n\t", with: "")].flatMap { form in
      anyOf.matches(in: form, range: NSRange(form.startIndex..., in: form)).map {
        (form as NSString).substring(with: $0.range)
      }
    }
  }

  static func text(_ file: URL) -> String {
    String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
  }
}

/// What stands for what, read off a capture and its copy: all bytes are where they were, so the words pair off.
private struct StandIns {
  /// A word that is a name only in some places has several.
  private var words: [String: Set<String>] = [:]

  private static let word = #"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}|\d+\.\d+\.\d+\.\d+|[\w-]+"#

  init(_ original: URL, _ copy: URL) throws {
    func files(_ folder: URL) -> [String?] {
      let manifest = Names.text(folder.appending(path: "manifest.toml"))
      return manifest.components(separatedBy: "[[round.observation]]").dropFirst().map { entry in
        entry.firstMatch(of: /stdout = "(.*)"/).map { String($0.output.1) }
      }
    }
    var pairs = [("site.toml", "site.toml")]
    for case (let old?, let new?) in zip(files(original), files(copy)) { pairs.append((old, new)) }
    for (old, new) in pairs {
      // Bytes, not characters: a letter may have become one of another kind.
      func bytes(_ file: URL) throws -> NSString {
        NSString(data: try Data(contentsOf: file), encoding: String.Encoding.isoLatin1.rawValue) ?? ""
      }
      let (from, to) = (try bytes(original.appending(path: old)), try bytes(copy.appending(path: new)))
      try #require(from.length == to.length, "\(old)")
      for match in try NSRegularExpression(pattern: Self.word)
        .matches(in: from as String, range: NSRange(location: 0, length: from.length))
      {
        let (word, standIn) = (from.substring(with: match.range), to.substring(with: match.range))
        // Redaction comes behind, and fills whole values.
        if !standIn.allSatisfy({ "x-_.:".contains($0) }) { words[word, default: []].insert(standIn) }
      }
    }
  }

  func translated(_ text: String) throws -> String {
    let source = text as NSString
    var (translated, end) = ("", 0)
    for match in try NSRegularExpression(pattern: Self.word)
      .matches(in: text, range: NSRange(location: 0, length: source.length))
    {
      translated += source.substring(with: NSRange(location: end, length: match.range.location - end))
      let word = source.substring(with: match.range)
      translated += words[word].flatMap { $0.count == 1 ? $0.first : nil } ?? word
      end = match.range.location + match.range.length
    }
    return translated + source.substring(from: end)
  }
}
