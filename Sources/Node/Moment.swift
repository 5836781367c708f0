import Model

/// A time of day as `date` prints it, in the forms that people use.
enum Moment {
  enum Told {
    case moment(Instant)
    /// A date whose zone is a name that could be more than one, or is not told.
    case unknownZone(String)
    case nothing
  }

  static func read(_ text: ArraySlice<UInt8>) -> Told {
    guard text.count < 80 else { return .nothing }
    if let epoch = epoch(text) { return .moment(epoch) }
    let words = Words.of(text).map { Words.text($0) }
    if let moment = rfc3339(words) { return .moment(moment) }
    return calendar(words)
  }

  /// `date +%s`, `%s.%N`; also in milli- and nanoseconds, told apart by the length: until the year 2286 a time
  /// after 1973 has 9 or 10 digits.
  private static func epoch(_ text: ArraySlice<UInt8>) -> Instant? {
    let digits = text.prefix(while: Words.isDigit).count
    switch digits {
    case 9...11: return Words.milliseconds(text).map { Instant(milliseconds: $0) }
    case 13 where digits == text.count: return Words.number(text).map { Instant(milliseconds: $0) }
    case 19 where digits == text.count:
      return Words.number(text).map { Instant(milliseconds: $0 / 1_000_000) }
    default: return nil
    }
  }

  /// `date -u +%FT%TZ`, `date -Is`, `date --rfc-3339=ns`; a comma before the fraction and an offset without its colon
  /// too.
  private static func rfc3339(_ words: [String]) -> Instant? {
    guard (1...3).contains(words.count), words[0].utf8.dropFirst(4).first == 45 else { return nil }
    var parts = words
    if parts.count > 1, parts.last == "UTC" || parts.last == "GMT" { parts[parts.count - 1] = "Z" }
    var text = parts.joined(separator: parts[0].utf8.count == 10 ? "T" : "")
    if parts.count == 3 { text = parts[0] + "T" + parts[1] + parts[2] }
    text = String(text.map { $0 == "," ? "." : $0 })
    let tail = Array(text.suffix(5))
    if tail.count == 5, tail[0] == "+" || tail[0] == "-", tail.dropFirst().allSatisfy(\.isNumber) {
      text = text.dropLast(2) + ":" + text.suffix(2)
    }
    return Instant(rfc3339: text)
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let days: Set<String> = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

  /// `Sun Nov 22 20:57:13 UTC 2026` and its relatives (`date -R`, other orders, AM and PM): the parts are told apart by
  /// their look.
  private static func calendar(_ words: [String]) -> Told {
    var month: Int?
    var day: Int?
    var year: Int?
    var clock: [Int]?
    var half: String?
    var zone: String?
    for word in words.map({ $0.lowercased().filter { $0 != "," } }) {
      if let place = months.firstIndex(of: String(word.prefix(3))), month == nil, word.first != "+" {
        month = place + 1
      } else if days.contains(String(word.prefix(3))) {
        continue
      } else if word.contains(":"), clock == nil {
        clock = time(word)
      } else if word == "am" || word == "pm" {
        half = word
      } else if let number = Int(word), !word.hasPrefix("+"), !word.hasPrefix("-") {
        if word.utf8.count == 4 { year = number } else { day = number }
      } else {
        zone = zone.map { $0 + " " + word } ?? word
      }
    }
    guard let month, let day, let year, let clock, clock.count == 3 else { return .nothing }
    guard let offset = offsetMinutes(zone) else { return .unknownZone(zone ?? "of its own") }
    let moment = Instant(
      year: year, month: month, day: day, hour: hour(clock[0], half), minute: clock[1], second: clock[2],
      offsetMinutes: offset)
    guard let moment else { return .nothing }
    return .moment(moment)
  }

  private static func time(_ word: String) -> [Int]? {
    let parts = word.split(separator: ":").map { Int($0) }
    return parts.contains(nil) ? nil : parts.compactMap(\.self)
  }

  private static func hour(_ told: Int, _ half: String?) -> Int {
    switch half {
    case "pm" where (1..<12).contains(told): told + 12
    case "am" where told == 12: 0
    default: told
    }
  }

  private static func offsetMinutes(_ zone: String?) -> Int? {
    guard let zone else { return nil }
    if ["utc", "gmt", "z", "uct"].contains(zone) { return 0 }
    guard zone.utf8.count == 5, let number = Int(zone), zone.hasPrefix("+") || zone.hasPrefix("-") else {
      return nil
    }
    let minutes = number.magnitude / 100 * 60 + number.magnitude % 100
    return number < 0 ? -Int(minutes) : Int(minutes)
  }
}
