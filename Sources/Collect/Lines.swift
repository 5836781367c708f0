import Model
import Synchronization

/// Makes lines of what comes in pieces. Of complaints the last are kept.
final class Lines: Sendable {
  private struct State {
    var rest: [UInt8] = []
    var complaint: [UInt8] = []
  }

  private let state = Mutex(State())
  private let line: @Sendable (String, Instant) -> Void

  init(_ line: @escaping @Sendable (String, Instant) -> Void) { self.line = line }

  var complaint: [UInt8] { state.withLock { $0.complaint } }

  func take(_ bytes: [UInt8], isError: Bool, _ arrived: Instant) {
    let whole = state.withLock { state -> [String] in
      if isError {
        state.complaint = (state.complaint + bytes).suffix(400)
        return []
      }
      state.rest += bytes
      guard let end = state.rest.lastIndex(of: 10) else {
        // No line of ours is that long.
        if state.rest.count > 4096 { state.rest = [] }
        return []
      }
      let lines = state.rest[..<end].split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
      state.rest.removeSubrange(...end)
      return lines
    }
    for text in whole { line(text, arrived) }
  }
}
