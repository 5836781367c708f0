import Collect
import Model
import Synchronization
import World

/// What arrived of which node.
final class Arrived: Sendable {
  private let state = Mutex<[(node: String, answers: [Answer])]>([])

  func add(_ node: String, _ answers: [Answer]) { state.withLock { $0.append((node, answers)) } }

  /// Of the nodes as they came.
  var order: [String] { state.withLock { $0.map(\.node) } }

  var answers: [String: [Answer]] {
    state.withLock { Dictionary($0.map { ($0.node, $0.answers) }, uniquingKeysWith: { $0 + $1 }) }
  }
}

extension Answer {
  var text: String { String(decoding: observation.stdout, as: UTF8.self) }
  var said: String { String(decoding: observation.stderr, as: UTF8.self) }
  var status: Int? { if case .exit(let status) = observation.ending { status } else { nil } }
  var failure: String? { if case .failure(let reason) = observation.ending { reason } else { nil } }
}
