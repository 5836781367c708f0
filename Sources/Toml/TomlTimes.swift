import CTOML
import Glibc
import Model

/// Dates and times of a document. Only those with a zone name a moment.
enum TomlTimes {
  static func value(moment: CTOMLDateTime?, date: CTOMLDate?, time: CTOMLTime?) -> TomlValue? {
    if let moment { return value(moment) }
    if let date { return .localTime(text(date)) }
    return time.map { .localTime(text($0)) }
  }

  private static func value(_ moment: CTOMLDateTime) -> TomlValue {
    let written = TomlValue.localTime("\(text(moment.date))T\(text(moment.time))")
    guard let offset = moment.offset else { return written }
    defer { deleteObject(offset) }
    let minutes = Int(offset.pointee.minutes)
    let instant = Instant(
      year: Int(moment.date.year), month: Int(moment.date.month), day: Int(moment.date.day),
      hour: Int(moment.time.hour), minute: Int(moment.time.minute), second: Int(moment.time.second),
      millisecond: Int(moment.time.nanoSecond / 1_000_000), offsetMinutes: minutes)
    return instant.map { .instant($0) } ?? written
  }

  private static func text(_ date: CTOMLDate) -> String {
    "\(padded(Int(date.year), 4))-\(padded(Int(date.month), 2))-\(padded(Int(date.day), 2))"
  }

  private static func text(_ time: CTOMLTime) -> String {
    "\(padded(Int(time.hour), 2)):\(padded(Int(time.minute), 2)):\(padded(Int(time.second), 2))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
