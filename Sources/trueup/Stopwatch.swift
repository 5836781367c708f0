/// Where an audit's time goes, for the benchmark. Without `--timings` it never asks the clock.
final class Stopwatch {
  enum Stage: String, CaseIterable {
    case read, parse, load, index, rules, report
  }

  private let isRunning: Bool
  private var spent: [Stage: Duration] = [:]
  private var nested = Duration.zero

  init(isRunning: Bool = false) { self.isRunning = isRunning }

  /// Times some work; what is timed within it counts for itself alone.
  func time<Result, Failure: Error>(
    _ stage: Stage, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard isRunning else { return try work() }
    let outer = nested
    nested = .zero
    let clock = ContinuousClock()
    let start = clock.now
    defer {
      let whole = start.duration(to: clock.now)
      spent[stage, default: .zero] += whole - nested
      nested = outer + whole
    }
    return try work()
  }

  /// A line for each stage: `timing parse 0.123 s`.
  var lines: [String] {
    Stage.allCases.map { stage in
      let (seconds, fraction) = (spent[stage] ?? .zero).components
      let digits = String(fraction / 1_000_000_000_000_000)
      return
        "timing \(stage.rawValue) \(seconds).\(String(repeating: "0", count: 3 - digits.count))\(digits) s"
    }
  }
}
