import Model
import Testing
import World
import Xen

/// The quick way through `xl list -l` says what the careful way says.
@Suite("Plain lists of domains")
struct PlainListTests {
  static let lists = Fixture.all.filter { $0.name.contains("list-l") }

  @Test("An escape that changes nothing sends a list the careful way, which says the same", arguments: lists)
  func same(_ fixture: Fixture) {
    let text = String(decoding: fixture.stdout, as: UTF8.self)
    let careful = text.replacing("\"pv\"", with: "\"p\\u0076\"")
    let quick = Look(.xenLong, text, stderr: String(decoding: fixture.stderr, as: UTF8.self))
    let slow = Look(.xenLong, careful, stderr: String(decoding: fixture.stderr, as: UTF8.self))
    #expect(
      quick.rows.map { "\($0.table) \($0.fields) \($0.defects)" }
        == slow.rows.map { "\($0.table) \($0.fields) \($0.defects)" })
    #expect(quick.reading.form == slow.reading.form)
    if case .complete = slow.reading.coverage { #expect(quick.reading.coverage == .complete) }
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
    "What is not plain is judged as before",
    arguments: [
      "[{\"domid\": 0}, {\"domid\": 0}]", "[{\"domid\": 0, \"domid\": 1}]", "[{\"domid\": 0}]x",
      "[{\"domid\": 0},]", "[{\"domid\": 00}]",
      "[{\"domid\": 0}", "[{\"domid\": 0} {\"domid\": 1}]",
      "[{\"domid\": 0, \"config\": {\"c_info\": {\"name\": tru}}}]", "[]",
    ])
  func odd(_ text: String) { #expect(Look(.xenLong, text).reading.coverage != .complete) }
}
