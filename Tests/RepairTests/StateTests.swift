import Foundation
import Glibc
import Model
import Testing

@testable import Repair

@Suite("The folder that repairs keep")
struct StateTests {
  @Test("is made for its owner alone, and refused where it is open to others, a link or a file")
  func folder() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/trueup/repairs"
    _ = try StateFolder(path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o700)
    chmod(path, 0o750)
    #expect(throws: Complaint.self) { try StateFolder(path) }
    chmod(path, 0o700)
    symlink(path, scratch.path + "/link")
    #expect(throws: Complaint.self) { try StateFolder(scratch.path + "/link") }
    _ = FileManager.default.createFile(atPath: scratch.path + "/file", contents: nil)
    #expect(throws: Complaint.self) { try StateFolder(scratch.path + "/file") }
  }

  @Test("has one lock, which names its holder and goes with it")
  func lock() throws {
    let folder = try StateFolder(try Scratch().path + "-kept")
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    func taken(_ who: String) throws -> String { try folder.lock(as: who).holder }
    do {
      let lock = try folder.lock(as: "alice@head, process 1")
      let refusal = #expect(throws: Complaint.self) { try taken("bob") }
      #expect(refusal?.described.contains("alice@head, process 1") == true)
      _ = consume lock
    }
    // What is left in the file is a name, and no lock.
    #expect(try taken("bob") == "bob")
  }

  @Test("keeps pauses, each until its end, for the nodes that it names")
  func pauses() throws {
    let scratch = try Scratch()
    let folder = try StateFolder(scratch.path)
    let now = Instant(milliseconds: 1_800_000_000_000)
    var pauses = try Pauses(folder, now: now)
    let later = Instant(milliseconds: now.milliseconds + 60_000)
    try pauses.add(Pauses.Pause(until: later, nodes: "gsn-wn[12]", who: "alice\twith a tab"))
    try pauses.add(Pauses.Pause(until: nil, nodes: "head", who: "bob"))
    let read = try Pauses(folder, now: now)
    #expect(read.all.map(\.nodes) == ["gsn-wn[12]", "head"])
    let first = try #require(read.all.first)
    #expect(first.covers("gsn-wn2"))
    #expect(!first.covers("gsn-wn3"))
    #expect(!first.covers(nil))
    #expect(Pauses.Pause(until: nil, nodes: "*", who: "").covers(nil))
    #expect(try Pauses(folder, now: later).all.map(\.nodes) == ["head"])
    #expect(try pauses.end("head") == 1)
    #expect(try pauses.end("head") == 0)
    try Data("nonsense\n".utf8).write(to: URL(filePath: scratch.path + "/pauses"))
    chmod(scratch.path + "/pauses", 0o600)
    let complaint = #expect(throws: Complaint.self) { try Pauses(folder, now: now) }
    #expect(complaint?.line == 1)
  }
}

@Suite("A plan's file")
struct PlanDocumentTests {
  @Test("is the plan, of every scenario", arguments: Rehearsed.planned)
  func roundTrip(_ scenario: Rehearsed) throws {
    let plan = try scenario.audited().plan
    let bytes = PlanDocument.bytes(plan)
    #expect(try PlanDocument.read(bytes, name: "plan.json") == plan)
    #expect(bytes == PlanDocument.bytes(try PlanDocument.read(bytes, name: "plan.json")))
  }

  /// Each byte changed in turn: read as another plan, or refused, and never a trap.
  @Test("that was changed anywhere is refused, or is another plan's very bytes")
  func changed() throws {
    let plan = try #require(Rehearsed.all.first { $0.name == "deficit-64" }).audited().plan
    let bytes = PlanDocument.bytes(plan)
    #expect(bytes.count > 500)
    var refused = 0
    for place in bytes.indices {
      var other = bytes
      other[place] = other[place] == 0x30 ? 0x31 : 0x30
      do {
        let read = try PlanDocument.read(other, name: "plan.json")
        #expect(PlanDocument.bytes(read) == other)
      } catch { refused += 1 }
    }
    #expect(refused > bytes.count / 4)
    for cut in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: Complaint.self) { try PlanDocument.read(Array(bytes[..<cut]), name: "plan.json") }
    }
  }

  @Test(
    "in which guards or the inverse of a step were edited is refused, and so is one that others may write")
  func edited() throws {
    let plan = try #require(Rehearsed.all.first { $0.name == "deficit-64" }).audited().plan
    let text = String(decoding: PlanDocument.bytes(plan), as: UTF8.self)
    for (old, new) in [
      ("\"only_if\" : [", "\"only_if\" : [ \"nothing\","), ("\"format\" : 1", "\"format\" : 2"),
      ("dom0.set", "dom0.double"), ("\"number\" : 2", "\"number\" : 5"),
    ] {
      let other = text.replacing(old, with: new, maxReplacements: 1)
      #expect(other != text, "\(old)")
      #expect(throws: Complaint.self) { try PlanDocument.read(Array(other.utf8), name: "plan.json") }
    }
    let scratch = try Scratch()
    let file = scratch.path + "/plan.json"
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    chmod(file, 0o644)
    #expect(try PlanDocument.load(file) == plan)
    chmod(file, 0o666)
    #expect(throws: Complaint.self) { try PlanDocument.load(file) }
  }
}
