import Batch
import Model
import World

/// The accounting log of the server: a line a record, local time, one file a day. OpenPBS writes the same, and tells of more.
///
/// A newline in a job's account cuts its records in two and lets its owner write whole records of other jobs.
/// What gives them away: the cut record lacks its end, the end turns up on a line of its own or behind a
/// false beginning, and the times no longer go forward. All lines from the cut to where the end turns up are
/// ambiguous. A false record that has its own end and keeps to the time can't be told from a true one by its
/// bytes.
enum AccountingLog {
  static let form = "accounting log"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var survey = AccountingSurvey()
    for line in Lines(bytes) { survey.take(line) }
    survey.finish()
    var problems = survey.problems
    for entry in survey.entries where entry.isRecord {
      // Only what was a record at the first look is one at the second.
      guard let record = AccountingLine(bytes[entry.range]), !others.contains(record.kind),
        !isReservation(record.job)
      else { continue }
      guard isJobId(record.job) else {
        problems.append(
          Problem("expected a job's id, found \(quoted(record.job))", offset: entry.range.lowerBound))
        continue
      }
      sink.insert(row(of: record, bytes: entry.line, isAmbiguous: entry.isAmbiguous))
    }
    if survey.entries.contains(where: \.isRecord) || bytes.isEmpty {
      return Reading(form: form, coverage: problems.coverage)
    }
    return Reading(
      form: form, coverage: .failed(Problem("expected records of the accounting log, found none")))
  }

  /// Of licences (L), and what only OpenPBS tells: reservations, provisioning, jobs that move, change, rest or go by phases
  /// (`acct.h`).
  private static let others = ascii("LMuceazrsUYBFKkPp")

  /// `R12.server`, and with S and M for standing ones and those for maintenance.
  private static func isReservation(_ id: ArraySlice<UInt8>) -> Bool {
    guard let first = id.first, ascii("RSM").contains(first) else { return false }
    return isJobId(id.dropFirst())
  }

  private static func row(of record: AccountingLine, bytes: Range<Int>, isAmbiguous: Bool) -> Row {
    var draft = Draft("lrms_event", bytes: bytes, isAmbiguous: isAmbiguous || record.isOdd)
    draft.text("logged_at", record.loggedAt)
    if ascii("QSEDARCT").contains(record.kind) {
      draft.set("kind", .text(String(Unicode.Scalar(record.kind))))
    } else {
      draft.defect("kind", "expected a letter of Q S E D A R C T, found \(quoted([record.kind]))")
    }
    let id = String(decoding: record.job, as: UTF8.self)
    draft.set("job", .text(id))
    setParts(of: id, in: &draft)
    draft.text("requestor", record["requestor"])
    draft.text("account", record.user)
    draft.text("exec_host", record["exec_host"])
    draft.integer("session", record["session"])
    draft.integer("exit_status", record["Exit_status"])
    draft.instant("started_ms", record["start"])
    draft.instant("ended_ms", record["end"])
    return draft.row
  }
}

/// The first look at a log: which lines are records, and which of them somebody may have forged.
struct AccountingSurvey {
  struct Entry {
    /// Without its newline.
    let range: Range<Int>
    let line: Range<Int>
    let isRecord: Bool
    let order: Int64
    var isAmbiguous = false
  }

  private(set) var entries: [Entry] = []
  private(set) var problems = ProblemList()
  /// The kind of the cut record whose end has not turned up yet.
  private var open: UInt8?
  /// The latest record with an account: where a line that is no record may come from.
  private var lastAccount: Int?

  mutating func take(_ line: Line) {
    guard line.isTerminated, !line.isTooLong else {
      problems.append(
        Problem(line.isTooLong ? "a line is too long" : "the last line is cut", line: line.number))
      return
    }
    let record = AccountingLine(line.content)
    entries.append(
      Entry(
        range: line.content.indices, line: line.range, isRecord: record != nil, order: record?.order ?? 0))
    let place = entries.count - 1
    if let open {
      entries[place].isAmbiguous = true
      if AccountingLine.closes(open, line.content) { self.open = nil }
    } else if let record {
      if record.isCut {
        entries[place].isAmbiguous = true
        open = record.kind
      }
    } else {
      problems.append(Problem("expected a record, found \(quoted(line.content))", line: line.number))
      suspect(from: lastAccount ?? place, to: place)
    }
    if record?.hasAccount == true { lastAccount = place }
  }

  private mutating func suspect(from: Int, to: Int) {
    for place in from...to { entries[place].isAmbiguous = true }
    lastAccount = to
  }

  mutating func finish() {
    if open != nil { problems.append(Problem("a record is cut, and its end is on no other line")) }
    judgeTimes()
  }

  /// The server writes as time goes by. A record later than its successor is false, or its successor is.
  private mutating func judgeTimes() {
    let records = entries.indices.filter { entries[$0].isRecord }
    for (place, next) in zip(records, records.dropFirst()) where entries[place].order > entries[next].order {
      entries[place].isAmbiguous = true
      if !fits(next, before: place) { entries[next].isAmbiguous = true }
    }
  }

  /// Whether the successor fits to what came before the suspect.
  private func fits(_ next: Int, before place: Int) -> Bool {
    guard let earlier = entries[..<place].last(where: \.isRecord) else { return false }
    return earlier.order <= entries[next].order
  }
}
