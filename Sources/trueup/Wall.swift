import Commands
import Model
import Toml

/// The time of day, and how a person spells a moment.
enum Wall {
  static var now: Instant { ObserverClock().now }

  /// The last moment that RFC 3339 can tell.
  private static let end: Int64 = 253_402_300_799_999

  /// A moment as RFC 3339 has it, or a span from now.
  static func moment(_ text: String, after now: Instant) throws(Refusal) -> Instant {
    if let moment = Instant(rfc3339: text) { return moment }
    guard let span = Duration(spelt: text) else {
      throw Refusal("\(text) is no moment: write 2026-11-22T18:00:00Z, or a time from now such as 2h")
    }
    let (sum, isTooMuch) = now.milliseconds.addingReportingOverflow(span.milliseconds)
    if isTooMuch || sum > end { throw Refusal("\(text) is after the year 9999: write a shorter time") }
    return Instant(milliseconds: sum)
  }
}
