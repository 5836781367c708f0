import Foundation
import Model
import Report
import Testing

@Suite("A night on which everything happened")
struct FormTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "night")

  @Test("is told to the byte in every form", arguments: Format.allCases)
  func golden(_ format: Format) throws {
    let report = format.report(Night().result, beside: Night().backdrop)
    let file = Self.folder.appending(path: "report.\(format.rawValue)")
    let committed = try? String(contentsOf: file, encoding: .utf8)
    if committed != report, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
      try report.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(committed == report, "run make accept, and read the diff of \(file.lastPathComponent)")
  }

  @Test(
    "is told in full: what is accepted is shown and by whom, and what has cleared", arguments: Format.allCases
  )
  func complete(_ format: Format) {
    let night = Night()
    let report = format.report(night.result, beside: night.backdrop)
    // Metrics count, and name no guest.
    let words =
      format == .prometheus
      ? ["trueup_findings_accepted 1", "trueup_findings_cleared 1", "trueup_findings_new 1"]
      : ["wrksp-9", "wrksp-11", "the guest is the file server", "mira", "wrksp-3"]
    for word in words { #expect(report.contains(word), "\(word)") }
  }

  @Test("of which no history was asked says nothing of one", arguments: Format.allCases)
  func alone(_ format: Format) {
    var result = Night().result
    result.standings = [:]
    result.cleared = []
    let report = format.report(result, beside: Night().backdrop)
    for word in [
      "accepted until", "baselineState", "suppressions\"", "Against the last audit", "there since",
    ] {
      #expect(!report.contains(word), "\(word)")
    }
  }
}

@Suite("The form jsonl")
struct JsonLinesTests {
  @Test("has a header first and a summary last, and each line is a document")
  func lines() throws {
    let lines = try Format.jsonl.report(Night().result).split(separator: "\n").map { line in
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    }
    let types = lines.map { $0?["type"] as? String }
    #expect(types.first == "header" && types.last == "summary")
    #expect(types.filter { $0 == "finding" }.count == Night().result.allFindings.count)
    #expect(lines.last??["findings"] as? Int == Night().result.allFindings.count)
  }
}

@Suite("The form sarif")
struct SarifTests {
  private static func run(_ result: AuditResult) throws -> [String: Any] {
    let text = Format.sarif.report(result, beside: Night().backdrop)
    let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try #require((document?["runs"] as? [[String: Any]])?.first)
  }

  @Test("has a baseline and suppressions at each result, or at none: the standard wants it so")
  func allOrNone() throws {
    var result = Night().result
    for isCompared in [true, false] {
      if !isCompared {
        result.standings = [:]
        result.cleared = []
      }
      let results = try #require(try Self.run(result)["results"] as? [[String: Any]])
      #expect(results.count == result.allFindings.count + result.cleared.count)
      for key in ["baselineState", "suppressions"] {
        #expect(results.allSatisfy { ($0[key] != nil) == isCompared }, "\(key)")
      }
    }
  }

  @Test("has a level at what is confirmed only, and points at the right rule")
  func levels() throws {
    let run = try Self.run(Night().result)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]]).map { $0["id"] as? String }
    for result in try #require(run["results"] as? [[String: Any]]) {
      #expect((result["kind"] as? String == "fail") == (result["level"] as? String != "none"))
      #expect(rules[try #require(result["ruleIndex"] as? Int)] == result["ruleId"] as? String)
    }
  }

  @Test("tells what was not seen as notifications of the level error: the results may not be complete")
  func gaps() throws {
    let invocations = try #require(try Self.run(Night().result)["invocations"] as? [[String: Any]])
    let told = try #require(invocations.first?["toolExecutionNotifications"] as? [[String: Any]])
    #expect(told.count == 4)
    #expect(told.allSatisfy { $0["level"] as? String == "error" })
    #expect(invocations.first?["exitCode"] as? Int == Int(Night().result.exitStatus.rawValue))
  }

  @Test("has no text that a reader takes for a link or an argument")
  func texts() throws {
    let odd = "[x](https://example.org){0}"
    let report = Format.sarif.report(Night(odd).result, beside: Night(odd).backdrop)
    #expect(report.contains("[x] (https://example.org){{0}}"))
    for line in report.split(separator: "\n") where line.contains("\"text\":") {
      #expect(!line.contains("]("))
    }
  }
}

