import Batch
import Model
import Testing

@testable import Torque

/// What is too large ends soon and in a problem. The test runs without optimisation, so the sizes are modest;
/// time and memory grow with them in proportion, which is what is looked at.
@Suite("Sizes are bounded")
struct BoundTests {
  @Test("Elements nested without end are a problem")
  func nesting() throws {
    let deep = String(repeating: "<a>", count: 100_000)
    let outcome = try read(
      .torqueJobs, "<Data><Job><Job_Id>1.s</Job_Id>\(deep)</Job><Job><Job_Id>2.s</Job_Id></Job></Data>")
    #expect(outcome.isPartial && outcome.problems.contains("nested deeper"))
    #expect(outcome.texts("lrms_job", "number") == ["2"])
  }

  @Test("A billion laughs are refused at the door")
  func laughs() throws {
    let document =
      "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><Data>&b;</Data>"
    #expect(try read(.torqueJobs, document).isFailed)
  }

  @Test(
    "A line without end is a problem in every text form",
    arguments: [
      (.torqueJobs, "Job Id: 1.s\n    Job_Name = "), (.torqueNodes, "n\n     note = "),
      (.torqueSettings, "set server a = "),
      (.torqueAccounting, "11/22/2026 10:00:01;S;1.s;user="),
      (.torqueMom, "Host: n/n   Version: 2   PID: 1\njob["),
    ] as [(ObservationKind, String)])
  func line(kind: ObservationKind, start: String) throws {
    let outcome = try read(kind, Array(start.utf8) + [UInt8](repeating: 0x61, count: 4 << 20))
    #expect(!outcome.isComplete)
    #expect(outcome.problems.count < 2000)
  }

  @Test("A value of many megabytes is a defect")
  func value() throws {
    let name = String(repeating: "n", count: valueLimit + 1)
    let outcome = try read(
      .torqueJobs, "<Data><Job><Job_Id>1.s</Job_Id><Job_Name>\(name)</Job_Name></Job></Data>")
    #expect(outcome.rows.first?.defects.map(\.column) == ["name"])
  }

  @Test("Raw angle brackets without an end tag are looked through once")
  func brackets() throws {
    let raw = String(repeating: "<queue><", count: 50_000)
    let outcome = try read(.torqueJobs, "<Data><Job><Job_Id>1.s</Job_Id>\(raw)</Job></Data>")
    #expect(outcome.isPartial && outcome.rows.isEmpty)
  }

  @Test("A million broken records are not a million problems")
  func problems() throws {
    let outcome = try read(
      .torqueJobs, "<Data>" + String(repeating: "<Job></Job>", count: 20_000) + "</Data>")
    #expect(outcome.isPartial && outcome.problems.contains("and 19980 more"))
  }

  @Test("Placement on thousands of nodes is counted in one go")
  func placement() throws {
    let hosts = (0..<20_000).map { "n\($0)/0-7" } + ["n5/8", "n19999/9*2"]
    let shares = Placement(Array(hosts.joined(separator: "+").utf8)[...]).shares
    #expect(shares.count == 20_000)
    #expect(shares[5].processors == 9 && shares[8].processors == 8)
  }

  @Test("Commas without a job are looked through once")
  func commas() throws {
    let outcome = try read(.torqueNodes, "n\n     jobs = " + String(repeating: "0,", count: 200_000) + "\n\n")
    #expect(outcome.isPartial && outcome.rows.count == 1)
  }

  @Test(
    "Slots are counted",
    arguments: [
      ("0", 1), ("0-2", 3), ("0-2,5", 4), ("0*2", 2), ("2-0", nil), ("", nil), ("a", nil),
      ("0-4000000000", nil),
      ("1-2-3", nil), ("99999999999999999999", nil), ("-1", nil),
    ] as [(String, Int64?)])
  func slots(text: String, count: Int64?) {
    #expect(Placement.count(Array(text.utf8)[...]) == count)
  }

  @Test(
    "Durations are read",
    arguments: [
      ("00:10:00", 600), ("100:00:00", 360_000), ("1:00:00:01", 86_401), ("90", 90), ("01:30", 90), ("", nil),
      (":", nil),
      ("1:2:3:4:5", nil), ("-1", nil), ("99999999999999999999", nil), ("9999999999999:00:00", nil),
    ] as [(String, Int64?)])
  func durations(text: String, seconds: Int64?) {
    #expect(Quantity.seconds(Array(text.utf8)[...]) == seconds)
  }

  @Test(
    "Memory is read in all its units",
    arguments: [
      ("64mb", 65_536), ("1gb", 1_048_576), ("100kb", 100), ("12b", 0), ("4096", 4), ("4mw", 32_768),
      ("2TB", 2_147_483_648),
      ("mb", nil), ("1xb", nil), ("1mbb", nil), ("9223372036854775807gb", nil), ("-1kb", nil), ("1k", nil),
    ] as [(String, Int64?)])
  func memory(text: String, kibibytes: Int64?) {
    #expect(Quantity.memory(Array(text.utf8)[...])?.count == kibibytes)
  }
}
