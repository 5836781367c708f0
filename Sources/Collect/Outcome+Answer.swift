import Commands
import World

extension Command.Outcome {
  /// The answer to the question that the command was run for.
  func answer(to probe: Probe) -> Answer {
    Answer(
      RawObservation(
        kind: probe.kind, node: probe.node, command: probe.command, started: started, finished: finished,
        ending: ending, stdout: stdout, stderr: stderr))
  }
}
