import Foundation
import Model
import Testing
import World

@Suite("xenstore")
struct StoreTests {
  @Test("full paths with permissions")
  func fullPaths() throws {
    let look = try Fixture("captured/06-orphan/a-orphan-xenstore-ls").look(.xenStore)
    #expect(look.reading == Reading(form: "xenstore-ls -f"))
    #expect(
      look.lines == [
        "vmm_store domid=0 name='Domain-0' target_kib=837632 static_maximum_kib=921600",
        "vmm_store domid=5 name='ttylinux' target_kib=65536 static_maximum_kib=65536",
      ])
  }

  @Test("the nested form of the whole store")
  func nested() throws {
    let look = try Fixture("captured/01-baseline/xenstore-ls-root").look(.xenStore)
    #expect(look.reading == Reading(form: "xenstore-ls"))
    #expect(
      look.lines == ["vmm_store domid=0 name='Domain-0' target_kib=903168 static_maximum_kib=903168"])
  }

  @Test("both forms tell the same of five domains")
  func formsAgree() throws {
    let fixture = try Fixture("captured/08-states/a-xenstore-ls")
    let full = fixture.look(.xenStore)
    #expect(full.rows.count == 5)
    let nested = Look(.xenStore, Self.nested(fixture, from: ""))
    #expect(nested.reading.form == "xenstore-ls")
    #expect(nested.lines == full.lines)
    #expect(nested.isComplete)
  }

  @Test(
    "a nested listing may begin further down",
    arguments: ["/local", "/local/domain", "/local/domain/0"])
  func startingPaths(path: String) throws {
    let fixture = try Fixture("captured/06-orphan/a-orphan-xenstore-ls")
    let full = fixture.look(.xenStore).lines
    let look = Look(.xenStore, Self.nested(fixture, from: path))
    #expect(look.isComplete)
    #expect(look.lines == (path.hasSuffix("/0") ? [full[0]] : full))
  }

  /// What `xenstore-ls PATH` would print of a store that is given by its full paths.
  private static func nested(_ fixture: Fixture, from path: String) -> String {
    let lines = String(decoding: fixture.stdout, as: UTF8.self).split(separator: "\n")
    return lines.filter { $0.hasPrefix(path + "/") }.map { line -> String in
      let rest = line.dropFirst(path.count + 1)
      let end = rest.range(of: " = ")?.lowerBound ?? rest.endIndex
      let parts = rest[..<end].split(separator: "/")
      return String(repeating: " ", count: parts.count - 1) + (parts.last ?? "") + rest[end...] + "\n"
    }.joined()
  }

  @Test("lines of a path and its value; what could not be read is absent")
  func plain() throws {
    let baseline = try Fixture("captured/01-baseline/a-mem").look(.xenStore)
    #expect(baseline.isComplete)
    #expect(baseline.lines == ["vmm_store domid=0"])
    #expect(baseline.rows.first?.defects.isEmpty == true)
    let later = try Fixture("captured/04-deficit64/c-forgotten-mem").look(.xenStore)
    #expect(later.isComplete)
    #expect(later.lines == ["vmm_store domid=0 target_kib=837632 static_maximum_kib=921600"])
  }

  @Test(
    "a path and its value, however they are joined",
    arguments: [" 903168", ": 903168", "=903168", "\t903168", " = \"903168\"", " = \"903168\"   (n0,r5)"])
  func joined(value: String) {
    let look = Look(.xenStore, "/local/domain/0/memory/target\(value)\n")
    #expect(look.isComplete)
    #expect(look.lines == ["vmm_store domid=0 target_kib=903168"])
  }

  @Test("an empty store after a restart of xenstored is whole and holds nothing")
  func restarted() throws {
    let bytes = Array("tool = \"\"\n xenstored = \"\"\n".utf8)
    let look = Look(.xenStore, bytes)
    #expect(look.isComplete)
    #expect(look.rows.isEmpty)
    #expect(look.reading.remarks.count == 1)
  }

  @Test("memory keys without their domain, and a pool that is numbered like one, tell nothing")
  func unknownStart() {
    let memory = "target = \"903168\"\nstatic-max = \"903168\"\n"
    #expect(Look(.xenStore, memory).isFailed)
    #expect(Look(.xenStore, "0 = \"\"\n name = \"Pool-0\"\n").isFailed)
    #expect(Look(.xenStore, "Domain-0\n903168\n").isFailed)
  }

  @Test("an odd value is a defect; a missing level or a strange line makes it partial")
  func oddities() {
    let odd = Look(.xenStore, "/local/domain/3/memory/target = \"plenty\"\n/local/domain/3/name = \"a\"\n")
    #expect(odd.isComplete)
    #expect(odd.lines == ["vmm_store domid=3 name='a' !target_kib"])
    let level = Look(.xenStore, "local = \"\"\n domain = \"\"\n   memory = \"\"\n")
    #expect(level.isPartial)
    let strange = Look(.xenStore, "/local/domain/3/name = \"a\"\nrc=0\n")
    #expect(strange.isPartial)
    #expect(strange.rows.count == 1)
    let twice = Look(.xenStore, "/local/domain/3/memory/target 4\n/local/domain/3/memory/target 8\n")
    #expect(twice.lines == ["vmm_store domid=3 !target_kib"])
  }

  @Test("a value may hold what looks like the end of a value")
  func quotes() {
    let look = Look(.xenStore, "/local/domain/3/name = \"a\"   (n0)\" = \"b\"   (n0,r3)\n")
    #expect(look.lines == ["vmm_store domid=3 name='a\"   (n0)\" = \"b'"])
  }
}
