public import Model

/// What a node alone can tell of its memory: no batch system and no database, and so no more than that something is wrong.
public struct NodeHealth: Sendable {
  /// As long must it have been so: a pilot that ends gives back within seconds, and a driver that moves has done so.
  public static let patience: Duration = .seconds(60)
  /// Less is no news; KiB.
  private static let tolerance: Int64 = 1024

  public struct Sight: Hashable, Sendable {
    public let currentKib: Int64
    public let targetKib: Int64
    /// What living pilots lease.
    public let leasedKib: Int64

    public init(currentKib: Int64, targetKib: Int64, leasedKib: Int64) {
      self.currentKib = currentKib
      self.targetKib = targetKib
      self.leasedKib = leasedKib
    }
  }

  /// Something that is wrong, and since when it is the same.
  public struct Trouble: Hashable, Sendable {
    public let since: Instant
    let sight: Sight

    /// A line for a file.
    public var text: String {
      "\(since.milliseconds) \(sight.currentKib) \(sight.targetKib) \(sight.leasedKib)\n"
    }

    init(since: Instant, sight: Sight) { (self.since, self.sight) = (since, sight) }

    /// Nil where it is no such line.
    public init?(text: String) {
      let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int64($0) }
      guard numbers.count == 4 else { return nil }
      since = Instant(milliseconds: numbers[0])
      sight = Sight(currentKib: numbers[1], targetKib: numbers[2], leasedKib: numbers[3])
    }
  }

  private let sight: Sight
  private let baselineKib: Int64

  /// - Parameter baselineKib: what dom0 has with no lease.
  public init(_ sight: Sight, baselineKib: Int64) { (self.sight, self.baselineKib) = (sight, baselineKib) }

  /// What is to be said, and what is to be remembered. It is said once it was the same for a minute; a clock that was set back
  /// begins that minute anew.
  public func verdict(after before: Trouble?, now: Instant) -> (line: String?, trouble: Trouble?) {
    guard let line else { return (nil, nil) }
    guard let before, before.sight == sight, before.since <= now else {
      return (nil, Trouble(since: now, sight: sight))
    }
    let lasted = Duration.milliseconds(now.milliseconds - before.since.milliseconds)
    return (lasted >= Self.patience ? line : nil, before)
  }

  private var line: String? {
    func mib(_ kib: Int64) -> String { MessageTemplate.memory(kib: kib) }
    if sight.targetKib - sight.currentKib > Self.tolerance {
      return
        "dom0 has \(mib(sight.currentKib)) and does not get to \(mib(sight.targetKib)), which it goes for"
    }
    let missing = baselineKib - sight.leasedKib - max(sight.currentKib, sight.targetKib)
    guard missing >= Self.tolerance else { return nil }
    let leases = sight.leasedKib == 0 ? "no pilot lives" : "living pilots lease \(mib(sight.leasedKib))"
    return
      "dom0 has \(mib(sight.currentKib)) of \(mib(baselineKib)), \(leases), and \(mib(missing)) are missing"
  }
}
