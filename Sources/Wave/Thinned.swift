import Model

/// A series in so few points that a picture needs no more: of each stretch of time its lowest and its highest sample. It is
/// given samples as they come, and keeps its size.
public struct Thinned: Sendable {
  private struct Stretch {
    var start: Instant
    var low: Sample
    var high: Sample

    mutating func take(_ sample: Sample) {
      if sample.memoryKib < low.memoryKib { low = sample }
      if sample.memoryKib > high.memoryKib { high = sample }
    }
  }

  private let limit: Int
  private var stretches: [Stretch] = []
  /// Of a stretch; ms.
  private var width: Int64 = 1

  /// - Parameter limit: of stretches; each has two points at most.
  public init(limit: Int = 4096) { self.limit = limit }

  public mutating func take(_ sample: Sample) {
    if let last = stretches.last, sample.at.milliseconds / width == last.start.milliseconds / width {
      stretches[stretches.count - 1].take(sample)
      return
    }
    stretches.append(Stretch(start: sample.at, low: sample, high: sample))
    while stretches.count > limit { halve() }
  }

  private mutating func halve() {
    width *= 2
    var kept: [Stretch] = []
    for stretch in stretches {
      if let last = kept.last, last.start.milliseconds / width == stretch.start.milliseconds / width {
        kept[kept.count - 1].take(stretch.low)
        kept[kept.count - 1].take(stretch.high)
      } else {
        kept.append(stretch)
      }
    }
    stretches = kept
  }

  /// In the order of time.
  public var points: [Sample] {
    stretches.flatMap { stretch in
      stretch.low == stretch.high
        ? [stretch.low] : [stretch.low, stretch.high].sorted { $0.at < $1.at }
    }
  }
}
