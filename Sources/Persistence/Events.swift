internal import Model
internal import World

/// Reads what the service wrote down as it happened: the lines of `accounting-events.txt`, and those lines of
/// its log that carry `[NIMBUS-EVENT]`; both may be in one file. Other lines of the log are left alone.
/// (`DelayedAccountingFileLogger.java`, `Lager.java`; the log's pattern is that of the GT4 container.)
enum Events {
  private static let form = "accounting events and service log"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var records = LineRecords()
    var isKnown = bytes.isEmpty
    for line in Lines(bytes) {
      guard let content = records.whole(line) else { continue }
      var row: Row?
      if content.starts(with: "CREATED: ".utf8) || content.starts(with: "REMOVED: ".utf8) {
        row = lease(content, at: line.range)
        if row == nil {
          let found = Text.printable(content.prefix(60))
          records.broken(line, "expected time, uuid, eprkey, dn and charge, found '\(found)'")
        }
        isKnown = true
      } else {
        row = logged(content, at: line.range)
        isKnown = isKnown || row != nil || time(of: content) != nil
      }
      if var row {
        row.isAmbiguous = row.isAmbiguous || records.isSuspicious
        sink.insert(row)
      }
    }
    if !isKnown {
      let problem = Problem("no line of accounting-events.txt and none of the service's log")
      return Reading(form: form, coverage: .failed(problem))
    }
    return records.reading(form: form)
  }

  /// What identifies the lease stands before the owner's name, so that nothing in the name can change it.
  private static func lease(_ content: ArraySlice<UInt8>, at range: Range<Int>) -> Row? {
    var rest = content
    let isCreated = rest.take("CREATED: ")
    guard isCreated || rest.take("REMOVED: "), rest.take("time=\""),
      let time = rest.take(upTo: "\""), rest.take(", uuid=\""), let uuid = rest.take(upTo: "\""),
      isUUID(uuid), rest.take(", eprkey="), let machine = rest.takeNumber(), rest.take(", ")
    else { return nil }
    let detail = rest
    let tail: StaticString = isCreated ? "\", requestMinutes=" : "\", charge="
    guard rest.take("dn=\""), let end = rest.lastStart(of: tail) else { return nil }
    let owner = rest[..<end]
    rest = rest[(end + tail.utf8CodeUnitCount)...]
    guard rest.takeNumber() != nil else { return nil }
    if isCreated {
      guard rest.take(", charge="), rest.takeNumber() != nil else { return nil }
    }
    var row = Row(
      "db_event", bytes: range, isAmbiguous: owner.contains(UInt8(ascii: "\"")),
      [
        "kind": .text(isCreated ? "CREATED" : "REMOVED"),
        "uuid": .text(String(decoding: uuid, as: UTF8.self)), "machine": .integer(machine),
      ])
    row.put(time, in: "logged_at")
    row.put(detail, in: "detail")
    return row
  }

  private static func logged(_ content: ArraySlice<UInt8>, at range: Range<Int>) -> Row? {
    guard let start = content.firstStart(of: "[NIMBUS-EVENT]") else { return nil }
    let time = time(of: content)
    var rest = content[(start + 14)...]
    // A line that does not begin as the log's do is the middle of some other text.
    var row = Row("db_event", bytes: range, isAmbiguous: time == nil, [:])
    if let time { row.put(time, in: "logged_at") }
    var kind = "LOG"
    var tagged = rest
    if tagged.take("[id-"), let machine = tagged.takeNumber(), tagged.take("]: ") {
      row.fields.append((column: "machine", value: .integer(machine)))
      rest = tagged
      let event = LoggedEvent(rest, of: machine)
      kind = event.kind
      row.fields += event.fields
      row.isAmbiguous = row.isAmbiguous || event.isAmbiguous
    } else if tagged.take(": ") {
      rest = tagged
    }
    row.fields.append((column: "kind", value: .text(kind)))
    row.put(rest, in: "detail")
    return row
  }

  /// `2010-05-03 10:00:00,123` at the front of a line; nil when it is not there.
  private static func time(of content: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let time = content.prefix(23)
    let isTime =
      time.count == 23
      && zip(time, "0000-00-00 00:00:00,000".utf8).allSatisfy { byte, expected in
        expected == UInt8(ascii: "0") ? isDigit(byte) : byte == expected
      }
    return isTime ? time : nil
  }
}
