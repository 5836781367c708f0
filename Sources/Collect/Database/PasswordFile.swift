import Glibc

/// The properties file that tells `ij` the password, as `ij.password`. Its path is all that is ever known of it here.
enum PasswordFile {
  /// Its absolute path. One that anybody but its owner may read is refused.
  static func checked(_ path: String) throws(DatabaseRefusal) -> String {
    let facts = try FileFacts(resolving: path)
    guard facts.isFile else { throw DatabaseRefusal("\(path) is not a plain file") }
    guard facts.mode & 0o077 == 0 else {
      throw DatabaseRefusal("\(path) can be read by others, and a password is in it: chmod 600 \(path)")
    }
    guard access(path, R_OK) == 0 else { throw DatabaseRefusal(systemAt: path) }
    return facts.path
  }
}
