import Dispatch

extension Connection {
  /// Connects and does `work` on a thread of its own, since libpq's calls block. Gives what it gave, or the error
  /// `interrupted` a second after the deadline at the latest, and at once when the task is cancelled.
  ///
  /// The alarm ends a wait for the server, so that `work` can still hand over what it has. What libpq waits for by
  /// itself (a name server) no alarm ends: then the thread is left alone, and ends when that wait does.
  public static func open<Outcome: Sendable>(
    _ address: Address, connectTimeout: Duration, deadline: Duration,
    _ work: @escaping @Sendable (Connection) -> Outcome
  ) async throws(PostgreSQLError) -> Outcome {
    let alarm = try Alarm()
    let done = onOwnThread { () -> Result<Outcome, PostgreSQLError> in
      Result { () throws(PostgreSQLError) in
        work(
          try Connection(address, connectTimeout: min(connectTimeout, deadline), alarm: alarm))
      }
    }
    let outcome = await withTaskGroup { group in
      group.addTask { await done.first { _ in true } }
      group.addTask {
        try? await Task.sleep(for: deadline)
        alarm.ring()
        try? await Task.sleep(for: .seconds(1))
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first
    }
    guard let outcome else { throw PostgreSQLError(.interrupted, "interrupted") }
    return try outcome.get()
  }
}

/// What some blocking work gave, as a stream of one. Whoever waits for it can be called off; the work cannot.
func onOwnThread<Outcome: Sendable>(_ work: @escaping @Sendable () -> Outcome) -> AsyncStream<Outcome> {
  AsyncStream { stream in
    // A queue of its own gets a thread of its own, beside those that run tasks.
    DispatchQueue(label: "postgresql").async {
      stream.yield(work())
      stream.finish()
    }
  }
}
