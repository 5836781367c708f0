import Model
import SQLite

/// What the sources tell of causes: who deleted which jobs when, which nodes were restarted, which pilots were not heard.
public struct Traces: Sendable {
  /// A deletion that somebody asked for, or a job that ended by SIGTERM.
  struct Deletion: Sendable {
    /// As the accounting log tells it; nil where only the job's end tells of it.
    let requestor: String?
    /// The job's number.
    let job: String
    /// Local time of the server as told, or the moment in RFC 3339.
    let time: String
    /// Seconds on a scale of their own, for telling near from far.
    let second: Int64
    /// When, where the server's zone can be told.
    let moment: Instant?
  }

  var deletions: [Deletion] = []
  /// When each node was last started; milliseconds.
  var boots: [String: Int64] = [:]
  /// The job's number of each slot, by slot id, and of each machine.
  var jobsBySlot: [String: String] = [:]
  var jobsByMachine: [Int64: String] = [:]
  /// The nodes that each job ran on.
  var nodesByJob: [String: Set<String>] = [:]

  /// Of nothing: fewer than two findings have no cause in common.
  init() {}

  init(_ snapshot: Snapshot) throws(SQLiteError) {
    try gatherDeletions(snapshot.database)
    let boots = try snapshot.database.prepare(
      "SELECT node, time_ms - uptime_s * 1000 FROM node_clock WHERE time_ms IS NOT NULL AND uptime_s IS NOT NULL"
    )
    while try boots.step() { self.boots[boots.columnText(0) ?? ""] = boots.columnInteger(1) }
    let slots = try snapshot.database.prepare("SELECT id, machine, job_number, node FROM db_slot")
    while try slots.step() {
      guard let job = slots.columnText(2) else { continue }
      if let slot = slots.columnText(0) { jobsBySlot[slot] = job }
      if slots.storage(1) == .integer { jobsByMachine[slots.columnInteger(1)] = job }
      if let node = slots.columnText(3) { nodesByJob[job, default: []].insert(node) }
    }
    let placed = try snapshot.database.prepare(
      "SELECT j.number, a.node FROM lrms_allocation a JOIN lrms_job j ON j.id = a.job WHERE j.number IS NOT NULL"
    )
    while try placed.step() {
      nodesByJob[placed.columnText(0) ?? "", default: []].insert(placed.columnText(1) ?? "")
    }
  }

  /// The accounting log's D records tell who and when; without them, jobs that ended by SIGTERM tell only when.
  private mutating func gatherDeletions(_ database: Database) throws(SQLiteError) {
    let records = try database.prepare(
      "SELECT requestor, number, logged_at FROM lrms_event WHERE kind = 'D' AND ambiguous = 0 AND number IS NOT NULL"
    )
    let zone = try Self.zone(database)
    while try records.step() {
      let time = records.columnText(2) ?? ""
      guard let second = Self.second(time) else { continue }
      deletions.append(
        Deletion(
          requestor: records.columnText(0), job: records.columnText(1) ?? "", time: time, second: second,
          moment: zone.map { Instant(milliseconds: (second - $0) * 1000) }))
    }
    if !deletions.isEmpty { return }
    let ended = try database.prepare(
      "SELECT number, completed_ms FROM lrms_job WHERE exit_status = 271 AND completed_ms IS NOT NULL AND ambiguous = 0"
    )
    while try ended.step() {
      let moment = Instant(milliseconds: ended.columnInteger(1))
      deletions.append(
        Deletion(
          requestor: nil, job: ended.columnText(0) ?? "", time: moment.rfc3339,
          second: moment.milliseconds / 1000, moment: moment))
    }
  }

  /// Seconds that the server's local time is ahead: an E record tells the job's end in both.
  private static func zone(_ database: Database) throws(SQLiteError) -> Int64? {
    let ends = try database.prepare(
      "SELECT logged_at, ended_ms FROM lrms_event WHERE kind = 'E' AND ambiguous = 0 AND ended_ms > 0 ORDER BY rowid DESC"
    )
    while try ends.step() {
      guard let second = second(ends.columnText(0) ?? "") else { continue }
      let ahead = Double(second - ends.columnInteger(1) / 1000)
      return Int64((ahead / 900).rounded()) * 900
    }
    return nil
  }

  /// `11/22/2026 19:29:32` on a scale of seconds; the zone is the server's and not told.
  private static func second(_ time: String) -> Int64? {
    let numbers = time.split { !$0.isASCII || !$0.isNumber }.compactMap { Int($0) }
    guard numbers.count == 6 else { return nil }
    return Instant(
      year: numbers[2], month: numbers[0], day: numbers[1], hour: numbers[3], minute: numbers[4],
      second: numbers[5]
    ).map { $0.milliseconds / 1000 }
  }
}
