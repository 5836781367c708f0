import Glibc
import Model
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
  private let clock: ObserverClock
  private let arriving: Command.Arriving?

  init(byteLimit: Int, clock: ObserverClock, arriving: Command.Arriving?) {
    self.byteLimit = byteLimit
    self.clock = clock
    self.arriving = arriving
  }

  var kept: Kept { state.withLock { $0 } }

  /// The child's process id, which is its session's and its process group's too. Nil before it started.
  var session: pid_t? {
    get { state.withLock { $0.session } }
    set { state.withLock { $0.session = newValue } }
  }

  /// Throws when it is time to stop reading. That is looked for at each piece: a child's child can go on printing after
  /// the child was ended, and a stream that always has more is never seen to be cancelled.
  func take(_ bytes: [UInt8], from stream: Command.Stream) throws(CancellationError) {
    if let arriving {
      arriving(stream, bytes, clock.now)
    } else if !keep(bytes, from: stream) {
      throw CancellationError()
    }
    if Task.isCancelled { throw CancellationError() }
  }

  /// False when it was too much.
  private func keep(_ bytes: [UInt8], from stream: Command.Stream) -> Bool {
    state.withLock { kept in
      switch stream {
      case .stdout:
        let room = byteLimit - kept.stdout.count
        kept.stdout += bytes.prefix(room)
        kept.isFlooded = bytes.count > room
      case .stderr:
        kept.stderr += bytes.prefix(stderrByteLimit - kept.stderr.count)
      }
      return !kept.isFlooded
    }
  }

  /// Ends what the child left behind in its process group: it ended itself before its children did, or they ignored
  /// SIGTERM. A group's number is not given out again while it has members.
  func endStragglers() {
    if let session { kill(-session, SIGKILL) }
  }
}
