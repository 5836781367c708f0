import Foundation
import Report
import Testing

/// Text that anybody may have written, through the whole program: into a slot's id, a node's note and a guest's name.
@Suite("Hostile text in what was looked at")
struct InjectionTests {
  /// SQL, shell, JSON, markup; and with what no name has besides: escapes, a line of a report, a turned direction.
  private static func payload(_ touched: String, isWild: Bool) -> String {
    (isWild ? "\u{1b}[2J\u{1b}]0;x\u{7}\nerror    forged  line\u{202e}" : "")
      + "'; DROP TABLE resources; --$(touch \(touched))`id`\"}],<script>alert(1)</script>]]>&amp;\\"
  }

  private static let slot = "da2ca289-47bb-4ed2-bfc0-54bc6ca735c5"

  /// The storm's capture with all that in it.
  private static func capture(_ payload: String, in scratch: Scratch) throws -> URL {
    let copy = try EditedCapture(of: "storm-after", in: scratch)
    try copy.edit("1/main.sql") { $0.replacing(slot, with: payload.replacing("'", with: "''")) }
    let markup = payload.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(
      ">", with: "&gt;")
    try copy.edit("1/pbsnodes.xml") { $0.replacing("<gpus>", with: "<note>\(markup)</note><gpus>") }
    let name = payload.replacing("\n", with: " ").prefix(36)
    try copy.edit("1/gsn-wn1/xl-list.txt") { text in
      text + name + String(repeating: " ", count: 41 - name.count) + "99    64     1     -b----       1.0\n"
    }
    return copy.folder
  }

  private static func expectHarmless(_ text: String, _ what: String) {
    let wild = text.unicodeScalars.filter { scalar in
      scalar != "\n" && scalar != "\t"
        && (scalar.value < 32 || (0x7F..<0xA0).contains(scalar.value)
          || (0x2028...0x202E).contains(scalar.value))
    }
    #expect(wild.isEmpty, "\(what)")
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("error    forged") }, "\(what)")
  }

  @Test(
    "is shown harmlessly in every report, plan and explanation, and stays what it is in JSON",
    arguments: [false, true])
  func shown(isWild: Bool) async throws {
    let scratch = try Scratch()
    let touched = scratch.url.appending(path: "touched").path
    let payload = Self.payload(touched, isWild: isWild)
    let capture = try Self.capture(payload, in: scratch).path
    var ids: [String] = []
    let forms = Format.allCases.map { $0 == .nagios ? ["check"] : ["audit", "--format", $0.rawValue] }
    for command in forms + [["preflight"], ["repair"], ["repair", "--format", "json"]] {
      let outcome = try await Program.run(command + ["--capture", capture])
      #expect(outcome.status & 16 == 0, "\(outcome.error)")
      Self.expectHarmless(outcome.output + outcome.error, command.joined(separator: " "))
      // In a page and in what a page may take up, nothing of it is a mark.
      if command[0] == "audit", ["html", "json", "jsonl", "sarif"].contains(command.last) {
        #expect(!outcome.output.contains("<script") && !outcome.output.contains("</script"), "\(command)")
      }
      if command.contains("json") || command.contains("sarif") {
        // SARIF doubles braces in its texts.
        let told = command.contains("sarif") ? payload.replacing("}", with: "}}") : payload
        let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        // A control byte is in no id: the row is left out, and that is told.
        #expect(
          Self.strings(json).contains { $0.contains(isWild ? "control byte 0x1b" : told) }, "\(command)")
      }
      ids += outcome.output.matches(of: /trueup explain ([0-9a-f]{16})/).map { String($0.output.1) }
    }
    let id = try #require(ids.first)
    let explained = try await Program.run(["explain", id, "--capture", capture])
    Self.expectHarmless(explained.output + explained.error, "explain")
    #expect(!FileManager.default.fileExists(atPath: touched))
  }

  @Test("is escaped though a mark combines with what must be escaped")
  func combined() async throws {
    let scratch = try Scratch()
    let copy = try EditedCapture(of: "deficit-64", in: scratch)
    let site = copy.folder.appending(path: "site.toml")
    let text = try String(contentsOf: site, encoding: .utf8)
    try text.replacing("\"gridsn\"", with: "\"a\\\"\u{301} b|\u{301} {\u{301} c\\\\\u{301}\"")
      .write(to: site, atomically: true, encoding: .utf8)
    func told(_ command: String...) async throws -> [UInt8] {
      let outcome = try await Program.run(command + ["--capture", copy.folder.path])
      #expect(outcome.output.utf8.count > 200, "\(outcome.error)")
      return Array(outcome.output.utf8)
    }
    let metrics = try await told("audit", "--format", "prometheus")
    #expect(metrics.contains(Array("{site=\"a\\\"\u{301} b|\u{301} {\u{301} c\\\\\u{301}\",".utf8)))
    let plugin = try await told("check")
    let line = plugin.prefix { $0 != 10 }
    #expect(line.count { $0 == UInt8(ascii: "|") } == 1, "\(String(decoding: line, as: UTF8.self))")
    #expect(line.contains(Array("b/\u{301}".utf8)))
    let sarif = try await told("audit", "--format", "sarif")
    _ = try JSONSerialization.jsonObject(with: Data(sarif))
  }

  @Test("goes into a plan and an SQL script as the text that it is, and is not run")
  func carried() async throws {
    let scratch = try Scratch()
    let touched = scratch.url.appending(path: "touched").path
    let capture = try Self.capture(Self.payload(touched, isWild: false), in: scratch)
    let (plan, rows) = (scratch.url.appending(path: "plan.toml"), scratch.url.appending(path: "rows.sql"))
    let planned = try await Program.run(
      ["repair", "--capture", capture.path, "--output", plan.path, "--sql-out", rows.path])
    #expect(planned.status & 16 == 0, "\(planned.error)")
    Self.expectHarmless(try String(contentsOf: plan, encoding: .utf8), "the plan file")
    // The script is one for Derby's ij: SQLite's shell takes it with another beginning, and a table that later services have.
    try String(contentsOf: rows, encoding: .utf8).replacing("AUTOCOMMIT OFF;", with: "BEGIN;")
      .write(to: rows, atomically: true, encoding: .utf8)
    let database = try await LiveDatabase(
      .sqlite, in: scratch.url, try String(contentsOf: capture.appending(path: "1/main.sql"), encoding: .utf8)
    )
    try await database.query(
      "CREATE TABLE file_copy (vmid INT, sourcepath TEXT, destpath TEXT, on_image INT)")
    try await database.query(".read \(rows.path)")
    #expect(try await database.query("SELECT count(*) FROM pilot_slots WHERE vmid = 17") == ["0"])
    #expect(try await database.query("SELECT count(*) FROM resources").count == 1, "the table is there")
    #expect(!FileManager.default.fileExists(atPath: touched))
  }

  private static func strings(_ json: Any) -> [String] {
    switch json {
    case let text as String: [text]
    case let list as [Any]: list.flatMap(strings)
    case let object as [String: Any]: object.values.flatMap(strings)
    default: []
    }
  }
}
