import Foundation
import Model
import Testing
import Wave

@Suite("Levels of a series")
struct LevelTests {
  private static let captured = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/parsers/xen/captured/05-drift")

  private static func levels(_ name: String) throws -> [Int] {
    var reader = SeriesReader(node: "gsn-wn1")
    var leveller = Leveller()
    var levels: [Level] = []
    let data = try Data(contentsOf: captured.appending(path: "\(name).csv"))
    reader.take(Array(data)[...]) { _, sample in leveller.take(sample, into: &levels) }
    reader.finish()
    leveller.finish(into: &levels)
    #expect(reader.problems.isEmpty)
    return levels.map { Int(($0.memoryKib / 1024).rounded()) }
  }

  @Test("of a real dom0: 882 and 818 MiB in turn")
  func polite() throws {
    let levels = try Self.levels("polite-autoballoon-off")
    #expect(levels.first == 882)
    #expect(Set(levels) == [882, 818], "\(levels)")
  }

  @Test("of a real dom0 whose toolstack took 3 MiB for good")
  func drift() throws {
    let levels = try Self.levels("mem896-polite-autoballoon-on")
    #expect(levels.starts(with: [882, 818, 815]), "\(levels)")
    #expect(levels.last == 879)
  }

  @Test("of a real dom0 whose pilots were killed: 64 MiB lower each time")
  func killed() throws {
    let levels = try Self.levels("mem896-kill-autoballoon-off")
    #expect(levels.first == 882 && levels.last == 690, "\(levels)")
    #expect(Set(levels).isSuperset(of: [882, 818, 754]))
  }

  /// A square wave with noise: levels of 60 samples, one of them 2 MiB lower.
  private static func found(noise: Double, seed: UInt64) -> (levels: [Level], truth: [Double]) {
    var state = seed
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    let truth: [Double] = [882, 818, 882, 818, 880, 816, 880]
    var leveller = Leveller()
    var levels: [Level] = []
    for (place, level) in truth.enumerated() {
      for second in 0..<60 {
        let normal = (-2 * log(random() + 1e-12)).squareRoot() * cos(2 * .pi * random())
        let sample = Sample(
          at: Instant(milliseconds: Int64(place * 60 + second) * 1000),
          memoryKib: Int64((level + noise * normal) * 1024))
        leveller.take(sample, into: &levels)
      }
    }
    leveller.finish(into: &levels)
    return (levels, truth)
  }

  @Test("are found in noise, each once, to a fraction of a MiB", arguments: [0, 0.25, 0.5])
  func noise(_ noise: Double) {
    for seed in 1...20 as ClosedRange<UInt64> {
      let (levels, truth) = Self.found(noise: noise, seed: seed)
      #expect(
        levels.count == truth.count, "noise \(noise), seed \(seed): \(levels.map { $0.memoryKib / 1024 })")
      for (level, amount) in zip(levels, truth) {
        #expect(abs(level.memoryKib / 1024 - amount) < max(0.01, noise), "\(level) \(amount)")
      }
    }
  }

  @Test("are none in a stretch without samples, which is told")
  func gap() {
    var leveller = Leveller()
    var levels: [Level] = []
    for second in Array(0..<30) + Array(90..<120) {
      let sample = Sample(at: Instant(milliseconds: Int64(second) * 1000), memoryKib: 903_168)
      leveller.take(sample, into: &levels)
    }
    leveller.finish(into: &levels)
    #expect(levels.map(\.samples) == [30, 30])
    #expect(levels.map(\.isAfterGap) == [false, true])
    #expect(leveller.gaps.map { $0.end.milliseconds - $0.start.milliseconds } == [61_000])
  }

  /// What a square wave that is sampled at these moments comes to; ms.
  private static func square(_ moments: [Int64]) -> (levels: [Int], gaps: [Int64]) {
    var leveller = Leveller()
    var levels: [Level] = []
    for moment in moments {
      let memory: Int64 = moment / 60_000 % 2 == 0 ? 882 : 818
      leveller.take(Sample(at: Instant(milliseconds: moment), memoryKib: memory * 1024), into: &levels)
    }
    leveller.finish(into: &levels)
    return (
      levels.map { Int(($0.memoryKib / 1024).rounded()) },
      leveller.gaps.map { $0.end.milliseconds - $0.start.milliseconds }
    )
  }

  @Test("are found where the first sample is late, or the second")
  func lateStart() {
    let rest = (2..<240).map { Int64($0) * 1000 }
    for start in [[0, 1000], [850, 1000], [999, 1000], [0, 1990], [1850]] as [[Int64]] {
      let (levels, gaps) = Self.square(start + rest)
      #expect(levels == [882, 818, 882, 818] && gaps == [], "\(start)")
    }
    // A series may be shorter than what tells its interval.
    #expect(Self.square([0, 1000, 2000, 60_000, 61_000, 62_000]).gaps == [58_000])
    #expect(Self.square([0]).levels == [882])
  }

  @Test("are found where the interval is another from some time on, longer or shorter")
  func otherInterval() {
    let seconds = (0..<240).map { Int64($0) * 1000 }
    let slow = (24..<48).map { Int64($0) * 10_000 }
    let expected = (0..<8).map { $0 % 2 == 0 ? 882 : 818 }
    for series in [seconds + slow, slow.map { $0 - 240_000 } + seconds.map { $0 + 240_000 }] {
      let (levels, gaps) = Self.square(series)
      #expect(levels == expected && gaps == [], "\(levels) \(gaps)")
    }
    // Then a minute without any is a gap of either.
    #expect(Self.square(seconds + slow + [600_000, 610_000]).gaps == [130_000])
    // Holes that come now and then are none of an interval.
    let holes = (0..<240).filter { !(60..<70).contains($0) && !(72..<82).contains($0) }
    #expect(Self.square(holes.map { Int64($0) * 1000 }).gaps == [11_000, 11_000])
  }
}

