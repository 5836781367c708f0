import Glibc

/// Ends a wait for a server from another thread, once and for good.
final class Alarm: Sendable {
  /// Becomes readable when it rings.
  let descriptor: CInt
  private let bell: CInt

  init() throws(PostgreSQLError) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw PostgreSQLError(.connection, "no pipe could be made: \(String(cString: strerror(errno)))")
    }
    (descriptor, bell) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
  }

  deinit {
    close(descriptor)
    close(bell)
  }

  /// It may be rung more than once; the pipe has room.
  func ring() { write(bell, "!", 1) }
}
