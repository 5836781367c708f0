internal import CSQLite

/// What SQLite refused, and over which statement. Values bound to the statement are never part of it: they
/// come from users' records.
public struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
  /// SQLite's extended result code.
  public let code: Int32
  /// SQLite's own words.
  public let message: String
  /// The statement as written, with its parameters' names; nil where none was at work.
  public let sql: String?

  public init(code: Int32, message: String, sql: String? = nil) {
    self.code = code
    self.message = message
    self.sql = sql
  }

  /// The statement ran over the budget of `Database.limitSteps`.
  public var isInterrupted: Bool { code & 0xFF == SQLITE_INTERRUPT }

  /// Another connection holds a lock, for longer than was waited.
  public var isBusy: Bool { code & 0xFF == SQLITE_BUSY || code & 0xFF == SQLITE_LOCKED }

  /// The authorizer said no.
  public var isDenied: Bool { code & 0xFF == SQLITE_AUTH }

  public var description: String {
    guard let sql else { return message }
    return "\(message), in: \(sql.prefix(400))"
  }
}

extension SQLiteError {
  init(_ handle: OpaquePointer?, code: Int32, sql: String? = nil) {
    self.init(
      code: handle.map { sqlite3_extended_errcode($0) } ?? code,
      message: handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
        ?? String(cString: sqlite3_errstr(code)),
      sql: sql)
  }
}
