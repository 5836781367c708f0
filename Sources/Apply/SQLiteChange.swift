import Glibc
import Model
import SQLite
import World

/// A transaction in an SQLite file.
struct SQLiteChange: Sendable {
  private let path: String
  /// How long another program's lock is waited for.
  private let busyTimeout: Int32

  init(_ path: String, busyTimeout: Duration) {
    self.path = path
    self.busyTimeout = Int32(clamping: busyTimeout.milliseconds)
  }

  func make(
    _ transaction: Transaction, keep: @Sendable ([FormerRows]) async throws -> Void
  ) async throws(ChangeRefusal) {
    try checkFile()
    let session = try SQLiteSession(path, busyTimeout: busyTimeout)
    // Whatever is thrown from here on closes the session, and with it the transaction is gone.
    let former = try session.make(transaction)
    do { try await keep(former) } catch {
      throw ChangeRefusal("\(error)")
    }
    guard !Task.isCancelled else { throw ChangeRefusal("cancelled") }
    try session.commit()
  }

  /// SQLite would take an empty file for a database, and wait for ever where there is no plain file.
  private func checkFile() throws(ChangeRefusal) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw ChangeRefusal("\(path): \(String(cString: strerror(errno)))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ChangeRefusal("\(path) is not a plain file") }
    guard let stream = fopen(path, "r") else {
      throw ChangeRefusal("\(path): \(String(cString: strerror(errno)))")
    }
    defer { fclose(stream) }
    let magic = Array("SQLite format 3\0".utf8)
    var header = [UInt8](repeating: 0, count: magic.count)
    guard fread(&header, 1, header.count, stream) == header.count, header == magic else {
      throw ChangeRefusal("\(path) is no SQLite file")
    }
  }
}
