public import Model

/// Reads the wave of a node: a square one when all is well, a lower one when memory was not given back, a line when a slot is
/// lost. It is given samples as they come, and keeps what changes alone.
public struct WaveReader {
  private let terms: WaveTerms
  private var wave: NodeWave
  private var leveller = Leveller()

  public init(node: String, terms: WaveTerms) {
    self.terms = terms
    wave = NodeWave(node: node)
  }

  public mutating func take(_ sample: Sample) {
    wave.samples += 1
    wave.start = wave.start ?? sample.at
    wave.end = sample.at
    leveller.take(sample, into: &wave.levels)
  }

  /// The moment of its last sample.
  public var end: Instant? { wave.end }

  /// What it comes to.
  ///
  /// - Parameters:
  ///   - happenings: what other records tell, in any order.
  ///   - expected: the trials that were asked for, of this node and others, in any order.
  public consuming func finish(
    _ happenings: [Happening] = [], expected: [ExpectedTrial] = []
  ) -> NodeWave {
    var last: [Level] = []
    leveller.finish(into: &last)
    wave.levels += last
    wave.gaps = leveller.gaps
    wave.noiseKib = leveller.noiseKib
    wave.levels = Self.smoothed(wave.levels, noise: wave.noiseKib)
    var reckoning = Reckoning(wave, terms)
    reckoning.read()
    var read = reckoning.wave
    read.judge(expected.filter { $0.node == read.node }, terms)
    let known = happenings.filter { $0.node == nil || $0.node == read.node }.sorted { $0.at < $1.at }
    for place in read.findings.indices {
      read.findings[place].cause = Self.cause(of: read.findings[place], in: read, known)
    }
    return read
  }

  /// Without steps of a ramp, and with what noise has parted put together.
  private static func smoothed(_ levels: [Level], noise: Double) -> [Level] {
    var kept: [Level] = []
    for (place, level) in levels.enumerated() {
      if let before = kept.last, place + 1 < levels.count, level.samples <= 2, !level.isAfterGap {
        let (low, high) = (
          min(before.memoryKib, levels[place + 1].memoryKib),
          max(before.memoryKib, levels[place + 1].memoryKib)
        )
        if level.memoryKib > low, level.memoryKib < high, high - low > Leveller.jump { continue }
      }
      if let before = kept.last {
        let spread = noise * (1 / Double(before.samples) + 1 / Double(level.samples)).squareRoot()
        if abs(before.memoryKib - level.memoryKib) < max(Leveller.resolution / 2, 4 * spread) {
          let samples = before.samples + level.samples
          kept[kept.count - 1].memoryKib =
            (before.memoryKib * Double(before.samples) + level.memoryKib * Double(level.samples))
            / Double(samples)
          kept[kept.count - 1].samples = samples
          kept[kept.count - 1].end = level.end
          continue
        }
      }
      kept.append(level)
    }
    return kept
  }

  /// The last thing that was done within a minute before, or of a lease's since it began; else the last that came by
  /// itself.
  private static func cause(
    of finding: NodeWave.Finding, in wave: NodeWave, _ known: [Happening]
  ) -> NodeWave.Cause? {
    let lease = finding.lease.flatMap { number in wave.leases.first { $0.number == number } }
    let earliest = min(lease?.deployed ?? finding.at, Instant(milliseconds: finding.at.milliseconds - 60_000))
    let near = known.filter { $0.at <= finding.at && $0.at >= earliest }
    guard let last = near.last(where: \.isDeed) ?? near.last else { return nil }
    return NodeWave.Cause(
      text: last.text, before: .milliseconds(finding.at.milliseconds - last.at.milliseconds))
  }
}

/// Leases are opened by falls and closed by rises; what does not come out even is a finding.
private struct Reckoning {
  private(set) var wave: NodeWave
  private let terms: WaveTerms
  private let quantum: Double
  /// What dom0 would have with no lease; KiB.
  private var base = 0.0
  /// That it was seen in, a hundred at most.
  private var baseSamples = 0.0
  /// Of the step that is looked at: the samples of the shorter level, and what is told of it; KiB.
  private var (stepSamples, tolerance) = (0.0, 0.0)
  /// Places of the leases that are under way.
  private var open: [Int] = []

  init(_ wave: NodeWave, _ terms: WaveTerms) {
    self.wave = wave
    self.terms = terms
    quantum = Double(terms.quantumKib)
  }

  mutating func read() {
    guard let first = wave.levels.first else { return }
    base = terms.baselineKib.map(Double.init) ?? highest
    wave.baselineKib = base
    // It may begin in the middle of leases, or with what was lost before.
    look(first, first)
    step(to: first, by: first.memoryKib - base, from: first.start)
    for (before, after) in zip(wave.levels, wave.levels.dropFirst()) {
      look(before, after)
      step(to: after, by: after.memoryKib - before.memoryKib, from: before.end)
    }
    wave.lastBaselineKib = base
    lines()
  }

  /// The highest level until the first whole lease was over: what is above it later is too much. A node with several slots may
  /// be found in the middle of several leases; there it is the highest of all.
  private var highest: Double {
    let levels = wave.levels
    func place(after start: Int, where isIt: (Double) -> Bool) -> Int? {
      levels.indices.dropFirst(start + 1).first { isIt(levels[$0].memoryKib - levels[$0 - 1].memoryKib) }
    }
    var until = levels.endIndex
    if terms.slots == 1, let fall = place(after: 0, where: { $0 <= -quantum / 2 }) {
      until = place(after: fall, where: { $0 >= quantum / 2 }) ?? until
    }
    return levels[..<until].map(\.memoryKib).max() ?? 0
  }

