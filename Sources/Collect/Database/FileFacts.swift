import Glibc
internal import Model

/// What tells whether a file is still the one that was looked at. Links are not followed.
struct FileFacts: Hashable, Sendable {
  let path: String
  let mode: mode_t
  let owner: uid_t
  let byteCount: Int64
  private let inode: ino_t
  private let modifiedNanoseconds: Int64
  private let changedNanoseconds: Int64

  init(_ path: String) throws(DatabaseRefusal) {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw DatabaseRefusal(systemAt: path) }
    self.path = path
    mode = status.st_mode
    owner = status.st_uid
    byteCount = Int64(status.st_size)
    inode = status.st_ino
    modifiedNanoseconds = Self.nanoseconds(status.st_mtim)
    changedNanoseconds = Self.nanoseconds(status.st_ctim)
  }

  /// Of what a path leads to in the end.
  init(resolving path: String) throws(DatabaseRefusal) {
    guard let resolved = realpath(path, nil) else { throw DatabaseRefusal(systemAt: path) }
    defer { free(resolved) }
    try self.init(String(cString: resolved))
  }

  var isFile: Bool { mode & S_IFMT == S_IFREG }
  var isFolder: Bool { mode & S_IFMT == S_IFDIR }

  var modified: Instant { Instant(milliseconds: modifiedNanoseconds / 1_000_000) }

  private static func nanoseconds(_ time: timespec) -> Int64 {
    Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
