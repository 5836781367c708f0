import Model
import Synchronization
import World

/// Answers of nodes, as they come.
final class Arrivals: Sendable {
  private let state = Mutex<[String: [Answer]]>([:])

  func take(_ errand: NodeErrand, _ answers: [Answer]) {
    state.withLock { $0[errand.node] = answers }
  }

  func answers(of errand: NodeErrand) -> [Answer] { state.withLock { $0[errand.node] ?? [] } }
}
