import Model
import Report
import Testing
import Wave

@Suite("Expected trials")
struct TrialVerdictTests {
  private static let start: Int64 = 1_795_305_600_000

  /// Levels in MiB with their seconds, and trials that were asked for each 65 s and removed 45 s later.
  private static func verdicts(
    _ plateaus: [(Int64, Int)], trials: Int, unseen: ClosedRange<Int64>? = nil
  ) -> [TrialVerdict] {
    wave(plateaus, trials: trials, unseen: unseen).trials
  }

  /// - Parameter unseen: seconds that were not recorded.
  private static func wave(
    _ plateaus: [(Int64, Int)], trials: Int, unseen: ClosedRange<Int64>? = nil
  ) -> NodeWave {
    var reader = WaveReader(node: "n", terms: WaveTerms())
    var second: Int64 = 0
    for (mib, seconds) in plateaus {
      for _ in 0..<seconds {
        if unseen?.contains(second) != true {
          reader.take(Sample(at: Instant(milliseconds: start + second * 1000), memoryKib: mib * 1024))
        }
        second += 1
      }
    }
    let expected = (0..<trials).map { number in
      let asked = start + Int64(10 + number * 65) * 1000
      return ExpectedTrial(
        number: number + 1, node: "n", asked: Instant(milliseconds: asked),
        removal: Instant(milliseconds: asked + 45_000))
    }
    return reader.finish(
      expected: expected + [
        ExpectedTrial(number: 1, node: "other", asked: Instant(milliseconds: start), removal: nil)
      ])
  }

  @Test("are a success where dom0 fell in time and rose again")
  func good() {
    let verdicts = Self.verdicts([(882, 15), (818, 45), (882, 20), (818, 45), (882, 40)], trials: 2)
    #expect(verdicts.map(\.isSuccess) == [true, true])
    #expect(verdicts.map { $0.latency?.seconds } == [4, 4])
    #expect(verdicts[0].removalLatency?.seconds == 5)
  }

  @Test("are late, lost, or cost dom0 some of its memory or a slot of it")
  func bad() {
    // The first is late, the second never came, the third gives 3 MiB less back, the fourth nothing, the fifth is as it should be.
    let verdicts = Self.verdicts(
      [
        (882, 48), (818, 14), (882, 80), (818, 45), (879, 20), (815, 65), (751, 45), (815, 60),
      ], trials: 5)
    #expect(verdicts.map(\.faults) == [[.late], [.lostDeployment], [.drift], [.notRestored], []])
    #expect(verdicts.map { Int(($0.lostKib / 1024).rounded()) } == [0, 0, 3, 64, 0])
  }

  @Test("that are the last ones have lost their memory too where the series ends without it")
  func last() {
    let verdicts = Self.verdicts([(882, 15), (818, 45), (882, 20), (818, 120)], trials: 2)
    #expect(verdicts.map(\.faults) == [[], [.notRestored]])
    #expect(verdicts[1].lostKib == 64 * 1024)
    // It is not over yet.
    #expect(
      Self.verdicts([(882, 15), (818, 45), (882, 20), (818, 50)], trials: 2).map(\.faults) == [[], []])
  }

  @Test("of a node without a sample are not recorded")
  func nothing() {
    #expect(Self.verdicts([], trials: 2).map(\.faults) == [[.notRecorded], [.notRecorded]])
  }

  private static func square(_ trials: Int) -> [(Int64, Int)] {
    [(882, 15)] + (0..<trials).flatMap { _ in [(818, 45), (882, 20)] as [(Int64, Int)] }
  }

  @Test("are not recorded where a gap, the start or the end of a series is in their time, and not lost")
  func unrecorded() {
    // The second begins at 75 s, and is told to go at 120 s; the sixth ends at 380 s.
    let gap = Self.verdicts(Self.square(6), trials: 6, unseen: 130...330)
    #expect(gap.map(\.faults) == [[], [], [.notRecorded], [.notRecorded], [.notRecorded], []])
    let low = Self.verdicts(Self.square(6), trials: 6, unseen: 100...300)
    #expect(low.map(\.faults) == [[], [.notRecorded], [.notRecorded], [.notRecorded], [.notRecorded], []])
    #expect(low[1].latency?.seconds == 4 && low[1].removalLatency == nil)
    let short = Self.verdicts(Self.square(6), trials: 6, unseen: 100...1000)
    #expect(short.map(\.faults) == [[]] + Array(repeating: [.notRecorded], count: 5))
    let late = Self.verdicts(Self.square(6), trials: 6, unseen: 0...135)
    #expect(late.map(\.faults) == [[.notRecorded], [.notRecorded], [], [], [], []])
    // A hole in the middle of a lease hides nothing.
    #expect(Self.verdicts(Self.square(2), trials: 2, unseen: 90...100).map(\.faults) == [[], []])
  }

  @Test("set the exit status: 4 for what was lost, 8 for what was not recorded")
  func statuses() {
    #expect(WaveReport.status([Self.wave(Self.square(3), trials: 3)], problems: 0) == [])
    let lost = Self.wave(Self.square(1) + [(882, 65)] + Self.square(1), trials: 3)
    #expect(lost.trials.map(\.faults) == [[], [.lostDeployment], []])
    #expect(WaveReport.status([lost], problems: 0) == .divergencesLeft)
    let text = WaveReport.text([lost], problems: [], problemCount: 0)
    #expect(text.hasSuffix("Exit status 4: divergences are left."), "\(text)")
    let short = Self.wave(Self.square(6), trials: 6, unseen: 130...1000)
    #expect(short.gaps.isEmpty && WaveReport.status([short], problems: 0) == .notWhole)
  }
}