  /// What two levels of so many samples may differ by and be the same: less than what is told at all, and what noise makes of their
  /// means in one of some million cases.
  private func margin(_ one: Double, _ other: Double) -> Double {
    let spread = wave.noiseKib == 0 ? 0 : wave.noiseKib * (1 / one + 1 / other).squareRoot()
    return max(Leveller.resolution * 0.9, 5 * spread)
  }

  private mutating func look(_ before: Level, _ after: Level) {
    let samples = (Double(before.samples), Double(after.samples))
    (stepSamples, tolerance) = (min(samples.0, samples.1), margin(samples.0, samples.1))
  }

  /// dom0 left what it had at one moment, and is at this level from its start on.
  private mutating func step(to level: Level, by change: Double, from left: Instant) {
    let arrived = level.start
    var ended: [Int] = []
    var regained = 0
    let size = abs(change)
    let slots = Int((size / quantum).rounded())
    let rest = size - Double(slots) * quantum
    if change < 0 {
      for _ in 0..<slots { deploy(left) }
      if abs(rest) >= tolerance { lose(rest, at: arrived) }
    } else {
      // Slots that nobody has are memory that comes back late.
      for _ in 0..<slots {
        if open.isEmpty { regained += 1 } else { ended.append(remove(arrived)) }
      }
      base += quantum * Double(regained)
      if abs(rest) >= tolerance { lose(-rest, at: arrived) }
    }
    if open.isEmpty { settle(on: level) }
    for lease in ended { wave.leases[lease].baselineAfterKib = base }
    if base > wave.baselineKib + tolerance, open.isEmpty {
      tell(.overRestored, at: arrived, base - wave.baselineKib)
    } else if regained > 0 {
      tell(.givenBack, at: arrived, quantum * Double(regained))
    }
  }

  /// Where nobody holds anything, it is what it is: crumbs go to what was told of this lease. A short level in noise tells
  /// little of it.
  private mutating func settle(on level: Level) {
    let samples = Double(level.samples)
    guard abs(base - level.memoryKib) < margin(samples, baseSamples) else {
      lose(base - level.memoryKib, at: level.start)
      baseSamples = samples
      return
    }
    let before = base
    if margin(samples, .infinity) <= Leveller.resolution * 0.9 {
      base = level.memoryKib
    } else {
      base += (level.memoryKib - base) * samples / (samples + baseSamples)
    }
    baseSamples = min(baseSamples + samples, 100)
    if let last = wave.findings.indices.last, wave.findings[last].what == .drift,
      wave.findings[last].lease == wave.leases.last?.number
    {
      wave.findings[last].amountKib += before - base
    }
  }

  private mutating func deploy(_ at: Instant) {
    // The node has no room for another: what the oldest had was not given back.
    if open.count >= terms.slots {
      let lost = open.removeFirst()
      base -= quantum
      wave.leases[lost].isLost = true
      tell(.notRestored, at: at, quantum, in: wave.leases[lost].number)
    }
    wave.leases.append(NodeWave.Lease(number: wave.leases.count + 1, deployed: at))
    open.append(wave.leases.count - 1)
  }

  /// The place of the lease that is over.
  private mutating func remove(_ at: Instant) -> Int {
    let lease = open.removeFirst()
    wave.leases[lease].removed = at
    return lease
  }

  /// Less than a slot is gone, or has come back.
  private mutating func lose(_ amount: Double, at: Instant) {
    base -= amount
    baseSamples = min(baseSamples, stepSamples)
    if amount > 0, base < wave.baselineKib - tolerance { tell(.drift, at: at, amount) }
  }

  private mutating func tell(
    _ what: NodeWave.Finding.What, at: Instant, _ amount: Double, in lease: Int? = nil
  ) {
    let number = lease ?? wave.leases.last?.number
    wave.findings.append(NodeWave.Finding(what: what, at: at, lease: number, amountKib: amount))
  }

  // MARK: The end

  /// A lease that lasts thrice as long as they did, and a pause that does, are none any more.
  private mutating func lines() {
    guard let end = wave.end else { return }
    let durations = wave.leases.compactMap { $0.duration?.milliseconds }.sorted()
    guard durations.count >= 2 else { return }
    let usual = durations[durations.count / 2]
    let pauses = zip(wave.leases, wave.leases.dropFirst()).compactMap { before, after in
      before.removed.map { after.deployed.milliseconds - $0.milliseconds }
    }.sorted()
    if let last = open.first.map({ wave.leases[$0] }) {
      guard end.milliseconds - last.deployed.milliseconds > 3 * usual else { return }
      base -= quantum * Double(open.count)
      for lease in open { wave.leases[lease].isLost = true }
      wave.lastBaselineKib = base
      tell(.notRestored, at: last.deployed, quantum * Double(open.count), in: last.number)
      tell(.flatLine, at: last.deployed, 0, in: last.number)
    } else if let last = wave.leases.last, let removed = last.removed,
      let pause = pauses.dropFirst(pauses.count / 2).first,
      end.milliseconds - removed.milliseconds > 3 * max(pause, usual)
    {
      tell(.flatLine, at: removed, 0, in: last.number)
    }
  }
}
