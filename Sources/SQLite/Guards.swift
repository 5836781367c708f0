internal import CSQLite

/// What keeps a statement from outside within bounds.
extension Database {
  /// Ends a statement with `SQLiteError.isInterrupted` when it has taken about `steps` instructions of
  /// SQLite's virtual machine from now on; nil for no limit. The count goes on from statement to statement
  /// until it is set again.
  public func limitSteps(_ steps: Int?) {
    guard let steps else {
      sqlite3_progress_handler(handle, 0, nil, nil)
      return
    }
    stepsLeft = steps
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_progress_handler(
      handle, stepsBetweenLooks,
      { context in
        guard let context else { return 0 }
        let database = Unmanaged<Database>.fromOpaque(context).takeUnretainedValue()
        database.stepsLeft -= Int(stepsBetweenLooks)
        return database.stepsLeft < 0 ? 1 : 0
      }, context)
  }

  /// Asks `policy` for leave for each access of the statements prepared from now on; a no fails their
  /// preparation with `SQLiteError.isDenied`. Nil takes it away. The policy also sees what it allows, so it
  /// can keep a list; it is asked again, while stepping, when SQLite has to prepare a statement anew. It must
  /// not use the database.
  public func authorize(_ policy: ((Access) -> Bool)?) {
    self.policy = policy
    guard policy != nil else {
      sqlite3_set_authorizer(handle, nil, nil)
      return
    }
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_set_authorizer(
      handle,
      { context, code, first, second, _, inside in
        guard let context else { return SQLITE_DENY }
        let database = Unmanaged<Database>.fromOpaque(context).takeUnretainedValue()
        let access = Access(code: code, first: first, second: second, inside: inside)
        return database.policy?(access) == true ? SQLITE_OK : SQLITE_DENY
      }, context)
  }

  /// While on, every statement that would change the database fails.
  public func setQueryOnly(_ isOn: Bool) throws(SQLiteError) {
    try execute("PRAGMA query_only = \(isOn ? 1 : 0)")
  }

  /// Sets a limit of this connection. Gives what it was before.
  @discardableResult
  public func setLimit(_ limit: Limit, to value: Int32) -> Int32 {
    sqlite3_limit(handle, limit.code, value)
  }

  /// What SQLite can be kept from exceeding. https://www.sqlite.org/limits.html
  public enum Limit: CaseIterable, Sendable {
    /// Bytes of a string or row.
    case length
    /// Bytes of a statement.
    case statementLength
    case columns
    case expressionDepth
    case compoundSelects
    /// Instructions of one prepared statement.
    case instructions
    case functionArguments
    case attachedDatabases
    case likePatternLength
    case parameters
    case triggerDepth

    var code: Int32 {
      switch self {
      case .length: SQLITE_LIMIT_LENGTH
      case .statementLength: SQLITE_LIMIT_SQL_LENGTH
      case .columns: SQLITE_LIMIT_COLUMN
      case .expressionDepth: SQLITE_LIMIT_EXPR_DEPTH
      case .compoundSelects: SQLITE_LIMIT_COMPOUND_SELECT
      case .instructions: SQLITE_LIMIT_VDBE_OP
      case .functionArguments: SQLITE_LIMIT_FUNCTION_ARG
      case .attachedDatabases: SQLITE_LIMIT_ATTACHED
      case .likePatternLength: SQLITE_LIMIT_LIKE_PATTERN_LENGTH
      case .parameters: SQLITE_LIMIT_VARIABLE_NUMBER
      case .triggerDepth: SQLITE_LIMIT_TRIGGER_DEPTH
      }
    }
  }
}

private let stepsBetweenLooks: Int32 = 1000
