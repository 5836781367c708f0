internal import CSQLite
import Glibc

/// The one door to libsqlite3: a connection, its statements and its guards, in the words of this project.
/// Nothing else imports the C library. It knows values and SQL; it doesn't know what the tables mean.
///
/// A connection belongs to one task at a time (it is not `Sendable`). It always runs defensively: no loading
/// of extensions, no trust in functions called by a stored schema, and `"name"` is never taken for a string.
public final class Database {
  let handle: OpaquePointer
  /// What is left of the budget of `limitSteps`.
  var stepsLeft = 0
  var policy: ((Access) -> Bool)?
  var isQueryOnly = false
  /// Statements that nobody uses, by their text; nil where none are kept.
  var idle: [String: [Compiled]]?
  /// What the statement that is being compiled asked leave for.
  var asked: Set<Access> = []

  private init(opening name: String, flags: Int32) throws(SQLiteError) {
    _ = Self.isUncounted
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard code == SQLITE_OK, let opened else {
      let error = SQLiteError(opened, code: code)
      sqlite3_close_v2(opened)
      throw error
    }
    handle = opened
    sqlite3_extended_result_codes(handle, 1)
    for (operation, isOn) in Self.switches {
      _ = trueup_db_switch(handle, operation, isOn)
    }
  }

