import Model
import Testing

@testable import Toml

@Suite("TOML documents")
struct DocumentTests {
  @Test("Every kind of value arrives as itself, and keys in the order of their bytes")
  func kinds() throws {
    let document = try parsed(
      """
      zeta = "text with \\" and é"
      alpha = -3
      flag = true
      real = 1.5
      at = 2026-11-22T04:10:00.120+01:00
      local = 2026-11-22T04:10:00
      list = ["a", ["b"], {c = 1}]
      [table]
      empty = []
      """)
    #expect(document.root.keys == ["alpha", "at", "flag", "list", "local", "real", "table", "zeta"])
    #expect(document.root["zeta"] == .string("text with \" and é"))
    #expect(document.root["alpha"] == .integer(-3))
    #expect(document.root["flag"] == .boolean(true))
    #expect(document.root["real"] == .real(1.5))
    #expect(document.root["at"] == .instant(try #require(Instant(rfc3339: "2026-11-22T03:10:00.120Z"))))
    #expect(document.root["local"] == .localTime("2026-11-22T04:10:00"))
    #expect(
      document.root["list"]
        == .array([
          .string("a"), .array([.string("b")]),
          .table(TomlTable([(key: "c", value: .integer(1))])),
        ]))
    #expect(document.root["table"] == .table(TomlTable([(key: "empty", value: .array([]))])))
    #expect(document.root["absent"] == nil)
  }

  @Test("A wide table finds all of its keys")
  func wide() throws {
    let document = try parsed((0..<100).map { "k\($0) = \($0)" }.joined(separator: "\n"))
    #expect((0..<100).allSatisfy { document.root["k\($0)"] == .integer(Int64($0)) })
  }

  @Test("What is written as a string is read as the same, on one line, whatever is in it but NUL")
  func quoted() throws {
    let scalars = (1..<0x300).compactMap(Unicode.Scalar.init) + ["\u{2028}", "\u{202E}", "\u{1F600}"]
    for scalar in scalars {
      let text = "a\(scalar)b"
      let written = TomlText.quoted(text)
      #expect(!written.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "of \(scalar.value)")
      #expect(try parsed("key = \(written)").root["key"] == .string(text), "of \(scalar.value)")
    }
    #expect(TomlText.quoted("\u{1B}\"\\\t\n\u{7F}") == #""\u001b\"\\\t\n\u007f""#)
    #expect(TomlText.quoted("a\0b") == "\"a\u{FFFD}b\"")
  }

  @Test("A syntax error names file and line")
  func syntax() {
    let complaint = refused("a = 1\nb = \nc = 3\n")
    #expect(complaint?.file == "site.toml")
    #expect(complaint?.line == 2)
    #expect(complaint?.described.hasPrefix("site.toml:2: not TOML: ") == true)
  }

  @Test(
    "What the library would lose or crash on is refused before it",
    arguments: [
      "a = \"b\\u0000c\"", "a = 1\n\u{0}b = 2", "\"\\U00000000\" = 1",
      "[" + Array(repeating: "a", count: 100_000).joined(separator: ".") + "]",
      "a = " + String(repeating: "[", count: 100_000),
      Array(repeating: "a", count: 1000).joined(separator: ".") + " = 1",
      // The library ends the process on each of these.
      "[=]", "[é]", "[[ ]", "[", "t = 2-3:", "t = 03:1x:00", "a = #", "a =", "a = {b = }", "a = [,]",
      "a = [\n}", "a = [\"\"\"b\"\"\"\", }", "a = -0x1", "a = 1e", "a = truE",
    ])
  func bombs(source: String) {
    #expect(refused(source) != nil)
  }

  @Test("Broken UTF-8 is refused")
  func encoding() {
    #expect(throws: Complaint.self) { try TomlDocument([97, 61, 34, 0xFF, 34], file: "x") }
  }

  @Test("No mutant of a document crashes the door")
  func mutants() throws {
    let source = Array(
      """
      format = 1 # comment
      [[round]]
      started = 2026-11-22T03:10:00.000Z
      [[round.observation]]
      command = ["qstat", '-f', "\\u00e9"]
      text = \"\"\"
      two
      lines\"\"\"
      t = 03:10:00
      n = [1_000.5e-3, 0x1F, {a = +inf, "b" = 2026-11-22}]
      """.utf8)
    var generator = SeededNumbers(state: 7)
    var refusals = 0
    for _ in 0..<4000 {
      var mutant = source
      for _ in 0...Int.random(in: 0..<3, using: &generator) {
        mutant[Int.random(in: 0..<mutant.count, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      guard let document = try? TomlDocument(mutant, file: "m") else {
        refusals += 1
        continue
      }
      let decoded = document.decode { reader in reader.integer("format") }
      #expect(!decoded.unknownKeys.isEmpty)
    }
    #expect(refusals > 1000)
    #expect(refusals < 4000)
  }
}

func parsed(_ source: String) throws -> TomlDocument {
  try TomlDocument(Array(source.utf8), file: "site.toml")
}

/// The complaint that a document is refused with.
func refused(_ source: String) -> Complaint? {
  do {
    _ = try TomlDocument(Array(source.utf8), file: "site.toml")
    return nil
  } catch {
    return error
  }
}

/// The same numbers each time (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
