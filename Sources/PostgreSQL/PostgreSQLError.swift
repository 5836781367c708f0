/// What kept a database from being read. No password is ever part of it: libpq does not print them, and a connection
/// string is never repeated.
public struct PostgreSQLError: Error, Hashable, Sendable {
  public enum Cause: Hashable, Sendable {
    /// libpq is not installed, or too old.
    case library
    /// The connection string is none, or has what it must not have.
    case address
    /// No session: no answer, no such database, a wrong password.
    case connection
    /// The server wants a password and there is none.
    case passwordNeeded
    /// The server refused a statement, with its five-letter SQLSTATE; or it went away, without one.
    /// https://www.postgresql.org/docs/current/errcodes-appendix.html
    case statement(sqlState: String?)
    /// What was looked for is not in the database.
    case content
    /// The deadline came, or the task was cancelled.
    case interrupted
    /// More came than was wanted.
    case flooded
  }

  public let cause: Cause
  /// One line, in the words of libpq or the server where it is theirs.
  public let message: String

  public init(_ cause: Cause, _ message: String) {
    self.cause = cause
    self.message = message
  }

  /// What the library or the server says, its lines made one.
  init(_ cause: Cause, saying text: UnsafePointer<CChar>?) {
    let lines = text.map { String(cString: $0) }?.split(whereSeparator: \.isNewline) ?? []
    self.init(cause, lines.map { String($0.drop(while: \.isWhitespace)) }.joined(separator: "; "))
  }
}
