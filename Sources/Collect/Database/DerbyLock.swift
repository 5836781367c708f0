import Glibc

/// Whether a process has the folder of a Derby database open.
///
/// Derby locks `dbex.lck`, in some versions `db.lck`, for as long as it has. The files alone say little: a process that was
/// killed leaves them behind, and a snapshot of the file system has them too.
public struct DerbyLock: Sendable {
  private let folder: String

  public init(of folder: String) { self.folder = folder }

  public enum State: Hashable, Sendable {
    /// By whom, in words.
    case held(String)
    /// Nobody that this machine sees holds the lock, but its file is there.
    case leftBehind(file: String)
    case free
  }

  /// Locks nothing itself.
  func state() throws(DatabaseRefusal) -> State {
    var state = State.free
    for name in ["dbex.lck", "db.lck"] {
      let path = folder + "/" + name
      let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      if file < 0, errno == ENOENT { continue }
      guard file >= 0 else { throw DatabaseRefusal(systemAt: path) }
      defer { close(file) }
      var lock = flock()
      lock.l_type = Int16(F_WRLCK)
      lock.l_whence = Int16(SEEK_SET)
      guard fcntl(file, F_GETLK, &lock) == 0 else { throw DatabaseRefusal(systemAt: path) }
      if Int32(lock.l_type) != F_UNLCK { return .held(Self.processName(lock.l_pid)) }
      state = .leftBehind(file: path)
    }
    return state
  }

  /// The same, or why it can't be told.
  public var seen: Result<State, Unseen> {
    do throws(DatabaseRefusal) { return .success(try state()) } catch {
      return .failure(Unseen(reason: error.reason))
    }
  }

  public struct Unseen: Error, Hashable, Sendable { public let reason: String }

  private static func processName(_ process: pid_t) -> String {
    guard process > 0 else { return "a process of another container or machine" }
    guard let file = fopen("/proc/\(process)/comm", "r") else { return "process \(process)" }
    defer { fclose(file) }
    var name = [UInt8](repeating: 0, count: 64)
    let count = fread(&name, 1, name.count, file)
    return "process \(process) (\(String(decoding: name.prefix(count).prefix { $0 != 10 }, as: UTF8.self)))"
  }
}
