import Glibc

/// A folder that only this account may enter, and that is gone when its use has ended, however it ended.
struct PrivateFolder: Sendable {
  let path: String

  static func use<Result: Sendable>(
    _ body: (PrivateFolder) async throws(DatabaseRefusal) -> Result
  ) async throws(DatabaseRefusal) -> Result {
    let folder = try PrivateFolder()
    defer { remove(folder.path) }
    return try await body(folder)
  }

  private init() throws(DatabaseRefusal) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/trueup-\(String(repeating: "X", count: 6))".utf8CString)
    guard template.withUnsafeMutableBufferPointer({ $0.baseAddress.flatMap { mkdtemp($0) } }) != nil else {
      throw DatabaseRefusal(systemAt: parent)
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
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

/// Removes a folder with all that is in it, without following a link.
private func remove(_ folder: String) {
  for name in (try? FileFacts.names(in: folder)) ?? [] {
    let path = folder + "/" + name
    if unlink(path) != 0 { remove(path) }
  }
  rmdir(folder)
}
