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
    var began = ContinuousClock.now
    var asked: [String] = []
    var waitedFor: Set<String> = []
    var slowest: (node: String, took: Duration)?
    /// What happens next, and when.
    var next: (what: String, at: ContinuousClock.Instant)?
    var hasEnded = false
  }

  private let state = Mutex(State())
  private let isVerbose: Bool

  /// The line is there from now on until its end.
  init(isVerbose: Bool) {
    self.isVerbose = isVerbose
    if !isVerbose, Terminal.canShowProgress { Task.detached { await self.show() } }
  }

  func take(_ progress: Collector.Progress) {
    switch progress {
    case .begun:
      state.withLock { state in
        state.began = .now
        state.asked = []
      }
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
  }

  /// Says what it waits for, and how long still.
  func wait(_ time: Duration, for next: String) {
    if isVerbose { Terminal.note("\(next) in \(time.secondsWorded) s") }
    state.withLock { $0.next = (next, .now + time) }
  }

  /// Takes the line away for good.
  func end() {
    state.withLock { $0.hasEnded = true }
    Terminal.endProgress()
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

  // MARK: The line

  /// Ten times a second: what came last is shown, though nothing comes after it.
  private func show() async {
    while let text = state.withLock({ $0.hasEnded ? nil : text(of: $0) }) {
      Terminal.progress(text)
      try? await Task.sleep(for: .milliseconds(100))
    }
  }

  private func text(of state: State) -> String {
    let now = ContinuousClock.now
    if let next = state.next, now < next.at {
      return "\(next.what) in \((now.duration(to: next.at) + .milliseconds(999)).seconds) s"
    }
    if state.asked.isEmpty {
      let seconds = state.began.duration(to: now).seconds
      return "asking the batch server" + (seconds > 0 ? ", \(seconds) s" : "")
    }
    let done = "\(state.asked.count - state.waitedFor.count) of \(state.asked.count) nodes answered"
    let waiting = state.asked.filter(state.waitedFor.contains)
    if waiting.isEmpty { return "\(done), waiting for the rest" }
    let slowest = state.slowest.map { "; the slowest took \($0.took.milliseconds) ms, \($0.node)" } ?? ""
    let forms = (0...3).reversed().map { "\(done), waiting for \(Self.some($0, of: waiting))" }
    return ([forms[0] + slowest] + forms).first { $0.count <= Terminal.progressWidth } ?? done
  }

  /// The first of some names, and how many more there are.
  private static func some(_ count: Int, of names: [String]) -> String {
    let more = names.count - min(count, names.count)
    let shown = names.prefix(count).joined(separator: ", ")
    if more == 0 { return shown }
    return shown.isEmpty ? "\(more)" : "\(shown) and \(more) more"
  }
}

extension Answer {
  fileprivate var took: Duration {
    .milliseconds(observation.finished.milliseconds - observation.started.milliseconds)
  }
}
