/// One at a time, in the order of asking: transactions of one database that ran side by side would fail each other.
actor Turn {
  private var last: Task<Void, Never>?

  /// Does something when all that asked before are through.
  func take<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) async -> Result {
    let before = last
    let task = Task {
      await before?.value
      return await work()
    }
    last = Task { _ = await task.value }
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
