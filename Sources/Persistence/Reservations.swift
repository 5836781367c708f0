internal import Model
internal import World

/// Reads `current-reservations.txt`, which the service writes anew every few seconds: a line for each
/// outstanding lease, `dn="...", minutes=60, uuid="...", eprkey=7, creation="..."`; none is an empty file.
/// (`DBAccountingPersistence.java` allActiveReservations.)
enum Reservations {
  private static let form = "current-reservations.txt"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var records = LineRecords()
    for line in Lines(bytes) {
      guard let content = records.whole(line) else { continue }
      if content.isEmpty { continue }
      if var row = row(content, at: line.range) {
        row.isAmbiguous = row.isAmbiguous || records.isSuspicious
        sink.insert(row)
      } else {
        let found = Text.printable(content.prefix(60))
        records.broken(line, "expected dn=\"...\", minutes=..., uuid=..., eprkey=..., found '\(found)'")
      }
    }
    return records.reading(form: form)
  }

  /// The owner's name comes first and may hold anything, even what looks like the rest of a line. So the rest
  /// is looked for from the end, where the service wrote it.
  private static func row(_ content: ArraySlice<UInt8>, at range: Range<Int>) -> Row? {
    var owner = content
    guard owner.take("dn=\""), let end = owner.lastStart(of: "\", minutes=") else { return nil }
    var rest = owner[end...]
    owner = owner[..<end]
    guard rest.take("\", minutes="), let minutes = rest.takeNumber(), rest.take(", uuid=\""),
      let uuid = rest.take(upTo: "\""), isUUID(uuid), rest.take(", eprkey="),
      let machine = rest.takeNumber(), rest.take(", creation=\""),
      let created = rest.take(upTo: "\""), rest.isEmpty
    else { return nil }
    var row = Row(
      "db_reservation", bytes: range, isAmbiguous: owner.contains(UInt8(ascii: "\"")),
      [
        "uuid": .text(String(decoding: uuid, as: UTF8.self)), "machine": .integer(machine),
        "minutes": .integer(minutes),
      ])
    row.put(owner, in: "owner")
    row.put(created, in: "created")
    return row
  }
}

extension Row {
  /// Text from outside, or a defect where it is none.
  mutating func put(_ bytes: ArraySlice<UInt8>, in column: StaticString) {
    switch Text.strict(bytes) {
    case .success(let text): fields.append((column: column, value: .text(text)))
    case .failure(let defect):
      defects.append(Defect(column: column.description, problem: defect.problem))
    }
  }
}
