import Model
import Testing
import World

@Suite("A document that was cut is never whole")
struct CutTests {
  @Test("cut anywhere, a fixture never says that it is whole while rows are missing", arguments: Fixture.all)
  func everyByte(fixture: Fixture) {
    let whole = fixture.read()
    #expect(!whole.rows.isEmpty)
    // Every byte of a small file and of each file's end; of a larger one as many as take about as long.
    let count = fixture.bytes.count
    let step = count * count / 4_000_000 * 2 + 1
    let ends = Array(stride(from: 0, to: count, by: step)) + Array(max(0, count - 60)..<count)
    var seen = 0
    for end in ends {
      let part = Array(fixture.bytes[..<end])
      if Self.isBoundary(part, of: fixture) { continue }
      seen += 1
      let outcome = Outcome(fixture.kind, part)
      if outcome.isComplete, outcome.rows.count < whole.rows.count {
        Issue.record("cut at \(end): complete with \(outcome.rows.count) of \(whole.rows.count) rows")
        return
      }
    }
    #expect(seen > ends.count / 2)
  }

  @Test("an SQLite file that was cut fails")
  func sqliteFile() throws {
    let file = try Fixture.named("main-tp2.2.sqlite-dump.sql").asSQLiteFile()
    for end in stride(from: 16, to: file.count, by: 97) {
      let outcome = Outcome(.dbMain, Array(file[..<end]))
      #expect(outcome.problems.first?.hasPrefix("failed: ") == true)
    }
  }

  /// Where a form without an end mark can't tell that it was cut: the capture's count of bytes can.
  private static func isBoundary(_ part: [UInt8], of fixture: Fixture) -> Bool {
    // Nothing at all: an empty text of one record a line has none.
    if part.isEmpty { return true }
    let text = String(decoding: part, as: UTF8.self)
    switch fixture.name {
    case "main-tp1.3.1.script.sql":
      // Behind a statement's semicolon, blanks and a line of comment: a script has no frame.
      let code = text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.hasPrefix("--") }.joined(separator: "\n")
      return code.last { !$0.isWhitespace } == ";" && (text.hasSuffix("\n") || text.hasSuffix(";"))
    case "main-tp2.2.ij-stdin.txt", "main-tp2.2.ij-narrow.txt":
      // Behind a prompt, where nothing is repeated that would say whether there is more to come.
      return text.hasSuffix("ij> ") || text.hasSuffix("ij>")
    case let name where name.hasSuffix(".sql") || name.hasSuffix(".ij-script.txt"): return false
    default:
      // Behind a line.
      return text.hasSuffix("\n")
    }
  }
}