@Suite("A series from a file")
struct SeriesTests {
  private static func read(_ text: String, _ unit: MemoryUnit? = nil) -> (samples: [String], problems: [Int])
  {
    var reader = SeriesReader(node: "n", unit: unit)
    var samples: [String] = []
    // In pieces that end anywhere.
    for start in stride(from: 0, to: text.utf8.count, by: 7) {
      reader.take(Array(text.utf8.dropFirst(start).prefix(7))[...]) { node, sample in
        samples.append("\(node) \(sample.at.milliseconds) \(sample.memoryKib)")
      }
    }
    reader.finish()
    return (samples, reader.problems.map(\.line))
  }

  @Test("is the same with other separators, names or none, MiB or KiB")
  func forms() {
    let expected = ["n 1204300000000 903168", "n 1204300001000 837632"]
    for text in [
      "1204300000,Fri Feb 29 15:46:40 2008,882\n1204300001,Fri Feb 29 15:46:41 2008,818\n",
      "epoch;time;dom0_mib\n1204300000;x;882\n1204300001;x;818\n",
      "epoch\ttime\tcurrent_kb\n1204300000\tx\t903168\n1204300001\tx\t837632\n",
      "# a comment\n\n1204300000 882\r\n1204300001 818\r\n",
      "\"time\",\"memory\"\n\"1204300000.0\",\"882\"\n\"1204300001\",\"818.0\"\n",
    ] {
      #expect(Self.read(text).samples == expected, "\(text)")
      #expect(Self.read(text).problems == [])
    }
    #expect(Self.read("1 20000\n2 20001\n", .mib).samples == ["n 1000 20480000", "n 2000 20481024"])
    #expect(
      Self.read("epoch,node,dom0_mib\n5,a,882\n5,b,418\n").samples == ["a 5000 903168", "b 5000 428032"])
  }

  @Test("is read as whoever wrote it meant it: marks of encodings, moments of words, units, other memories")
  func foreign() {
    let expected = ["n 1204300000000 903168", "n 1204300001000 837632"]
    for text in [
      "\u{FEFF}1204300000,882\n1204300001,818\n",
      "\u{FEFF}# a comment\nepoch,dom0_mib\n1204300000,882\n1204300001,818\n",
      "epoch time memory\n1204300000 2008-02-29 15:46:40 882\n1204300001 2008-02-29 15:46:41 818\n",
      "epoch,dom0_guests,dom0_kib\n1204300000,1,903168\n1204300001,1,837632\n",
      "epoch,dom0_bytes\n1204300000,924844032\n1204300001,857735168\n",
    ] {
      #expect(Self.read(text).samples == expected, "\(text)")
      #expect(Self.read(text).problems == [], "\(text)")
    }
    #expect(
      Self.read("1,16400\n2,16336\n3,1000\n").samples == [
        "n 1000 16793600", "n 2000 16728064", "n 3000 1024000",
      ],
      "a file has one unit")
  }

  @Test("loses one line to a clock that leapt, and not what follows")
  func leap() {
    let text = "1204300000,882\n9999999999,882\n1204300001,818\n1209900000,818\n1209900001,882\n"
    let (samples, problems) = Self.read(text)
    #expect(
      samples == [
        "n 1204300000000 903168", "n 1204300001000 837632", "n 1209900000000 837632",
        "n 1209900001000 903168",
      ], "a pause of months is one")
    #expect(problems == [2])
    #expect(Self.read("1204300000,882\n9999999999,882\n").problems == [2])
    #expect(
      Self.read("epoch,node,mib\n1,a,882\n1,b,882\n4000000,a,882\n4000000,b,882\n4000001,a,5\n4000001,b,5\n")
        .samples.count == 6)
  }

  @Test("keeps what is good beside what is not, and tells the lines")
  func bad() {
    let text = "epoch,dom0_mib\n1,882\nnonsense\n2,x\n2,881\n1,880\n3,879\n4,87"
    let (samples, problems) = Self.read(text)
    #expect(samples == ["n 1000 903168", "n 2000 902144", "n 3000 900096"])
    #expect(problems == [3, 4, 6, 8])
  }

  @Test("of any bytes ends, with moments that rise and no memory below nothing")
  func anything() {
    var state: UInt64 = 7
    func below(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let whole = Array("epoch,node,dom0_mib\n5,a,882\n6,b,418.5\r\n# gap\n7;a;881\n8\ta\t880\n9 a 1e3\n".utf8)
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<1 + below(6) {
        switch below(3) {
        case 0: bytes[below(bytes.count)] = UInt8(below(256))
        case 1: bytes.insert(contentsOf: bytes.prefix(below(bytes.count)), at: below(bytes.count))
        default: bytes.removeSubrange(below(bytes.count)...)
        }
        if bytes.isEmpty { bytes = [10] }
      }
      var reader = SeriesReader(node: "n")
      var last: [String: Instant] = [:]
      reader.take(bytes[...]) { node, sample in
        #expect(last[node].map { $0 < sample.at } ?? true && sample.memoryKib >= 0)
        last[node] = sample.at
      }
      reader.finish()
    }
  }
}
