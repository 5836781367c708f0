import Files
import Glibc

/// Why a database is not read, as a sentence without a full stop that says where and what next.
struct DatabaseRefusal: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  /// What the system last refused at a path.
  init(systemAt path: String) { reason = "\(path): \(String(cString: strerror(errno)))" }

  init(_ error: FileError) { reason = error.described }
}
