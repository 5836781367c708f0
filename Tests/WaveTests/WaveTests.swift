import Foundation
import Model
import Report
import Testing
import Wave

@Suite("A wave")
struct WaveTests {
  /// One sample a second: levels in MiB with their seconds.
  private static func wave(
    _ plateaus: [(Int64, Int)], _ happenings: [Happening] = [], _ change: (inout WaveTerms) -> Void = { _ in }
  ) -> NodeWave {
    var terms = WaveTerms()
    change(&terms)
    var reader = WaveReader(node: "gsn-wn1", terms: terms)
    var second: Int64 = 0
    for (level, count) in plateaus {
      for _ in 0..<count {
        reader.take(Sample(at: Instant(milliseconds: second * 1000), memoryKib: level * 1024))
        second += 1
      }
    }
    return reader.finish(happenings)
  }

  private static func told(_ wave: NodeWave) -> [String] {
    wave.findings.map { finding in
      let trial = finding.lease.map { " in lease \($0)" } ?? ""
      return
        "\(finding.what.rawValue) \(Int((finding.amountKib / 1024).rounded())) at \(finding.at.milliseconds / 1000)\(trial)"
    }
  }

  private static let square: [(Int64, Int)] = [(882, 20), (818, 45)]

  @Test("that is square is well: each lease has its time, and the baseline stays")
  func square() {
    let wave = Self.wave((0..<5).flatMap { _ in Self.square } + [(882, 20)])
    #expect(Self.told(wave) == [])
    #expect(wave.leases.count == 5)
    #expect(
      wave.leases.allSatisfy { $0.duration == .seconds(46) && $0.baselineAfterKib == 882 * 1024 },
      "\(wave.leases)")
    #expect(wave.lastBaselineKib == 882 * 1024)
  }

  @Test("that is shifted by a slot tells the trial that did not give back, and when that showed")
  func shifted() {
    // The second lease ends without its memory; the third begins from there.
    let wave = Self.wave(
      Self.square + [(882, 20), (818, 45), (818, 20), (754, 45), (818, 20), (754, 45), (818, 20)],
      [Happening(at: Instant(milliseconds: 126_000), node: "gsn-wn1", text: "qdel of job 812.gridsn by root")]
    )
    #expect(Self.told(wave) == ["balloon-not-restored 64 at 149 in lease 2"])
    #expect(wave.lastBaselineKib == 818 * 1024)
    #expect(wave.findings.first?.cause?.text == "qdel of job 812.gridsn by root")
    #expect(wave.findings.first?.cause?.before == .seconds(23))
  }

  @Test("that drifts tells each loss, and its amount")
  func drifting() {
    let wave = Self.wave(Self.square + [(879, 20), (815, 45), (879, 20), (815, 45), (878, 20)])
    #expect(Self.told(wave) == ["balloon-drift 3 at 65 in lease 1", "balloon-drift 1 at 195 in lease 3"])
    #expect(wave.lastBaselineKib == 878 * 1024)
    #expect(wave.leases.compactMap { $0.baselineAfterKib.map { $0 / 1024 } } == [879, 879, 878])
  }

  @Test("whose toolstack took 68 MiB for 64 has lost 4")
  func taken() {
    let wave = Self.wave([(882, 20), (814, 45), (878, 20), (814, 45), (878, 20)])
    #expect(Self.told(wave) == ["balloon-drift 4 at 20 in lease 1"])
  }

  @Test("that becomes a line tells since when, low or high")
  func line() {
    let low = Self.wave((0..<3).flatMap { _ in Self.square } + [(882, 20), (818, 600)])
    #expect(Self.told(low) == ["balloon-not-restored 64 at 214 in lease 4", "flat-line 0 at 214 in lease 4"])
    let high = Self.wave((0..<3).flatMap { _ in Self.square } + [(882, 600)])
    #expect(Self.told(high) == ["flat-line 0 at 195 in lease 3"])
  }

  @Test(
    "whose lease does not end by the end of the series says that it is open, and not that all was given back")
  func open() {
    func end(_ wave: NodeWave) -> [Substring] {
      WaveReport.text([wave], problems: [], problemCount: 0).split(separator: "\n")
    }
    let never = end(Self.wave([(882, 60), (818, 6000)]))
    #expect(never.contains("    1 lease is still open, since 1970-01-01T00:00:59.000Z"), "\(never)")
    #expect(
      never.last
        == "Exit status 0: all was recorded, and what was lent was given back but for 1 lease that is still open."
    )
    let two = end(Self.wave([(882, 60), (818, 60), (754, 60)], [], { $0.slots = 2 }))
    #expect(two.contains("    2 leases are still open, since 1970-01-01T00:00:59.000Z"), "\(two)")
    // What is lost is not open.
    let line = end(Self.wave((0..<3).flatMap { _ in Self.square } + [(882, 20), (818, 600)]))
    let shifted = end(Self.wave(Self.square + [(818, 20), (754, 45), (818, 20)]))
    #expect((line + shifted).allSatisfy { !$0.contains("open") }, "\(line)")
    #expect(
      end(Self.wave(Self.square + [(882, 20)])).last?.hasSuffix("given back, and all was recorded.") == true)
  }

  @Test("of several slots has several levels, and none of them is lost")
  func slots() {
    let wave = Self.wave(
      [(882, 20), (818, 20), (754, 20), (690, 20), (754, 20), (818, 20), (882, 20)], [], { $0.slots = 3 })
    #expect(Self.told(wave) == [])
    #expect(wave.leases.count == 3)
    let lost = Self.wave(
      [(882, 20), (818, 20), (754, 20), (818, 20), (754, 20), (690, 20), (754, 20)], [], { $0.slots = 2 })
    #expect(Self.told(lost) == ["balloon-not-restored 64 at 99 in lease 2"])
  }

  @Test("that rises above where it began is one that was given back twice, and nothing was lost before")
  func overLater() {
    let waves: [(Int64, Int)] = (0..<5).flatMap { _ in Self.square } + [(882, 20)]
    let twice = Self.wave(waves + [(946, 60)])
    #expect(Self.told(twice) == ["balloon-over-restored 64 at 345 in lease 5"])
    #expect(twice.baselineKib == 882 * 1024)
    #expect(Self.told(Self.wave(waves + [(896, 60)])) == ["balloon-over-restored 14 at 345 in lease 5"])
    #expect(Self.told(Self.wave(Self.square + [(946, 60)])) == ["balloon-over-restored 64 at 65 in lease 1"])
    // It may begin in the middle of a lease.
    #expect(Self.told(Self.wave([(818, 10), (882, 20)] + Self.square + [(882, 20)])) == [])
  }

  @Test("that is noisy drifts no more than one that is not", arguments: 1...20 as ClosedRange<UInt64>)
  func noisy(_ seed: UInt64) {
    var state = seed
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    /// - Parameter lost: MiB that are gone after the thirtieth lease.
    func wave(_ lost: Double) -> NodeWave {
      var reader = WaveReader(node: "gsn-wn1", terms: WaveTerms())
      for second in 0..<60 * 65 {
        let level = (second % 65 < 20 ? 882.0 : 818) - (second >= 30 * 65 ? lost : 0)
        let normal = (-2 * log(random() + 1e-12)).squareRoot() * cos(2 * .pi * random())
        reader.take(
          Sample(
            at: Instant(milliseconds: Int64(second) * 1000), memoryKib: Int64((level + 1.5 * normal) * 1024)))
      }
      return reader.finish()
    }
    #expect(Self.told(wave(0)) == [])
    let drifted = wave(4).findings.map { "\($0.what.rawValue) in lease \($0.lease ?? 0)" }
    // Where the noise hides it at first the next lease shows it.
    #expect(
      drifted == ["balloon-drift in lease 30"] || drifted == ["balloon-drift in lease 31"], "\(drifted)")
  }

  @Test("above what dom0 has with no lease is one that was given back twice")
  func over() {
    let wave = Self.wave([(882, 20), (818, 45), (946, 20)], [], { $0.baselineKib = 882 * 1024 })
    #expect(Self.told(wave).contains("balloon-over-restored 64 at 65 in lease 1"), "\(Self.told(wave))")
  }
}
