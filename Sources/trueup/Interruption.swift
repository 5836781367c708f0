import Glibc
import Model
import Synchronization

private let isInterrupted = Atomic<Bool>(false)

/// SIGINT and SIGTERM call off what is being done: its children are ended, and the program ends with exit status 32.
enum Interruption {
  private static func listen() {
    // A handler, not an ignored signal: children would inherit that.
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in isInterrupted.store(true, ordering: .relaxed) }
    }
  }

  /// Returns when somebody says stop, or the time is over; what is stopped so has come to its end.
  static func stop(within span: Duration?) async {
    listen()
    let end = span.map { ContinuousClock.now + $0 }
    while !isInterrupted.load(ordering: .relaxed), end.map({ ContinuousClock.now < $0 }) ?? true,
      !Task.isCancelled
    {
      try? await Task.sleep(for: .milliseconds(50))
    }
  }

  /// Why some work did not come to its end.
  enum Cause: Sendable { case signal, time }

  static let sayCancelled: @Sendable () -> Void = { Terminal.error("cancelled") }

  /// Runs some work that a person may call off, and that may take too long. `cancelled` says the former; what is left of it
  /// ends with the program, by `leave`.
  static func guarding<Result: Sendable>(
    within span: Duration? = nil, cancelled: @escaping @Sendable () -> Void = sayCancelled,
    leave: @Sendable (Cause) -> Never = exitCancelled,
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    listen()
    let end = span.map { ContinuousClock.now + $0 }
    return try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        while !isInterrupted.load(ordering: .relaxed), end.map({ ContinuousClock.now < $0 }) ?? true {
          try await Task.sleep(for: .milliseconds(50))
        }
        return nil
      }
      defer { group.cancelAll() }
      if let result = try await group.next() ?? nil { return result }
      // Called off. The work gets a moment to end its children; one that calculates and does not look up is not waited for.
      let cause: Cause = isInterrupted.load(ordering: .relaxed) ? .signal : .time
      if cause == .signal { cancelled() }
      group.cancelAll()
      group.addTask {
        // Not cancelled with the group: it is what ends a work that does not end.
        await Task.detached { try? await Task.sleep(for: .milliseconds(800)) }.value
        return nil
      }
      _ = try? await group.next()
      leave(cause)
    }
  }

  private static let exitCancelled: @Sendable (Cause) -> Never = { _ in exit(ExitStatus.cancelled.rawValue) }
}