@Suite("The form prometheus")
struct MetricsTests {
  /// The samples of a text by their series.
  private static func samples(_ text: String) throws -> [String: String] {
    var samples: [String: String] = [:]
    var declared: Set<String> = []
    let sample =
      #/([a-z_0-9]+)((?:\{(?:[a-z_]+="(?:[^"\\\n]|\\\\|\\"|\\n)*",?)+\})?) (-?[0-9.]+(?:e[+-]?\d+)?|NaN)/#
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("# HELP ") {
        #expect(declared.insert(String(line.split(separator: " ")[2])).inserted, "\(line) comes twice")
      } else if !line.hasPrefix("# TYPE ") {
        let match = try #require(try sample.wholeMatch(in: line), "\(line)")
        #expect(declared.contains(String(match.1)), "\(line) is not declared")
        let series = String(match.1 + match.2)
        #expect(samples.updateValue(String(match.3), forKey: series) == nil, "\(series) comes twice")
      }
    }
    return samples
  }

  @Test("is what node_exporter reads, whatever text is in the labels")
  func grammar() throws {
    for odd in ["", "\\\"} 1\n# HELP x", "\u{1B}[2J\u{202E}{,=}"] {
      let samples = try Self.samples(Format.prometheus.report(Night(odd).result, beside: Night(odd).backdrop))
      #expect(samples["trueup_findings{rule=\"guest-left\",severity=\"error\"}"] == "2", "one is accepted")
      #expect(samples["trueup_source_complete{source=\"torque.jobs\",node=\"\"}"] == "0")
      #expect(samples["trueup_exit_status"] == "12")
    }
  }

  @Test("has the same series whatever was found")
  func series() throws {
    var clean = Night().result
    let found = try Self.samples(Format.prometheus.report(clean, beside: Night().backdrop))
    clean.findings = []
    clean.incidents = []
    clean.standings = [:]
    clean.cleared = []
    let silent = try Self.samples(Format.prometheus.report(clean, beside: Night().backdrop))
    #expect(Set(found.keys) == Set(silent.keys))
    for rule in clean.rules.map(\.rule) {
      for severity in Severity.allCases {
        #expect(silent["trueup_findings{rule=\"\(rule)\",severity=\"\(severity.rawValue)\"}"] == "0")
      }
    }
  }

  @Test("tells what dom0 lacks in bytes, and NaN where a source was not seen")
  func memory() throws {
    let samples = try Self.samples(Format.prometheus.report(Night().result, beside: Night().backdrop))
    #expect(samples["trueup_memory_residual_high_bytes{node=\"wn1\"}"] == "\(131_072 * 1024)")
    #expect(samples["trueup_memory_residual_high_bytes{node=\"wn3\"}"] == "NaN")
    #expect(samples["trueup_memory_residual_high_bytes{node=\"wn5\"}"] == "-\(65536 * 1024)")
  }
}

@Suite("The form nagios")
struct PluginTests {
  @Test("is one line with its figures, then lines without a bar", arguments: ["", "|x=1\n'y'=2"])
  func line(_ odd: String) throws {
    let lines = PluginReport().report(Night(odd).result, memory: Night(odd).backdrop.ledger)
      .split(separator: "\n")
    let head = lines[0].split(separator: "|", omittingEmptySubsequences: false)
    #expect(head.count == 2 && head[0].hasPrefix("TRUEUP CRITICAL - gridsn"))
    for figure in head[1].split(separator: " ") {
      #expect(try #/'[a-z_0-9]+'=-?[0-9.]+B?;\d*;\d*;\d*/#.wholeMatch(in: figure) != nil, "\(figure)")
    }
    #expect(!lines.dropFirst().contains { $0.contains("|") })
  }

  @Test("is critical by errors, unknown by gaps, a warning by what is left, and OK by nothing")
  func states() {
    var result = Night().result
    #expect(PluginReport().state(result) == .critical)
    // Three are confirmed and one of them is accepted; one more error is below another.
    #expect(PluginReport(critical: 2).state(result) == .unknown, "not all was seen")
    result.observations = []
    result.uncollected = []
    result.rules = []
    result.findings = result.findings.filter { $0.status.word == "confirmed" }
    #expect(PluginReport(critical: 2).state(result) == .warning)
    #expect(PluginReport(warning: 3, critical: 2).state(result) == .ok)
    result.findings = result.findings.filter { $0.severity == .notice }
    #expect(PluginReport().state(result) == .ok)
  }

  @Test("that could look at nothing says why, and its first line is whole")
  func unknown() {
    #expect(PluginReport.unknown("no site\nUsage: x | y") == "TRUEUP UNKNOWN - no site\nUsage: x / y\n")
  }
}

@Suite("The form html")
struct PageTests {
  private static let hostile = "\"'><script>alert(1)</script><img src=x onerror=y>&lt;</title></style>]]>"

