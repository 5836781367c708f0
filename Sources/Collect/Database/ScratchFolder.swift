import Commands
import Glibc
import Model

/// A folder that only this account may enter, and that is gone when its use has ended, however it ended.
struct ScratchFolder: Sendable {
  let path: String

  static func use<Result: Sendable>(
    _ body: (ScratchFolder) async throws(DatabaseRefusal) -> Result
  ) async throws(DatabaseRefusal) -> Result {
    let folder = try made()
    defer { _ = folder.path }
    return try await body(ScratchFolder(path: folder.path))
  }

  private static func made() throws(DatabaseRefusal) -> PrivateFolder {
    do { return try PrivateFolder() } catch { throw DatabaseRefusal(error.described) }
  }

  /// Writes a new file for its owner alone, and gives its path.
  func write(_ name: String, _ text: String) throws(DatabaseRefusal) -> String {
    let file = path + "/" + name
    let descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DatabaseRefusal(systemAt: file) }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno != EINTR { throw DatabaseRefusal(systemAt: file) }
      rest = rest.dropFirst(max(count, 0))
    }
    return file
  }
}
