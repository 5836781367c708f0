import Commands
import Model
import Toml

/// The time of day, and how a person spells a moment.
enum Wall {
  static var now: Instant { ObserverClock().now }

  /// A moment as RFC 3339 has it, or a span from now.
  static func moment(_ text: String, after now: Instant) throws(Refusal) -> Instant {
    if let moment = Instant(rfc3339: text) { return moment }
    guard let span = Duration(spelt: text) else {
      throw Refusal("\(text) is no moment: write 2026-11-22T18:00:00Z, or a time from now such as 2h")
    }
    return Instant(milliseconds: now.milliseconds + span.milliseconds)
  }
}
