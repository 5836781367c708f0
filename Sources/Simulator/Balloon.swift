import Model

/// dom0's balloon driver, and what Xen has left for it.
///
/// It goes for its target at a finite speed. Where Xen has nothing left it tries again after 1, 2, 4 and 8 s, then sleeps for
/// an hour: the same target does not wake it, another one does (`domain/xen.md` 4, measured on Linux 6.1 and Xen 4.17).
struct Balloon: Hashable, Sendable {
  enum Phase: Hashable, Sendable {
    case moving
    /// Xen had nothing left then.
    case waiting(since: Instant)
    /// It is at its target, or gave up.
    case asleep
  }

  /// KiB that dom0 has.
  private(set) var current: Int64
  /// KiB that the driver goes for, by whole pages.
  private(set) var target: Int64
  /// KiB that the toolstack asked for, as xenstore keeps them.
  private(set) var asked: Int64
  /// KiB that Xen has free; nil where nobody said.
  private(set) var free: Int64?
  /// KiB that were given to back ends for good: Xen 3.x rests that far below its target.
  private let driver: Int64
  /// KiB that Xen lets dom0 have (`dom0_mem=...,max:`).
  private let limit: Int64?
  /// As long as nothing was done to it, it stands as it was captured.
  private(set) var phase = Phase.asleep
  private(set) var isTouched = false
  /// Somebody has asked for memory since.
  private(set) var isAsked = false
  /// KiB that dom0 had when it was captured.
  let captured: Int64

  /// 64 MiB took 0.3 to 1.5 s.
  static let speed: Int64 = 64 * 1024
  /// 1 + 2 + 4 + 8 s.
  static let patience: Duration = .seconds(15)

  init(current: Int64, target: Int64, free: Int64?, driver: Int64, limit: Int64?) {
    self.current = current
    captured = current
    self.target = target
    asked = target
    self.free = free
    self.driver = driver
    self.limit = limit
  }

  /// Memory that a domain had is Xen's again.
  mutating func release(_ amount: Int64) {
    free = free.map { $0 + amount }
    isTouched = true
  }

  /// A new domain gets memory that Xen has free; false where that is too little.
  mutating func take(_ amount: Int64) -> Bool {
    if let free, free < amount { return false }
    free = free.map { $0 - amount }
    isTouched = true
    return true
  }

  mutating func set(_ kib: Int64) {
    asked = kib
    isAsked = true
    isTouched = true
    let pages = kib / 4 * 4
    if pages == target { return }
    target = pages
    phase = .moving
  }

  /// From one moment to the next, in which nobody else takes or gives memory.
  mutating func advance(from start: Instant, to end: Instant) {
    if phase == .asleep || end <= start { return }
    let wanted = target - driver - current
    let able = (end - start).milliseconds * Self.speed / 1000
    let step = wanted < 0 ? max(wanted, -able) : min(wanted, able, free ?? .max, (limit ?? .max) - current)
    let moved = step / 4 * 4
    current += moved
    free = free.map { $0 - moved }
    if abs(target - driver - current) < 4 {
      phase = .asleep
    } else if wanted > 0, moved < able / 4 * 4 {
      stop(from: start, to: end)
    } else {
      phase = .moving
    }
  }

  private mutating func stop(from start: Instant, to end: Instant) {
    let since = if case .waiting(let since) = phase { since } else { start }
    phase = end - since >= Self.patience ? .asleep : .waiting(since: since)
  }
}
