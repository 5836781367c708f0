import Synchronization

/// Where an audit's time goes, for the benchmark and for who waits. Without `--timings` it never asks the clock.
final class Stopwatch: Sendable {
  /// Of a live site only: it is asked, and it is waited for the second look, samples of dom0's memory included.
  enum Stage: String, CaseIterable {
    case ask, wait, read, parse, load, index, rules, report
  }

  private struct State {
    var spent: [Stage: Duration] = [:]
    /// By what is within the work that is being timed.
    var nested = Duration.zero
  }

  private let isRunning: Bool
  private let state = Mutex(State())

  init(isRunning: Bool = false) { self.isRunning = isRunning }

  /// Times some work; what is timed within it counts for itself alone.
  func time<Result, Failure: Error>(
    _ stage: Stage, _ work: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard isRunning else { return try work() }
    let began = begin()
    defer { end(stage, began) }
    return try work()
  }

  /// Times work that others do, and that is waited for.
  func time<Result, Failure: Error>(
    _ stage: Stage, _ work: () async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    guard isRunning else { return try await work() }
    let began = begin()
    defer { end(stage, began) }
    return try await work()
  }

  private func begin() -> (at: ContinuousClock.Instant, outer: Duration) {
    let outer = state.withLock { state in
      defer { state.nested = .zero }
      return state.nested
    }
    return (ContinuousClock.now, outer)
  }

  private func end(_ stage: Stage, _ began: (at: ContinuousClock.Instant, outer: Duration)) {
    let whole = began.at.duration(to: .now)
    state.withLock { state in
      state.spent[stage, default: .zero] += whole - state.nested
      state.nested = began.outer + whole
    }
  }

  /// A line for each stage that there was: `timing parse 0.123 s`.
  var lines: [String] {
    let spent = state.withLock { $0.spent }
    return Stage.allCases.compactMap { stage in
      guard let (seconds, fraction) = spent[stage]?.components else { return nil }
      let digits = String(fraction / 1_000_000_000_000_000)
      return
        "timing \(stage.rawValue) \(seconds).\(String(repeating: "0", count: 3 - digits.count))\(digits) s"
    }
  }
}
