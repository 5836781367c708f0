import Model

/// A moment as `ctime` writes it: `Sun Nov 22 19:29:32 2026`, read as UTC.
struct CalendarTime {
  let secondsSince1970: Int64

  /// Nil for what is none.
  init?(_ text: ArraySlice<UInt8>) {
    let words = String(decoding: text, as: UTF8.self).split(separator: " ")
    guard words.count == 5, let month = Self.months.firstIndex(where: { $0 == words[1] }),
      let day = Int(words[2]), let year = Int(words[4])
    else { return nil }
    let time = words[3].split(separator: ":", omittingEmptySubsequences: false).compactMap { Int($0) }
    guard time.count == 3,
      let instant = Instant(
        year: year, month: month + 1, day: day, hour: time[0], minute: time[1], second: time[2])
    else { return nil }
    secondsSince1970 = instant.milliseconds / 1000
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
