import Model
import Testing
import World
import Xen

/// JSON as it may be written, and as it may not.
@Suite("xl list -l as JSON")
struct JSONListTests {
  static let lists = Fixture.all.filter { $0.name.contains("list-l") }

  @Test("An escape that changes nothing changes nothing", arguments: lists)
  func escapes(_ fixture: Fixture) {
    let text = String(decoding: fixture.stdout, as: UTF8.self)
    let escaped = text.replacing("\"pv\"", with: "\"p\\u0076\"")
    let plain = Look(.xenLong, text, stderr: String(decoding: fixture.stderr, as: UTF8.self))
    let same = Look(.xenLong, escaped, stderr: String(decoding: fixture.stderr, as: UTF8.self))
    #expect(
      plain.rows.map { "\($0.table) \($0.fields) \($0.defects)" }
        == same.rows.map { "\($0.table) \($0.fields) \($0.defects)" })
    #expect(plain.reading.form == same.reading.form)
    if case .complete = same.reading.coverage { #expect(plain.reading.coverage == .complete) }
  }

  @Test("There are lists to compare")
  func some() { #expect(Self.lists.count > 5) }

  @Test("The bytes of a domain are those of its object")
  func bytes() throws {
    let text = "[ {\"domid\": 0, \"config\": {\"c_info\": {\"name\": \"Domain-0\"}}} ,\n{\"domid\": 7} ]\n"
    let look = Look(.xenLong, text)
    let told = look.rows.map { String(decoding: Array(text.utf8)[$0.bytes], as: UTF8.self) }
    #expect(told == ["{\"domid\": 0, \"config\": {\"c_info\": {\"name\": \"Domain-0\"}}}", "{\"domid\": 7}"])
  }

  @Test(
    "What is no JSON, or no list of all domains, is not complete",
    arguments: [
      "[{\"domid\": 0}, {\"domid\": 0}]", "[{\"domid\": 0, \"domid\": 1}]", "[{\"domid\": 0}]x",
      "[{\"domid\": 0},]", "[{\"domid\": 00}]",
      "[{\"domid\": 0}", "[{\"domid\": 0} {\"domid\": 1}]",
      "[{\"domid\": 0, \"config\": {\"c_info\": {\"name\": tru}}}]", "[]",
      "[{\"domid\": 0, \"a\": \"\\x\"}]", "[{\"domid\": 0, \"a\": \"\\ud83d\"}]",
      "[{\"domid\": 0, \"a\": 1.}]",
      "[{\"domid\": 0, \"a\": -}]", "[{\"domid\": 0, \"a\": \"\n\"}]", "[{\"domid\": 0,}]",
      "[{\"domid\": 0, 1: 2}]",
      "[{\"domid\": 0.0}]",
    ])
  func odd(_ text: String) { #expect(Look(.xenLong, text).reading.coverage != .complete) }

  @Test("Every escape is decoded")
  func decoded() {
    let name = #"\"\\\/\u0041\u00e9\ud83d\ude00\t"#
    let look = Look(.xenLong, "[{\"domid\": 0, \"config\": {\"c_info\": {\"name\": \"\(name)\"}}}]")
    #expect(look.rows.first?["name"] == .text("\"\\/A\u{E9}\u{1F600}\t"))
  }

  @Test("What is not wanted may be any value")
  func others() {
    let values = #"[null, true, false, -0, 1.5e+3, 2E-1, "", [], {}, "\ud83d\ude00"]"#
    #expect(Look(.xenLong, "[{\"x\": \(values), \"domid\": 0}]").isComplete)
  }

  @Test("An object of a thousand keys is no domain, and those after it are read")
  func manyKeys() {
    let keys = (0..<1_000).map { "\"\($0)\": 0" }.joined(separator: ", ")
    let look = Look(.xenLong, "[{\(keys)}, {\"domid\": 0}]")
    #expect(look.isPartial)
    #expect(look.integers("domid") == [0])
  }
}
