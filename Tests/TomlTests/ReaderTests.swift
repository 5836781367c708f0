import Model
import Testing
import Toml

@Suite("Strict reading of tables")
struct ReaderTests {
  private enum Severity: String, CaseIterable { case error, warning, notice }

  private static let faulty = """
    name = 3
    sevrity = "error"
    settle = 15

    [[round]]
    text = '''
    exit = not a key
    '''
    [[round.observation]]
    exit = 0
    [[round.observation]]
    list = [
      "exit = 9",
    ]
    exit = "0"
    [[round]]
    [[round.observation]]
    [round.observation.extra]
    x = 1
    """

  @Test("All complaints are collected, each with its line and a remedy")
  func collected() throws {
    let document = try parsed(Self.faulty)
    let decoded = document.decode { reader in
      _ = reader.requiredString("name")
      _ = reader.choice("severity", of: Severity.self)
      _ = reader.duration("settle")
      _ = reader.requiredString("title")
      return reader.tables("round") { round in
        _ = round.string("text")
        return round.tables("observation") { item -> Int64? in
          _ = item.strings("list")
          return item.integer("exit")
        }
      }
    }
    #expect(
      decoded.complaints.map(\.described) == [
        "site.toml:1: `name` is a whole number where text is expected; put it in quotes: name = \"...\"",
        "site.toml:3: `settle` is a whole number where a number with its unit, in quotes, is expected; "
          + "say the unit: settle = \"15 s\"",
        "site.toml: `title` is missing; write title = \"...\"",
        "site.toml:15: `exit` is text where a whole number is expected (in round[1].observation[2]); "
          + "write exit = 0 without quotes",
      ])
    #expect(
      decoded.unknownKeys.map(\.described) == [
        "site.toml:18: `extra` is not known (in round[2].observation[1]); "
          + "known here: `list`, `exit`",
        "site.toml:2: `sevrity` is not known; did you mean `severity`?",
      ])
    #expect(decoded.value == [[0, nil], [nil]])
    #expect(throws: Complaints.self) { try decoded.strict() }
  }

  @Test("Wrong things without end are the first thousand and a number, of either sort")
  func endless() throws {
    let numbers = [String](repeating: "1", count: 20_000).joined(separator: ",")
    let names = (0..<20_000).map { "[[node]]\nk\($0) = 1\n" }.joined()
    let decoded = try parsed("name = [\(numbers)]\n" + names).decode { reader in
      _ = reader.strings("name")
      _ = reader.tables("node") { $0.string("name") }
    }
    #expect(decoded.complaints.count == 1001 && decoded.unknownKeys.count == 1001)
    #expect(decoded.complaints.last?.described == "site.toml:1: and 19000 more; mend these first")
    #expect(decoded.unknownKeys.last?.problem == "and 19000 more")
  }

  @Test("A document with nothing wrong gives its value")
  func strict() throws {
    let document = try parsed("name = \"a\"\n[aliases]\nwn1 = \"node1\"\n[more]\nflag = false")
    let value = try document.decode { reader in
      let name = reader.requiredString("name")
      let aliases = reader.stringTable("aliases").map { "\($0.key)=\($0.value)" }
      let flag = reader.table("more") { $0.boolean("flag") } ?? nil
      return "\(name) \(aliases) \(flag.map(String.init) ?? "nil")"
    }.strict()
    #expect(value == "a [\"wn1=node1\"] false")
  }

  @Test(
    "Spans of time say their unit",
    arguments: [
      ("15 s", Duration.seconds(15)), ("2 min", .seconds(120)), ("250ms", .milliseconds(250)),
      ("1 h", .seconds(3600)), ("2 d", .seconds(172_800)), ("15", nil), ("s", nil), ("-1 s", nil),
      ("15 parsecs", nil), ("99999999999999999 d", nil), ("1.5 s", nil), ("٣ s", nil),
    ])
  func durations(text: String, expected: Duration?) throws {
    let decoded = try parsed("settle = \"\(text)\"").decode { $0.duration("settle") }
    #expect(decoded.value == expected)
    #expect(decoded.complaints.count == (expected == nil ? 1 : 0))
  }

  @Test(
    "Amounts of memory say their unit, and MB is none",
    arguments: [
      ("882 MiB", 903_168), ("903168 KiB", 903_168), ("2 GiB", 2_097_152), ("64 MB", nil), ("64", nil),
      ("9999999999999 GiB", nil),
    ] as [(String, Int64?)])
  func memory(text: String, expected: Int64?) throws {
    let decoded = try parsed("dom0 = \"\(text)\"").decode { $0.memory("dom0") }
    #expect(decoded.value == expected.map { Kibibytes($0) })
    #expect(decoded.complaints.count == (expected == nil ? 1 : 0))
  }

  @Test(
    "A moment says its zone",
    arguments: [
      ("2026-11-22T03:10:00.000Z", true), ("\"2026-11-22 04:10:00+01:00\"", true),
      ("2026-11-22T03:10:00", false), ("\"2026-11-22T03:10:00\"", false), ("2026-11-22", false),
      ("03:10:00", false), ("1", false),
    ])
  func moments(text: String, isMoment: Bool) throws {
    let decoded = try parsed("at = \(text)").decode { $0.instant("at") }
    #expect(decoded.value == (isMoment ? Instant(rfc3339: "2026-11-22T03:10:00Z") : nil))
    #expect(decoded.complaints.isEmpty == isMoment)
  }

  @Test("An unknown choice is told its nearest")
  func choices() throws {
    let decoded = try parsed("severity = \"eror\"").decode { $0.choice("severity", of: Severity.self) }
    #expect(decoded.complaints.map(\.remedy) == ["did you mean \"error\"?"])
    let far = try parsed("severity = \"purple\"").decode { $0.choice("severity", of: Severity.self) }
    #expect(far.complaints.map(\.remedy) == ["write one of \"error\", \"warning\", \"notice\""])
  }

  @Test("A caller's own complaint is placed like the others")
  func own() throws {
    let decoded = try parsed("[a]\n\nb = 1").decode { reader in
      reader.table("a") { inner in
        _ = inner.integer("b")
        inner.complain("b", "is too small", remedy: "write 2")
      }
    }
    #expect(decoded.complaints.map(\.described) == ["site.toml:3: `b` is too small (in a); write 2"])
  }

  private func parsed(_ source: String) throws -> TomlDocument {
    try TomlDocument(Array(source.utf8), file: "site.toml")
  }
}
