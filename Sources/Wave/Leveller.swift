public import Model

/// A stretch in which dom0's memory was one amount.
public struct Level: Hashable, Sendable {
  /// The first sample and the last one that are of it.
  public internal(set) var start: Instant
  public internal(set) var end: Instant
  public internal(set) var samples: Int
  /// The mean of them; KiB.
  public internal(set) var memoryKib: Double
  /// Nothing was recorded right before it.
  public internal(set) var isAfterGap = false
}

/// Finds levels in a series as it comes, in constant room: a change point is found by Page's two-sided cumulative sum, and
/// placed where the sum was zero last (E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954; M. Basseville and
/// I. V. Nikiforov, "Detection of Abrupt Changes", 1993, 2.2). Its reference value is half of the smallest change that
/// matters, 1 MiB; its threshold follows from the noise that the series shows, so that a false alarm comes once in some ten
/// million samples (Wald's approximation). A change of more than 8 MiB needs no sum. Between two levels dom0 is on its way:
/// a new one begins where samples stand still.
public struct Leveller: Sendable {
  /// The smallest change of a level that is told; KiB.
  public static let resolution: Double = 1024
  /// A jump that is one in a single sample; KiB.
  static let jump: Double = 8 * 1024

  /// What came since a cumulative sum was zero last.
  private struct Excess {
    var sum = 0.0
    var count = 0
    var total = 0.0
    var start = Instant(milliseconds: 0)

    mutating func take(_ deviation: Double, _ sample: Sample) {
      let next = sum + deviation - Leveller.resolution / 2
      guard next > 0 else {
        self = Excess()
        return
      }
      if count == 0 { start = sample.at }
      sum = next
      count += 1
      total += Double(sample.memoryKib)
    }
  }

  private var level: Level?
  private var above = Excess()
  private var below = Excess()
  /// Samples since it left its last level, three at most.
  private var moving: [Sample] = []
  private var last: Sample?
  private var isAfterGap = false
  /// Sum and number of the differences of neighbours within a level: their mean is 1.128 times the noise.
  private var differences = (sum: 0.0, count: 0.0)
  /// The samples of the series' beginning, until they tell its interval.
  private var early: [Sample] = []
  /// Between two samples, most of the time; ms. 0 until it is known.
  private var interval = 0.0
  /// Samples in a row whose distance is none of the interval's, but is the same for each.
  private var strays: [Sample] = []
  /// Their distance; ms.
  private var stray = 0.0
  /// Stretches without samples.
  public private(set) var gaps: [(start: Instant, end: Instant)] = []

  public init() {}

  /// The standard deviation of the noise; KiB.
  public var noiseKib: Double { differences.count > 0 ? differences.sum / differences.count / 1.128 : 0 }

  /// Takes the next sample, and puts levels that have ended to the others.
  public mutating func take(_ sample: Sample, into levels: inout [Level]) {
    if interval > 0 { return step(to: sample, into: &levels) }
    early.append(sample)
    if early.count > 10 { begin(into: &levels) }
  }

  /// The interval is the median of the first ten, so that one sample that is late or early spoils nothing.
  private mutating func begin(into levels: inout [Level]) {
    let steps = zip(early, early.dropFirst()).map { $1.at.milliseconds - $0.at.milliseconds }.sorted()
    interval = steps.isEmpty ? 0 : Double(steps[steps.count / 2])
    for sample in early { step(to: sample, into: &levels) }
    early = []
  }

  private mutating func step(to sample: Sample, into levels: inout [Level]) {
    defer { last = sample }
    guard let last else { return advance(to: sample, after: nil, into: &levels) }
    let step = Double(sample.at.milliseconds - last.at.milliseconds)
    let isGap = step > 5 * interval
    guard isGap || step * 5 < interval else {
      if !strays.isEmpty { strays = [] }
      interval += (step - interval) / 64
      return advance(to: sample, after: last, into: &levels)
    }
    let isInterval = isStray(sample, step)
    if isGap {
      gaps.append((last.at, sample.at))
      if let ended = close() { levels.append(ended) }
      moving = [sample]
      isAfterGap = true
    } else {
      advance(to: sample, after: last, into: &levels)
    }
    if isInterval { turn(to: step, wereGaps: isGap, into: &levels) }
  }

