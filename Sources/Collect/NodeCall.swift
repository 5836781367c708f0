import Commands
import Model
import Synchronization
import World

/// One call to one node.
final class NodeCall: Sendable {
  private let answers: Mutex<NodeAnswers>

  private init(_ errand: NodeErrand, _ script: NodeScript, started: Instant) {
    answers = Mutex(NodeAnswers(to: errand, of: script, started: started))
  }

  /// Asks each node, so many at a time, and tells of each as soon as it is through.
  static func ask(
    _ errands: [NodeErrand], atOnce: Int, clock: ObserverClock,
    arrived: @escaping @Sendable (NodeErrand, [Answer]) -> Void,
    over command: @escaping @Sendable (NodeErrand, NodeScript) -> Command
  ) async {
    _ = await Bounded.map(errands, atOnce: atOnce) { errand in
      arrived(errand, await ask(errand, clock: clock) { command(errand, $0) })
    }
  }

  /// Asks over the command that brings a script to the node and its two streams back.
  private static func ask(
    _ errand: NodeErrand, clock: ObserverClock, over command: (NodeScript) -> Command
  ) async -> [Answer] {
    let script = NodeScript(errand.probes)
    let call = NodeCall(errand, script, started: clock.now)
    let outcome = await command(script).run(clock: clock) { stream, bytes, moment in
      call.answers.withLock { $0.take(bytes, from: stream, at: moment) }
    }
    return call.answers.withLock { $0.answers(ending: outcome.ending, finished: outcome.finished) }
  }
}
