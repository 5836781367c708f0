import Glibc
import Synchronization

/// What has come of a child so far, and which session is its own.
final class Pipes: Sendable {
  struct Kept: Sendable {
    var stdout: [UInt8] = []
    var stderr: [UInt8] = []
    var isFlooded = false
    var session: pid_t?
  }

  private let state = Mutex(Kept())
  private let byteLimit: Int
  /// Standard error is for people: its beginning is enough.
  private let stderrByteLimit = 1 << 20

  init(byteLimit: Int) { self.byteLimit = byteLimit }

  var kept: Kept { state.withLock { $0 } }

  /// The child's process id, which is its session's and its process group's too. Nil before it started.
  var session: pid_t? {
    get { state.withLock { $0.session } }
    set { state.withLock { $0.session = newValue } }
  }

  /// False when it was too much.
  func keepStdout(_ bytes: [UInt8]) -> Bool {
    state.withLock { kept in
      kept.stdout += bytes.prefix(byteLimit - kept.stdout.count)
      kept.isFlooded = kept.isFlooded || kept.stdout.count == byteLimit
      return !kept.isFlooded
    }
  }

  func keepStderr(_ bytes: [UInt8]) {
    state.withLock { kept in kept.stderr += bytes.prefix(max(0, stderrByteLimit - kept.stderr.count)) }
  }

  /// Ends what the child left behind in its process group: it ended itself before its children did, or they ignored
  /// SIGTERM. A group's number is not given out again while it has members.
  func endStragglers() {
    if let session { kill(-session, SIGKILL) }
  }
}