  /// Whether it is the third of its distance in a row.
  private mutating func isStray(_ sample: Sample, _ step: Double) -> Bool {
    if abs(step - stray) > stray / 4 { strays = [] }
    stray = step
    strays.append(sample)
    return strays.count == 3
  }

  /// From here on samples come at another interval: what was told as gaps were none.
  private mutating func turn(to step: Double, wereGaps: Bool, into levels: inout [Level]) {
    interval = step
    if wereGaps {
      gaps.removeLast(3)
      (moving, isAfterGap) = ([], false)
      var before: Sample?
      for sample in strays {
        advance(to: sample, after: before, into: &levels)
        before = sample
      }
    }
    strays = []
  }

  private mutating func advance(to sample: Sample, after last: Sample?, into levels: inout [Level]) {
    guard let current = level else {
      // What a series begins with is where it is, until it moves.
      if self.last == nil {
        level = Level(start: sample.at, end: sample.at, samples: 1, memoryKib: Double(sample.memoryKib))
      } else {
        settle(sample)
      }
      return
    }
    let deviation = Double(sample.memoryKib) - current.memoryKib
    guard abs(deviation) < Self.jump else {
      // It may have begun to move right before.
      levels.append(Self.parted(current, from: deviation > 0 ? above : below))
      (level, above, below, moving) = (nil, Excess(), Excess(), [sample])
      return
    }
    if let last, abs(sample.memoryKib - last.memoryKib) < 4096 {
      differences.sum += Double(abs(sample.memoryKib - last.memoryKib))
      differences.count += 1
    }
    above.take(deviation, sample)
    below.take(-deviation, sample)
    // sigma^2 ln(10^7) / (2 k), and never less than what two samples of the smallest change come to.
    let threshold = max(Self.resolution * 0.9, noiseKib * noiseKib * 16 / Self.resolution)
    if max(above.sum, below.sum) > threshold {
      levels.append(change(current, above.sum > below.sum ? above : below, sample))
      return
    }
    level?.samples += 1
    level?.end = sample.at
    let count = Double(current.samples + 1)
    level?.memoryKib += deviation / count
  }

  /// Puts what the series ends with to the other levels.
  public mutating func finish(into levels: inout [Level]) {
    begin(into: &levels)
    if let ended = close() { levels.append(ended) }
  }

  private mutating func close() -> Level? {
    defer {
      (level, moving, above, below) = (nil, [], Excess(), Excess())
    }
    return level
  }

  // MARK: Changes

  /// What the sum has gathered is the new level, and was never the old one's.
  private mutating func change(_ current: Level, _ excess: Excess, _ sample: Sample) -> Level {
    var former = excess
    former.count -= 1
    former.total -= Double(sample.memoryKib)
    level = Level(
      start: excess.start, end: sample.at, samples: excess.count,
      memoryKib: excess.total / Double(excess.count))
    (above, below) = (Excess(), Excess())
    return Self.parted(current, from: former)
  }

  /// A level without those of its samples that were on the way to another.
  private static func parted(_ level: Level, from excess: Excess) -> Level {
    guard excess.count > 0, level.samples > excess.count else { return level }
    var ended = level
    ended.samples -= excess.count
    ended.memoryKib =
      (level.memoryKib * Double(level.samples) - excess.total) / Double(ended.samples)
    ended.end = min(ended.end, Instant(milliseconds: excess.start.milliseconds - 1))
    return ended
  }

  /// It stands still: two samples are the same to a page or so, or three are the same but for the noise.
  private mutating func settle(_ sample: Sample) {
    moving.append(sample)
    if moving.count > 3 { moving.removeFirst() }
    let values = moving.map { Double($0.memoryKib) }
    let isSame = values.count >= 2 && abs(values[values.count - 1] - values[values.count - 2]) <= 64
    let spread = (values.max() ?? 0) - (values.min() ?? 0)
    let isStill = values.count == 3 && spread <= max(Self.resolution, 4 * noiseKib)
    guard isSame || isStill else { return }
    let taken = isStill ? moving[...] : moving.suffix(2)
    guard let first = taken.first else { return }
    level = Level(
      start: first.at, end: sample.at, samples: taken.count,
      memoryKib: taken.map { Double($0.memoryKib) }.reduce(0, +) / Double(taken.count),
      isAfterGap: isAfterGap)
    (moving, isAfterGap) = ([], false)
  }
}
