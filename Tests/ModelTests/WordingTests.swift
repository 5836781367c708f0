import Model
import Testing

@Suite("The wording")
struct WordingTests {
  @Test(
    "of memory is in the unit that a person would take",
    arguments: [
      (65_536, "64 MiB"), (2_560, "2.5 MiB"), (476, "476 KiB"), (0, "0 KiB"), (-65_536, "-64 MiB"),
      (903_168, "882 MiB"),
      (1_023, "1023 KiB"), (1_024, "1 MiB"),
    ])
  func memory(_ kib: Int64, _ text: String) { #expect(MessageTemplate.memory(kib: kib) == text) }

  @Test("of a value follows the unit in its column's name")
  func units() {
    #expect(MessageTemplate.worded("missing_kib", .integer(65_536)) == "64 MiB")
    #expect(MessageTemplate.worded("until_ms", .integer(0)) == "1970-01-01T00:00:00.000Z")
    #expect(MessageTemplate.worded("settle_s", .integer(15)) == "15 s")
    #expect(MessageTemplate.worded("domid", .integer(15)) == "15")
    #expect(MessageTemplate.worded("node", .null) == "unknown")
  }

  @Test("of a text from outside can neither move the cursor nor forge a line")
  func hostile() {
    let shown = MessageTemplate.visible("a\u{1B}[2Jb\nerror forged\r\u{202E}c\u{9B}d\u{2028}e")
    #expect(!shown.unicodeScalars.contains { $0.value < 32 || (0x7F..<0xA0).contains($0.value) })
    #expect(!shown.contains("\u{202E}") && !shown.contains("\u{2028}"))
    #expect(shown.contains("\\u{1b}"))
  }

  @Test("of a template needs both braces, and names its columns")
  func template() throws {
    #expect(MessageTemplate("{node") == nil)
    #expect(MessageTemplate("node}") == nil)
    let template = try #require(MessageTemplate("{a} and {b_kib}"))
    #expect(template.columns == ["a", "b_kib"])
    #expect(template.filled { $0 == "a" ? .text("x") : .integer(2048) } == "x and 2 MiB")
  }
}

@Suite("An act")
struct ActTests {
  @Test("is none when an argument is missing or of another kind: nothing is planned on a guess")
  func guesses() {
    #expect(Act(.setDom0Memory, ["node": .text("wn1")]) == nil)
    #expect(Act(.setDom0Memory, ["node": .text("wn1"), "memory_kib": .text("903168")]) == nil)
    #expect(Act(.endMachine, ["machine": .null]) == nil)
    #expect(Act(.removeGuest, ["node": .text("wn1"), "domain": .null, "domid": .integer(4)]) == nil)
  }

  @Test("is one line, the same for the same act")
  func line() throws {
    let act = try #require(
      Act(.setDom0Memory, ["memory_kib": .integer(903_168), "node": .text("wn1\nforged")]))
    #expect(act.line == "dom0.set node=wn1\\u{a}forged memory_kib=903168")
  }

  @Test("of every verb has a guard, and its name is its own")
  func verbs() {
    for verb in Verb.allCases {
      #expect(!verb.guards.isEmpty, "\(verb)")
      #expect(!verb.parameters.isEmpty, "\(verb)")
    }
  }
}