  @Test(
    "has no mark that its author did not make, and nothing that is fetched or run", arguments: ["", hostile])
  func marks(_ odd: String) throws {
    let page = try Page(Format.html.report(Night(odd).result, beside: Night(odd).backdrop))
    for element in page.elements {
      if let link = element.attributes["href"] { #expect(link.hasPrefix("#"), "\(link)") }
    }
    let policy = page.elements.compactMap { $0.attributes["content"] }.first { $0.contains("default-src") }
    #expect(policy?.hasPrefix("default-src &#39;none&#39;") == true)
    #expect(!page.sheet.contains("url(") && !page.sheet.contains("@import"))
  }

  @Test("has a language, landmarks, headings in order, captions and scopes, and links that lead somewhere")
  func accessible() throws {
    let page = try Page(Format.html.report(Night().result, beside: Night().backdrop))
    let names = page.elements.map(\.name)
    #expect(page.elements.first?.attributes["lang"] == "en")
    for landmark in ["header", "nav", "main", "footer"] {
      #expect(names.filter { $0 == landmark }.count == 1, "\(landmark)")
    }
    let headings = names.compactMap { $0.count == 2 && $0.hasPrefix("h") ? Int($0.dropFirst()) : nil }
    #expect(headings.first == 1 && headings.filter { $0 == 1 }.count == 1)
    #expect(zip(headings, headings.dropFirst()).allSatisfy { $1 <= $0 + 1 }, "\(headings)")
    #expect(names.filter { $0 == "caption" }.count == names.filter { $0 == "table" }.count)
    #expect(page.elements.filter { $0.name == "th" }.allSatisfy { $0.attributes["scope"] != nil })
    let ids = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count, "each id is there once")
    for link in page.elements.compactMap({ $0.attributes["href"] }) {
      #expect(ids.contains(String(link.dropFirst())), "\(link)")
    }
    // Whatever scrolls by itself can be reached by the keyboard, and has a name.
    let wide = page.elements.filter { $0.attributes["class"] == "wide" }
    #expect(
      !wide.isEmpty
        && wide.allSatisfy { $0.attributes["tabindex"] == "0" && $0.attributes["aria-label"] != nil })
    #expect(page.elements.filter { $0.name == "svg" }.allSatisfy { $0.attributes["aria-hidden"] == "true" })
  }

  @Test(
    "has text that stands out from its ground by 4.5 to 1, in daylight and in the dark",
    arguments: [false, true])
  func contrast(isDark: Bool) throws {
    let colours = try Page(Format.html.report(Night().result)).palette(dark: isDark)
    let tones = ["error", "warning", "notice", "unknown", "clean"]
    let pairs =
      ["page", "card", "rest"].flatMap { ground in ["ink", "muted", "link"].map { ($0, ground) } }
      + tones.flatMap { [($0, "\($0)-soft"), ($0, "card")] }
    for (text, ground) in pairs {
      let found = Page.contrast(try #require(colours[text]), try #require(colours[ground]))
      #expect(found >= 4.5, "\(text) on \(ground): \(found)")
    }
    // What is drawn needs 3 to 1, where it tells something that stands beside it in words.
    for (one, other) in [("missing", "card"), ("dom0", "card"), ("mark", "free")] {
      let found = Page.contrast(try #require(colours[one]), try #require(colours[other]))
      #expect(found >= 3, "\(one) on \(other): \(found)")
    }
  }

  @Test("quotes of each finding the row, its source, the command and the time, below a summary")
  func evidence() throws {
    let page = try Page(Format.html.report(Night().result, beside: Night().backdrop))
    let findings = page.elements.filter {
      $0.name == "details" && $0.attributes["class"]?.hasPrefix("finding") == true
    }
    #expect(findings.count == Night().result.allFindings.count)
    let text = page.texts.map(\.text).joined(separator: " ")
    for words in [
      "vmm_domain", "64 MiB", "xl list", "xen.list of wn1", "2026-11-22 19:27:12", "no job of wrksp-9",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test("of a large site shows at once the nodes that somebody must see to, and the others one click below")
  func large() throws {
    var backdrop = Night().backdrop
    for number in 100..<140 {
      var line = MemoryLine(node: "wn\(number)")
      line.kind = "none"
      backdrop.ledger.append(line)
    }
    let report = Format.html.report(Night().result, beside: backdrop)
    _ = try Page(report)
    let tiles = try #require(report.components(separatedBy: "41 nodes in order").first)
    for node in ["wn1", "wn2", "wn3", "wn4"] {
      #expect(tiles.contains("<strong>\(node)</strong>"), "\(node)")
    }
    #expect(!tiles.contains("wn101"))
    #expect(report.contains("41 nodes with the memory that they should have"))
  }

  @Test("has room for a picture of a node, where somebody has one")
  func pictures() {
    var backdrop = Night().backdrop
    let picture = "<svg viewBox=\"0 0 10 10\"><path d=\"M0 0L10 10\"/></svg>"
    #expect(!Format.html.report(Night().result, beside: backdrop).contains(picture))
    backdrop.pictures = ["wn1": picture]
    #expect(Format.html.report(Night().result, beside: backdrop).contains(picture))
  }
}
