internal import Commands
import Glibc
internal import Model
internal import SQLite
internal import World

/// One of the service's databases in an SQLite file, or a mirror of it. The answer is that file as it stands at one moment: with
/// what its write-ahead log has, and without need of one.
struct SQLiteDatabase: Sendable {
  let kind: ObservationKind
  let path: String
  /// How long another program's lock is waited for.
  let busyTimeout: Duration
  /// A copy that others make anew (`database.mirror`): what it tells is as old as its last change.
  let isMirror: Bool
  /// Larger files would not fit the memory.
  private static let byteLimit: Int64 = 1 << 30

  /// The answer of a mirror was `produced` when it was last changed.
  func read(clock: ObserverClock) throws(DatabaseRefusal) -> Answer {
    let started = clock.now
    let before = try FileFacts(resolving: path)
    guard before.isFile else { throw DatabaseRefusal("\(path) is not a plain file") }
    guard before.byteCount > 0 else { throw DatabaseRefusal("\(path) is empty") }
    guard before.byteCount <= Self.byteLimit else {
      throw DatabaseRefusal(
        "\(path) has \(before.byteCount >> 20) MiB: more than \(Self.byteLimit >> 20) MiB are not read")
    }
    let log = try? FileFacts(before.path + "-wal")
    let isFrozen = try isInWALMode(before.path) && log == nil
    if !isFrozen, log != nil, (try? FileFacts(before.path + "-shm")) == nil {
      throw DatabaseRefusal(
        "\(path) is in WAL mode and its -wal file was left behind: open it once with the program that writes it"
      )
    }
    var bytes = try serialized(before.path, isFrozen: isFrozen)
    if isFrozen, try FileFacts(before.path) != before {
      throw DatabaseRefusal("\(path) was written to while it was read")
    }
    // The answer is whole by itself: https://www.sqlite.org/fileformat2.html section 1.3
    if bytes.count > 19 { bytes.replaceSubrange(18...19, with: [1, 1]) }
    return Answer(
      RawObservation(
        kind: kind, command: ["sqlite3", "-readonly", path], started: started, finished: clock.now,
        stdout: bytes),
      produced: isMirror ? min(started, max(before.modified, log?.modified ?? before.modified)) : nil)
  }

  private func serialized(_ file: String, isFrozen: Bool) throws(DatabaseRefusal) -> [UInt8] {
    do throws(SQLiteError) {
      let database = try Database(
        untouched: file, isFrozen: isFrozen, busyTimeout: Int32(clamping: busyTimeout.milliseconds))
      try database.execute("BEGIN")
      // From its first row on the transaction sees one moment.
      let first = try database.prepare("SELECT count(*) FROM sqlite_schema")
      _ = try first.step()
      return try database.serialize()
    } catch {
      throw DatabaseRefusal("\(path): SQLite says: \(error.message)")
    }
  }

  private func isInWALMode(_ file: String) throws(DatabaseRefusal) -> Bool {
    guard let stream = fopen(file, "r") else { throw DatabaseRefusal(systemAt: path) }
    defer { fclose(stream) }
    var header = [UInt8](repeating: 0, count: 20)
    return fread(&header, 1, header.count, stream) == header.count && header[19] == 2
  }
}
