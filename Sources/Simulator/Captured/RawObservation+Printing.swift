import Model
import World

extension RawObservation {
  func with(_ stdout: [UInt8]) -> RawObservation {
    RawObservation(
      kind: kind, node: node, command: command, started: started, finished: finished, ending: ending,
      stdout: stdout,
      stderr: stderr)
  }

  func moved(from start: Instant, to end: Instant) -> RawObservation {
    RawObservation(
      kind: kind, node: node, command: command, started: start, finished: end, ending: ending, stdout: stdout,
      stderr: stderr)
  }
}
