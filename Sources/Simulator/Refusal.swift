import SQLite

/// Why a transaction was not made, in words.
struct Refusal: Error {
  let reason: String

  init(_ reason: String) { self.reason = reason }

  init(_ error: SQLiteError) { reason = error.description }

  /// SQLite's word is the reason.
  static func telling<Value>(_ work: () throws(SQLiteError) -> Value) throws(Refusal) -> Value {
    do throws(SQLiteError) { return try work() } catch { throw Refusal(error) }
  }
}
