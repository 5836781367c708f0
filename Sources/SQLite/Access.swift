internal import CSQLite

/// What a statement asks leave for while it is prepared, as SQLite's authorizer tells it.
/// https://www.sqlite.org/c3ref/c_alter_table.html
public enum Access: Hashable, Sendable {
  /// A column is read. The column is empty where a table is used and none of its columns is, as in
  /// `count(*)`. `inside` is the innermost view or common table expression that reads it, nil for the
  /// statement itself.
  case read(table: String, column: String, inside: String?)
  /// A SELECT begins.
  case select
  /// A function is called.
  case function(String)
  /// A common table expression refers to itself.
  case recursion
  /// Anything else, by SQLite's action code: it writes, or reaches out of the database.
  case other(Int32)

  init(
    code: Int32, first: UnsafePointer<CChar>?, second: UnsafePointer<CChar>?,
    inside: UnsafePointer<CChar>?
  ) {
    switch code {
    case SQLITE_READ:
      self = .read(
        table: text(first) ?? "", column: text(second) ?? "", inside: text(inside))
    case SQLITE_SELECT: self = .select
    case SQLITE_FUNCTION: self = .function(text(second) ?? "")
    case SQLITE_RECURSIVE: self = .recursion
    default: self = .other(code)
    }
  }
}

private func text(_ pointer: UnsafePointer<CChar>?) -> String? {
  pointer.map { String(cString: $0) }
}
