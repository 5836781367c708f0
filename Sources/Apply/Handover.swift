import Dispatch
import Synchronization
import World

/// What a session's thread, which may wait, hands over to the task that keeps it, which may not; and whether the session may
/// still commit.
final class Handover: Sendable {
  private struct State {
    var answer: String?
    var isGivenUp = false
    var isCommitSent = false
  }

  /// The task's side.
  let rows: AsyncStream<[FormerRows]>
  private let offers: AsyncStream<[FormerRows]>.Continuation
  private let state = Mutex(State())
  private let answered = DispatchSemaphore(value: 0)

  init() { (rows, offers) = AsyncStream.makeStream() }

  /// Waits until the rows are kept; gives why they were not. For the session's thread only.
  func offer(_ former: [FormerRows]) -> String? {
    guard case .enqueued = offers.yield(former) else { return "cancelled" }
    // Nobody answers when the task was cancelled.
    while answered.wait(timeout: .now() + 0.1) == .timedOut {
      if state.withLock(\.isGivenUp) { return "cancelled" }
    }
    return state.withLock { $0.answer }
  }

  /// Nil: they are kept.
  func answer(_ refusal: String?) {
    state.withLock { $0.answer = refusal }
    answered.signal()
  }

  /// Right before COMMIT is sent: from then on giving up means not to know.
  func mayCommit() -> Bool {
    state.withLock { state in
      if !state.isGivenUp { state.isCommitSent = true }
      return state.isCommitSent
    }
  }

  /// The session is waited for no more. Whether it had sent its COMMIT.
  func giveUp() -> Bool {
    state.withLock { state in
      state.isGivenUp = true
      return state.isCommitSent
    }
  }

  /// Nothing more is handed over.
  func finish() { offers.finish() }
}
