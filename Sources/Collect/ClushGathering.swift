import Commands
import Model
import Synchronization
import World

/// Gives each node what clush says under its name.
final class ClushGathering: Sendable {
  private struct State {
    var answers: [NodeAnswers]
    var endings: [Int: RawObservation.Ending] = [:]
    /// clush gave somebody up. It names them together, `wn[1-3]`.
    var isTimedOut = false
    var isDone: [Bool]
    /// The beginning of a line, of each stream.
    var rest: [Command.Stream: [UInt8]] = [:]
  }

  private let errands: [NodeErrand]
  private let indexes: [String: [Int]]
  private let arrived: @Sendable (NodeErrand, [Answer]) -> Void
  private let state: Mutex<State>

  init(
    _ errands: [NodeErrand], _ script: NodeScript, started: Instant,
    arrived: @escaping @Sendable (NodeErrand, [Answer]) -> Void
  ) {
    self.errands = errands
    self.arrived = arrived
    indexes = Dictionary(grouping: errands.indices) { errands[$0].address }
    state = Mutex(
      State(
        answers: errands.map { NodeAnswers(to: $0, of: script, started: started) },
        isDone: errands.map { _ in false }))
  }

  func take(_ bytes: [UInt8], from stream: Command.Stream, at moment: Instant) {
    let complete = state.withLock { state in
      var text = state.rest[stream, default: []]
      text += bytes
      guard let end = text.lastIndex(of: 10) else {
        state.rest[stream] = text
        return [Int]()
      }
      state.rest[stream] = Array(text[(end + 1)...])
      var said: Set<Int> = []
      for line in text[..<end].split(separator: 10, omittingEmptySubsequences: false) {
        said.formUnion(take(line: line, from: stream, at: moment, into: &state))
      }
      let complete = said.filter { state.answers[$0].isComplete && !state.isDone[$0] }
      for index in complete { state.isDone[index] = true }
      return complete.sorted()
    }
    for index in complete { deliver(index, ending: .exit(0), finished: moment) }
  }

  /// A line of a node, or of clush about one. Which nodes' it is.
  private func take(
    line: ArraySlice<UInt8>, from stream: Command.Stream, at moment: Instant, into state: inout State
  ) -> [Int] {
    guard let colon = line.firstIndex(of: 58), line[(colon + 1)...].first == 32 else { return [] }
    let label = String(decoding: line[..<colon], as: UTF8.self)
    let content = line[(colon + 2)...]
    if label == "clush", stream == .stderr {
      note(String(decoding: content, as: UTF8.self), in: &state)
      return []
    }
    let nodes = indexes[label] ?? []
    for index in nodes { state.answers[index].take(Self.unescaped(content) + [10], from: stream, at: moment) }
    return nodes
  }

  /// `wn1: exited with exit code 255`, `wn[1-3]: command timeout`
  private func note(_ message: String, in state: inout State) {
    if message.hasSuffix(": command timeout") { state.isTimedOut = true }
    let parts = message.split(separator: ": exited with exit code ")
    guard parts.count == 2, let status = Int(parts[1]) else { return }
    for index in indexes[String(parts[0])] ?? [] { state.endings[index] = .exit(status) }
  }

  static func unescaped(_ line: ArraySlice<UInt8>) -> [UInt8] {
    guard line.contains(92) else { return Array(line) }
    var plain: [UInt8] = []
    var rest = line
    while let byte = rest.popFirst() {
      switch (byte, rest.first) {
      case (92, 92): plain.append(92)
      case (92, 114): plain.append(13)
      default:
        plain.append(byte)
        continue
      }
      rest.removeFirst()
    }
    return plain
  }

  /// Those that are left did not answer wholly.
  func finish(_ outcome: Command.Outcome, deadline: Duration) {
    let (left, endings, isTimedOut) = state.withLock { state in
      (errands.indices.filter { !state.isDone[$0] }, state.endings, state.isTimedOut)
    }
    var ending = outcome.ending
    if case .exit = ending, isTimedOut { ending = .failure("timed out after \(deadline.secondsWorded) s") }
    for index in left { deliver(index, ending: endings[index] ?? ending, finished: outcome.finished) }
  }

  private func deliver(_ index: Int, ending: RawObservation.Ending, finished: Instant) {
    let answers = state.withLock { $0.answers[index].answers(ending: ending, finished: finished) }
    arrived(errands[index], answers)
  }
}
