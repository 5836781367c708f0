extension Duration {
  /// Whole milliseconds.
  public var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// Whole seconds.
  public var seconds: Int64 { components.seconds }

  /// Seconds with what is needed of their milliseconds, as `sleep` takes them: `5`, `0.25`.
  public var secondsWorded: String {
    let fraction = pad(milliseconds % 1000, 3).reversed().drop { $0 == "0" }
    return "\(seconds)" + (fraction.isEmpty ? "" : "." + String(fraction.reversed()))
  }
}

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Comparable, Sendable {
  public let milliseconds: Int64

  public init(milliseconds: Int64) { self.milliseconds = milliseconds }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// A moment from a calendar date and a time of day, taken as UTC moved by `offsetMinutes`.
  /// Nil where a part is out of its range.
  public init?(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    millisecond: Int = 0, offsetMinutes: Int = 0
  ) {
    guard (1...9999).contains(year), (1...12).contains(month),
      (1...Self.days(inMonth: month, of: year)).contains(day), (0...23).contains(hour),
      (0...59).contains(minute), (0...60).contains(second), (0...999).contains(millisecond)
    else { return nil }
    let days = Self.daysSinceEpoch(year: year, month: month, day: day)
    let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + (minute - offsetMinutes) * 60 + second)
    milliseconds = seconds * 1000 + Int64(millisecond)
  }

  /// A moment as RFC 3339 writes it: `2026-11-22T03:10:00.120Z`, `2026-11-22 04:10:00+01:00`.
  public init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 19, bytes[4] == 45, bytes[7] == 45, bytes[13] == 58, bytes[16] == 58,
      [84, 116, 32].contains(bytes[10])
    else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      bytes[range].allSatisfy { (48...57).contains($0) }
        ? bytes[range].reduce(0) { $0 * 10 + Int($1 - 48) } : nil
    }
    var at = 19
    var millisecond = 0
    if at < bytes.count, bytes[at] == 46 {
      let start = at + 1
      at = start
      while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
      guard at > start else { return nil }
      let digits = bytes[start..<min(at, start + 3)].map { Int($0 - 48) }
      millisecond = (digits + [0, 0, 0]).prefix(3).reduce(0) { $0 * 10 + $1 }
    }
    guard let offset = Self.offsetMinutes(bytes[at...]),
      let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19)
    else { return nil }
    self.init(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second,
      millisecond: millisecond, offsetMinutes: offset)
  }

  /// RFC 3339 in UTC with milliseconds, the way every report and manifest writes a moment.
  public var rfc3339: String {
    let second = milliseconds.floorDivided(by: 1000)
    let day = second.floorDivided(by: 86_400)
    let (year, month, date) = Self.calendar(daysSinceEpoch: day)
    let time = second - day * 86_400
    return "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))T"
      + "\(pad(time / 3600, 2)):\(pad(time / 60 % 60, 2)):\(pad(time % 60, 2))"
      + ".\(pad(milliseconds - second * 1000, 3))Z"
  }

  private static func offsetMinutes(_ zone: ArraySlice<UInt8>) -> Int? {
    let text = String(decoding: zone, as: UTF8.self)
    if text == "Z" || text == "z" { return 0 }
    let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    guard text.hasPrefix("+") || text.hasPrefix("-"), parts.count == 2, parts[0].count == 2,
      parts[1].count == 2, let hours = Int(parts[0]), let minutes = Int(parts[1]),
      (0...23).contains(hours), (0...59).contains(minutes)
    else { return nil }
    return (text.hasPrefix("-") ? -1 : 1) * (hours * 60 + minutes)
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
  }

  /// Days from 1970-01-01 in the proleptic Gregorian calendar: a year that begins in March has its leap day last.
  private static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = marchYear / 400
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The inverse of `daysSinceEpoch`.
  private static func calendar(daysSinceEpoch days: Int64) -> (Int64, Int64, Int64) {
    let shifted = days + 719_468
    let era = shifted.floorDivided(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}

extension Int64 {
  fileprivate func floorDivided(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}

private func pad(_ number: Int64, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
