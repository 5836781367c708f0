import Audit
import Configuration
import Model
import Node
import Persistence
import Repair
import RuleBook
import World
import Xen

extension Ways {
  /// How this site's bytes are read and its acts are carried out: by the packages of the outside, which do not know each other.
  init(_ configuration: Configuration, schema: Schema, marker: String) {
    let site = configuration.site
    let reach = configuration.reach
    self.init(
      snapshot: { samples, answers in
        let builder = try SnapshotBuilder(schema: schema, site: site)
        for (place, answer) in (samples + answers).enumerated() {
          let round = place < samples.count ? 1 : 2
          builder.read(answer.observation, id: place + 1, round: round, finished: answer.produced)
        }
        let now = answers.map(\.observation.finished).max() ?? Instant(milliseconds: 0)
        return try builder.finish(now: now)
      },
      deeds: { act, snapshot in
        let node = act.text("node")
        let note = DrainNote(marker: marker, now: try DrainNote.told(of: node, by: snapshot))
        var deeds = Xen.deeds(for: act, reach.nodes)
        deeds += Node.deeds(for: act, grace: site.grace, reach.nodes)
        var facts: [String: [[String: Value]]] = [:]
        for question in Persistence.questions(about: act) {
          facts[question.table] = try snapshot.rows(question.query, question.parameters)
        }
        do throws(DeedRefusal) {
          deeds += try BatchWays.deeds(
            for: act, note: note.drained, former: note.former, grace: site.grace, reach.torque)
          deeds += try Persistence.deeds(for: act, on: Persistence.Facts(facts), reach.service)
        } catch {
          throw Complaint(file: act.verb.rawValue, problem: error.reason, remedy: "")
        }
        return deeds
      })
  }
}

/// The note of a node that trueup drains: by its beginning it is known as trueup's, and it keeps what the note was before.
private struct DrainNote {
  let marker: String
  /// The note as it is.
  let now: String

  private static let before = "; before: "

  var drained: String { "trueup: \(marker)" + (now.isEmpty ? "" : Self.before + now) }

  /// What stood there before trueup drained the node.
  var former: String {
    now.split(separator: Self.before, maxSplits: 1).dropFirst().first.map(String.init) ?? ""
  }

  static func told(of node: String, by snapshot: Snapshot) throws -> String {
    let rows = try snapshot.rows("SELECT note FROM lrms_node WHERE node = :node", [":node": .text(node)])
    if case .text(let note)? = rows.first?["note"] { return note }
    return ""
  }
}

extension SnapshotBuilder {
  /// Reads an observation into the snapshot. Its time is when its source made it: the same dump read twice is one look.
  func read(
    _ raw: RawObservation, id: Int, round: Int, started: Instant? = nil, finished: Instant? = nil,
    watch: Stopwatch = Stopwatch()
  ) {
    var record = record(
      of: raw, id: id, round: round, started: started ?? finished ?? raw.started,
      finished: finished ?? raw.finished)
    begin(id)
    var sink = BuilderSink(builder: self, watch: watch)
    let reading = watch.time(.parse) { Doors.read(raw, into: &sink) }
    record.form = reading.form
    record.coverage = reading.coverage
    record.remarks = reading.remarks
    end(record, precedence: reading.precedence, unreadable: reading.unreadable)
  }

  /// What is known of an observation before it is read.
  func record(
    of raw: RawObservation, id: Int, round: Int, started: Instant, finished: Instant
  ) -> ObservationRecord {
    let exitStatus: Int? = if case .exit(let code) = raw.ending { code } else { nil }
    return ObservationRecord(
      id: id, round: round, kind: raw.kind,
      node: raw.kind.isPerNode && !raw.node.isEmpty ? canonical(raw.node) : nil, command: raw.command,
      started: started, finished: finished, exitStatus: exitStatus)
  }
}

/// Rows of a parser go straight into the snapshot.
private struct BuilderSink: RowSink {
  let builder: SnapshotBuilder
  let watch: Stopwatch

  func insert(_ row: Row) { watch.time(.load) { builder.insert(row) } }
}
