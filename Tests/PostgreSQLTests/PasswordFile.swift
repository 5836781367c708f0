import Foundation

/// A file for libpq with the reader's password, that only its owner may read.
final class PasswordFile {
  let path = NSTemporaryDirectory() + UUID().uuidString

  init(_ password: String) throws {
    let made = FileManager.default.createFile(
      atPath: path, contents: Data("*:*:*:reader:\(password)\n".utf8), attributes: [.posixPermissions: 0o600])
    if !made { throw CocoaError(.fileWriteUnknown) }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
