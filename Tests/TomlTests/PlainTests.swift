import Testing

@testable import Toml

/// What is read without the library is what the library reads.
@Suite("Plain TOML")
struct PlainTests {
  static let plain = [
    "", "\n\n", "# only a comment\n", "a = 1", "a = \"\"\n", "b = 0\na = \"x\"\n", "a = true\nb = false\n",
    "a = []\nb = [ ]\nc = [\"x\"]\nd = [ \"x\" , \"y\" ]\n",
    "a = 2026-11-22T03:10:00Z\nb = 2026-11-22T03:10:00.120Z\n",
    "[t]\na = 1\n[u]\na = 2\n",
    "format = 1\n[[round]]\nstarted = 2026-11-22T03:10:00.000Z\n  [[round.observation]]\n  what = \"x\"\n"
      + "  [[round.observation]]\n  what = \"y\"\n[[round]]\n[[round.observation]]\nwhat = \"z\"\n",
    "\t a\t=\t1 \t\n", "a-b_9 = 1\n",
  ]

  static let odd = [
    "a = \"\\n\"", "a = 'x'", "a = \"é\"", "a = 01", "a = 1_000", "a = -1", "a = 1.5", "a = 0x1",
    "a = \"\"\"x\"\"\"",
    "a = 1 # why", "a.b = 1", "\"a\" = 1", "a = {b = 1}", "a = [1]", "a = [\"x\",]", "a = [\n\"x\"]",
    "[a.b]\n", "[[a.b]]\n",
    "a = 1\na = 2", "[a]\n[a]\n", "[[a]]\n[a]\n", "a = 1\n[a]\n", "a = 2026-02-30T00:00:00Z",
    "a = 2026-01-01T00:00:60Z",
    "a = 2026-01-01T00:00:00", "a = 2026-01-01", "a = 2026-01-01T00:00:00+01:00", "a = 12:30:00", "a = truex",
    "a =", "= 1", "a",
    "a = \"x", "a = \"x\" y", "[]\n", "[[a]\n", "a = 1\r\n", "\u{FEFF}a = 1", "a = 99999999999999999999",
    "a = \u{0}",
    "a = 2026-01-01T00:00:00.1Z", "a = 0001-01-01T00:00:00Z1",
  ]

  @Test("Plain documents are read as the library reads them", arguments: plain)
  func same(_ text: String) throws {
    let source = Array(text.utf8)
    let table = try #require(PlainToml.table(source))
    #expect(table == (try TomlBridge.parse(source, file: "x")))
  }

  @Test("What is not plain is left to the library", arguments: odd)
  func left(_ text: String) { #expect(PlainToml.table(Array(text.utf8)) == nil) }

  /// Half a megabyte of them once took 9 s, and more in proportion to the square.
  @Test(
    "Names without end are left to the library, and soon",
    arguments: [("", "k# = 1\n"), ("", "[k#]\n"), ("", "[[k#]]\n"), ("[[a]]\n", "[[a.k#]]\n")])
  func names(_ head: String, _ line: String) {
    let lines = (0..<50_000).map { line.replacing("#", with: String($0)) }
    let isPlain = PlainToml.table(Array((head + lines.joined()).utf8)) != nil
    #expect(!isPlain)
  }

  @Test(
    "A plain document that is cut anywhere, or has a byte changed, is read as the library reads it, or by it")
  func damaged() throws {
    var compared = 0
    for text in Self.plain + ["a = 2026-11-22T03:10:00.120Z\n[[r]]\nb = [\"x\", \"y\"]\n[[r.o]]\nc = 1234\n"]
    {
      let source = Array(text.utf8)
      var variants = source.indices.map { Array(source[..<$0]) }
      for at in source.indices {
        for byte in [10, 32, 34, 35, 44, 45, 46, 48, 57, 61, 91, 93, 90, 97, 200] as [UInt8] {
          var changed = source
          changed[at] = byte
          variants.append(changed)
        }
      }
      for variant in variants {
        guard let table = PlainToml.table(variant) else { continue }
        compared += 1
        #expect(
          table == (try TomlBridge.parse(variant, file: "x")), "\(String(decoding: variant, as: UTF8.self))")
      }
    }
    #expect(compared > 500)
  }
}
