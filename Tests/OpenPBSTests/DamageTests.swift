import Foundation
import Model
import OpenPBS
import Testing
import World

/// Bytes that no server printed, or not all of.
@Suite("A listing of OpenPBS's")
struct DamageTests {
  @Test("of a kind is there to be damaged")
  func some() { #expect(Set(Fixture.all.map(\.kind)) == Set(Fixture.kinds)) }

  @Test("that is cut at any byte is not complete, and keeps what was whole before", arguments: Fixture.all)
  func cuts(_ fixture: Fixture) throws {
    let bytes = try fixture.bytes()
    let whole = try read(fixture.kind, bytes).rows.map { $0.told() }
    // The newline at the end is none of the document's.
    for end in stride(from: 0, to: bytes.count - 1, by: max(1, bytes.count / 150)) {
      let cut = try read(fixture.kind, Array(bytes[..<end]))
      #expect(!cut.isComplete, "cut at \(end)")
      #expect(cut.rows.map { $0.told() }.elementsEqual(whole.prefix(cut.rows.count)), "cut at \(end)")
    }
    let last = try read(fixture.kind, Array(bytes[..<(bytes.count - 3)]))
    #expect(last.rows.count == whole.count, "all things were whole before the last bracket")
  }

  @Test(
    "that is no JSON is not complete",
    arguments: [
      "{", "{}", "{\"pbs_version\": \"23\"", "{\"pbs_version\": \"23\"} x", "{\"pbs_version\": \"23\", \"Jobs\": []}",
      "{\"pbs_version\": \"23\", \"Jobs\": {\"1.s\": 7}}", "{\"pbs_version\": 23, \"Jobs\": {}}",
      "{\"pbs_version\": \"23\", \"Jobs\": {\"1.s\": {\"queue\": tru}}}", "{\"pbs_version\": \"23\", \"Jobs\": {\"x\": {}}}",
      "{\"pbs_version\": \"23\", \"Jobs\": {\"1.s\": {\"queue\": \"a\" \"b\"}}}", "{\"Jobs\": {\"1.s\": {}}}", "{,}", "{\u{0}}",
    ])
  func odd(_ text: String) throws { #expect(try !read(.torqueJobs, text).isComplete) }

  @Test("with one job that is no JSON keeps the others, and believes none that follow")
  func oneBroken() throws {
    let outcome = try read(
      .torqueJobs,
      "{\"pbs_version\":\"23\",\"Jobs\":{\"1.s\":{\"queue\":\"a\"},\"2.s\":{\"queue\":\"a\"b\"c\"},\"3.s\":{\"queue\":\"a\"}}}")
    #expect(outcome.isPartial)
    #expect(outcome.rows.map { $0.text("id") } == ["1.s", "3.s"])
    #expect(outcome.rows.map(\.isAmbiguous) == [false, true])
  }

  @Test("with control bytes as they are, from a printer that does not escape them, loses their value alone")
  func control() throws {
    let outcome = try read(
      .torqueJobs, "{\"pbs_version\":\"23\",\"Jobs\":{\"1.s\":{\"queue\":\"a\u{1b}[31m\",\"job_state\":\"R\"}}}")
    let job = try #require(outcome.rows.first)
    #expect(outcome.isComplete && job.text("state") == "R" && job.defects.map(\.column) == ["queue"])
  }

  @Test("costs no stack and no time for brackets, and no job for those that its owner may write")
  func bombs() throws {
    func jobs(_ value: String) throws -> Outcome {
      try read(.torqueJobs, "{\"pbs_version\":\"23\",\"Jobs\":{\"1.s\":{\"Variable_List\":{\"X\":\(value)}}}}")
    }
    // cJSON reads what a variable holds up to 1000 deep.
    let deepest = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
    #expect(try jobs(deepest).isComplete)
    #expect(try !jobs(String(repeating: "[", count: 200_000)).isComplete)
    #expect(try !read(.torqueJobs, String(repeating: "{\"a\":", count: 20_000)).isComplete)
    let many = (0..<5_000).map { "\"V\($0)\":\($0)" }.joined(separator: ",")
    let outcome = try read(
      .torqueJobs, "{\"pbs_version\":\"23\",\"Jobs\":{\"1.s\":{\"Variable_List\":{\(many)},\(many)}}}")
    #expect(outcome.isComplete && outcome.rows.count == 1)
  }

  @Test("of twenty thousand jobs is read in a time that is in proportion")
  func large() throws {
    let jobs = (1...20_000).map { "\"\($0).s\":{\"job_state\":\"Q\",\"queue\":\"batch\"}" }
    let outcome = try read(.torqueJobs, "{\"pbs_version\":\"23\",\"Jobs\":{\(jobs.joined(separator: ","))}}")
    #expect(outcome.isComplete && outcome.rows.count == 20_000)
  }

  @Test("is not read where it is none: TORQUE's forms are its own", arguments: Fixture.kinds + [.torqueAccounting, .torqueMom])
  func others(_ kind: ObservationKind) throws {
    let folder = Fixture.root.appending(path: "parsers/torque/\(kind.rawValue.dropFirst("torque.".count))")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.isEmpty)
    for name in names {
      var rows = RowList()
      let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
      #expect(OpenPBS.read(RawObservation(kind: kind, stdout: bytes), into: &rows) == nil, "\(name)")
    }
    var rows = RowList()
    #expect(OpenPBS.read(RawObservation(kind: kind, command: ["qstat", "-f", "-x"], stdout: []), into: &rows) == nil)
  }
}
