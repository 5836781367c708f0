import Audit
import Capture
import Foundation
import Model
import RuleBook
import Testing
import World

@testable import trueup

/// The same facts told otherwise give the same findings. That names are nothing but names is shown by `PseudonymTests`.
@Suite("A site of which the same is told")
struct SameFactsTests {
  private static let folder = Program.rules.path()
  private static let schema = Result { try Installation.schema(folder) }
  private static let book = Result { try Installation.rules(shipped: folder, overlays: []).rules }

  /// How it is told.
  enum Telling: CaseIterable {
    case asRecorded, lastFirst, sevenHoursLater
  }

  /// What these tell, they tell by the order of their lines too.
  private static let logs: Set<ObservationKind> = [.torqueAccounting, .dbEvents, .dbNotifications]
  /// Columns that end in `_ms` and are no moments.
  private static let spans: Set<String> = ["skew_ms"]
  /// A whole number of quarters of an hour, as zones are.
  private static let shift = Duration.seconds(7 * 3600)

  @Test(
    "with its rows the other way round, or some hours later, has the same findings", arguments: Scenario.all)
  func same(_ scenario: Scenario) throws {
    let recording = try Recording(scenario.capture.path)
    let recorded = try Self.findings(of: recording, .asRecorded)
    let usual = try recording.audit(by: Self.book.get(), schema: Self.schema.get())
    try #require(recorded == Self.findings(usual))
    for telling in [Telling.lastFirst, .sevenHoursLater] {
      let found = try Self.findings(of: recording, telling)
      #expect(found == recorded, "\(telling): \(found.symmetricDifference(recorded).sorted())")
    }
  }

  @Test("is told otherwise")
  func otherwise() throws {
    let row = Row("lrms_job", bytes: 0..<1, ["id": .text("7"), "started_ms": .integer(1000)])
    #expect(Self.later(row)["started_ms"] == .integer(1000 + Self.shift.milliseconds))
    #expect(Self.later(row)["id"] == .text("7"))
    let skew = Row("node_clock", bytes: 0..<1, ["skew_ms": .integer(1000)])
    #expect(Self.later(skew)["skew_ms"] == .integer(1000))
  }

  @Test(
    "in other units has the same findings",
    arguments: ["storm-after", "deficit-64", "drift-4", "deficit-68", "under-load"])
  func units(_ scenario: String) throws {
    let scratch = try Scratch()
    let copy = try EditedCapture(of: scenario, in: scratch)
    let recorded = try Replay(copy.folder)
    var changes = 0
    func converted(_ text: String, _ unit: Regex<(Substring, Substring)>, _ word: (Int) -> String) -> String {
      text.replacing(unit) { match in
        changes += 1
        return word(Int(match.output.1) ?? 0)
      }
    }
    for name in try copy.files() where name.hasSuffix("qstat.xml") {
      try copy.edit(name) { converted($0, /<mem>(\d+)mb/) { "<mem>\($0 * 1024)kb" } }
    }
    for name in try copy.files() where name.hasSuffix("pbsnodes.xml") {
      try copy.edit(name) { converted($0, /physmem=(\d+)kb/) { "physmem=\($0 * 1024)b" } }
    }
    let site = copy.folder.appending(path: "site.toml")
    let told = converted(try String(contentsOf: site, encoding: .utf8), /"(\d+) MiB"/) {
      "\"\($0 * 1024) KiB\""
    }
    try converted(told, /"(\d+) s"/) { "\"\($0 * 1000) ms\"" }.write(
      to: site, atomically: true, encoding: .utf8)
    #expect(changes > 5)
    #expect(try Self.findings(Replay(copy.folder).result) == Self.findings(recorded.result))
    #expect(try Replay(copy.folder).text == recorded.text)
  }

  // MARK: Telling it

  private static func findings(of recording: Recording, _ telling: Telling) throws -> Set<String> {
    let rules = recording.configuration.settled(try book.get())
    let looks = try recording.looked.map { round in
      let snapshot = try snapshot(of: round, in: recording, telling)
      let look = recording.look(of: round, snapshot)
      return try Auditor.judge(snapshot, by: rules, look: look)
    }
    return findings(recording.result(of: looks, by: rules))
  }

  private static func snapshot(
    of round: Capture.Round, in recording: Recording, _ telling: Telling
  ) throws -> Snapshot {
    let later = telling == .sevenHoursLater
    func moment(_ instant: Instant) -> Instant {
      later ? Instant(milliseconds: instant.milliseconds + shift.milliseconds) : instant
    }
    let builder = try SnapshotBuilder(schema: schema.get(), site: recording.site)
    for observation in recording.sources(of: round) {
      let raw = recording.capture.rawObservation(observation)
      var list = RowList()
      let reading = Doors.read(raw, into: &list)
      var record = builder.record(
        of: raw, id: observation.number, round: observation.round, started: moment(observation.produced),
        finished: moment(observation.entry.produced ?? raw.finished))
      record.form = reading.form
      record.coverage = reading.coverage
      builder.begin(observation.number)
      let isTurned = telling == .lastFirst && !Self.logs.contains(raw.kind)
      for row in isTurned ? list.rows.reversed() : list.rows {
        builder.insert(later ? Self.later(row) : row)
      }
      builder.end(record, precedence: reading.precedence, unreadable: reading.unreadable)
    }
    let read = round.observations.map(\.entry.finished).max() ?? Instant(milliseconds: 0)
    return try builder.finish(now: moment(read))
  }

  private static func later(_ row: Row) -> Row {
    var row = row
    row.fields = row.fields.map { column, value in
      let name = column.description
      guard name.hasSuffix("_ms"), !spans.contains(name), case .integer(let moment) = value else {
        return (column, value)
      }
      return (column, .integer(moment + shift.milliseconds))
    }
    return row
  }

  /// What is found, how sure it is, and what would be done.
  private static func findings(_ result: AuditResult) -> Set<String> {
    Set(
      result.allFindings.map { finding in
        "\(finding.status.word) \(finding.rule) \(finding.node ?? "-") \(finding.fingerprint.hex): "
          + finding.steps.map(\.line).joined(separator: "; ")
      })
  }
}
