import Glibc
public import Model

/// The collector's clock: the time of day when it was started, and from then on a clock that nobody sets. So what was
/// read later never looks earlier.
public struct ObserverClock: Sendable {
  private let began: Instant
  private let start: ContinuousClock.Instant

  public init() {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    began = Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    start = ContinuousClock.now
  }

  /// The moment, in milliseconds; two of the same millisecond are in no order.
  public var now: Instant {
    Instant(milliseconds: began.milliseconds + start.duration(to: .now).milliseconds)
  }
}