  /// A new, empty database in memory.
  public convenience init() throws(SQLiteError) {
    try self.init(opening: ":memory:", flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
  }

  /// A database file, made when it is not there and may be written.
  /// - Parameter busyTimeout: milliseconds to wait for another process's lock.
  public convenience init(
    path: String, readOnly: Bool = true, busyTimeout: Int32 = 0
  ) throws(SQLiteError) {
    // A name that SQLite takes for something else than a file is made one.
    let file = path.hasPrefix("/") ? path : "./" + path
    try self.init(
      opening: file,
      flags: readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    sqlite3_busy_timeout(handle, busyTimeout)
  }

  /// A database file that is there, to be changed; none is made.
  public convenience init(existing path: String, busyTimeout: Int32) throws(SQLiteError) {
    try self.init(opening: path.hasPrefix("/") ? path : "./" + path, flags: SQLITE_OPEN_READWRITE)
    sqlite3_busy_timeout(handle, busyTimeout)
  }

  /// A database file that is read and left as it is, with what lies beside it. A file in WAL mode needs its `-wal` and
  /// `-shm`, which whoever has it open keeps there: without them SQLite would make them.
  /// - Parameter isFrozen: nobody writes it meanwhile, so it is read alone and without locks.
  public convenience init(
    untouched path: String, isFrozen: Bool = false, busyTimeout: Int32 = 0
  ) throws(SQLiteError) {
    let file = (path.hasPrefix("/") ? "//" : "") + path.utf8.map(uriText).joined()
    try self.init(
      opening: "file:\(file)?mode=ro&\(isFrozen ? "immutable" : "readonly_shm")=1",
      flags: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
    sqlite3_busy_timeout(handle, busyTimeout)
  }

  /// A database from the bytes of its file. They are copied; the library owns the copy.
  public convenience init(
    deserializing bytes: [UInt8], readOnly: Bool = true
  ) throws(SQLiteError) {
    try self.init()
    let count = bytes.count
    guard let copy = sqlite3_malloc64(UInt64(max(count, 1))) else {
      throw SQLiteError(nil, code: SQLITE_NOMEM)
    }
    bytes.withUnsafeBytes { source in
      if let start = source.baseAddress { copy.copyMemory(from: start, byteCount: count) }
    }
    let flags =
      SQLITE_DESERIALIZE_FREEONCLOSE
      | (readOnly ? SQLITE_DESERIALIZE_READONLY : SQLITE_DESERIALIZE_RESIZEABLE)
    let code = sqlite3_deserialize(
      handle, "main", copy.assumingMemoryBound(to: UInt8.self), Int64(count), Int64(count), UInt32(flags))
    guard code == SQLITE_OK else { throw SQLiteError(handle, code: code) }
  }

  deinit {
    for kept in (idle ?? [:]).values { for statement in kept { sqlite3_finalize(statement.handle) } }
    sqlite3_close_v2(handle)
  }

  /// Set once, before the first connection: connections of several tasks would wait for one another in every malloc.
  private static let isUncounted = trueup_leave_memory_uncounted() == SQLITE_OK

  private static let switches: [(Int32, Int32)] = [
    (SQLITE_DBCONFIG_DEFENSIVE, 1),
    (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
    (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
    (SQLITE_DBCONFIG_DQS_DML, 0),
  ]
}

extension Database {
  /// The bytes of the database as its file would hold them.
  public func serialize() throws(SQLiteError) -> [UInt8] {
    // SQLite counts the pages by a pragma, for which it asks leave.
    let wasQueryOnly = isQueryOnly
    isQueryOnly = false
    defer { isQueryOnly = wasQueryOnly }
    var count: Int64 = 0
    guard let copy = sqlite3_serialize(handle, "main", &count, 0) else {
      throw SQLiteError(nil, code: SQLITE_NOMEM)
    }
    defer { sqlite3_free(copy) }
    return Array(UnsafeBufferPointer(start: copy, count: Int(count)))
  }

  /// Runs statements that give no rows, separated by semicolons.
  public func execute(_ sql: String) throws(SQLiteError) {
    try refuseNUL(in: sql)
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw SQLiteError(handle, code: code, sql: sql) }
  }

  /// One statement, ready to be bound and stepped. More than one, or none, is an error.
  public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    if let kept = idle?[sql]?.popLast() {
      let statement = Statement(kept, of: self, sql: sql)
      guard kept.accesses.allSatisfy(permits) else {
        throw SQLiteError(code: SQLITE_AUTH, message: "not authorized", sql: sql)
      }
      return statement
    }
    try refuseNUL(in: sql)
    asked = []
    var rest = sql[...]
    guard let handle = try compile(&rest, of: sql) else {
      throw SQLiteError(code: SQLITE_MISUSE, message: "no statement", sql: sql)
    }
    let statement = Statement(Compiled(handle, accesses: asked), of: self, sql: sql)
    if !rest.isEmpty, let second = try compile(&rest, of: sql) {
      sqlite3_finalize(second)
      throw SQLiteError(code: SQLITE_MISUSE, message: "more than one statement", sql: sql)
    }
    return statement
  }

  /// Compiles the first statement of `text` and leaves what follows it; nil for blanks and comments only.
  private func compile(_ text: inout Substring, of sql: String) throws(SQLiteError) -> OpaquePointer? {
    var statement: OpaquePointer?
    var code = SQLITE_OK
    var taken = 0
    var bytes = Array(text.utf8)
    bytes.append(0)
    bytes.withUnsafeBytes { buffer in
      let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      var tail: UnsafePointer<CChar>?
      code = sqlite3_prepare_v3(
        handle, start, Int32(clamping: buffer.count), UInt32(SQLITE_PREPARE_PERSISTENT), &statement, &tail)
      if let start, let tail { taken = start.distance(to: tail) }
    }
    guard code == SQLITE_OK else { throw SQLiteError(handle, code: code, sql: sql) }
    text = text[text.utf8.index(text.startIndex, offsetBy: min(taken, text.utf8.count))...]
    return statement
  }

  /// The rowid of the last row inserted.
  public var lastInsertRowid: Int64 { sqlite3_last_insert_rowid(handle) }

  /// SQLite stops reading at a NUL, silently.
  private func refuseNUL(in sql: String) throws(SQLiteError) {
    if sql.withCString(strlen) != sql.utf8.count {
      throw SQLiteError(code: SQLITE_MISUSE, message: "a NUL byte in the statement")
    }
  }
}

/// A byte of a path as a URI writes it. https://www.sqlite.org/uri.html
private func uriText(_ byte: UInt8) -> String {
  switch byte {
  case 45...57, 65...90, 95, 97...122: String(UnicodeScalar(byte))
  case let byte where byte < 16: "%0" + String(byte, radix: 16)
  default: "%" + String(byte, radix: 16)
  }
}
