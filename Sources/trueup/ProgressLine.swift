import Collect
import Commands
import Glibc
import Model
import Synchronization
import World

/// What a person who waits sees on standard error: one line that changes, on a terminal only; with `-v` each command and its
/// time, wherever standard error goes.
final class ProgressLine: Sendable {
  private struct State {
    var asked: [String] = []
    var waitedFor: Set<String> = []
    var slowest: (node: String, took: Duration)?
    var shown: ContinuousClock.Instant?
  }

  private let state = Mutex(State())
  private let isVerbose: Bool
  private let isOnTerminal = isatty(STDERR_FILENO) == 1

  init(isVerbose: Bool) { self.isVerbose = isVerbose }

  func take(_ progress: Collector.Progress) {
    switch progress {
    case .asking(let nodes):
      state.withLock { state in
        state.asked = nodes
        state.waitedFor = Set(nodes)
        state.slowest = nil
      }
    case .answered(let answer): tell([answer])
    case .arrived(let errand, let answers):
      tell(answers)
      state.withLock { state in
        state.waitedFor.remove(errand.node)
        let took = answers.map(\.took).max() ?? .zero
        if took > state.slowest?.took ?? .zero { state.slowest = (errand.node, took) }
      }
    }
    show()
  }

  /// Says that it waits for the second look.
  func wait(_ time: Duration) {
    if isOnTerminal { Terminal.progress("something was found: looking again in \(time.seconds) s") }
  }

  /// Takes the line away.
  func end() {
    if isOnTerminal { Terminal.progress("") }
  }

  private func tell(_ answers: [Answer]) {
    guard isVerbose else { return }
    for answer in answers {
      let observation = answer.observation
      let place = observation.node.isEmpty ? "" : "\(MessageTemplate.visible(observation.node)): "
      let command = Shell.line(observation.command.map { $0.count > 60 ? "\($0.prefix(57))..." : $0 })
      var line = "\(answer.took.milliseconds) ms  \(place)\(MessageTemplate.visible(command))"
      if case .failure(let reason) = observation.ending { line += ": \(MessageTemplate.visible(reason))" }
      Terminal.note(line)
    }
  }

  /// Not more often than ten times a second.
  private func show() {
    guard isOnTerminal, !isVerbose else { return }
    let text = state.withLock { state -> String? in
      let now = ContinuousClock.now
      if let shown = state.shown, shown.duration(to: now) < .milliseconds(100), !state.waitedFor.isEmpty {
        return nil
      }
      state.shown = now
      guard !state.asked.isEmpty else { return "asking the batch server" }
      let done = state.asked.count - state.waitedFor.count
      let waiting = state.asked.filter(state.waitedFor.contains).prefix(3).joined(separator: ", ")
      let slowest = state.slowest.map { ", the slowest \($0.node) in \($0.took.milliseconds) ms" } ?? ""
      return "\(done) of \(state.asked.count) nodes\(slowest)"
        + (waiting.isEmpty ? "" : ", waiting for \(waiting)\(state.waitedFor.count > 3 ? " ..." : "")")
    }
    if let text { Terminal.progress(text) }
  }
}

extension Answer {
  fileprivate var took: Duration {
    .milliseconds(observation.finished.milliseconds - observation.started.milliseconds)
  }
}
