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
    // To set or take away SQLite's authorizer makes it compile every statement anew, so where they are kept it stays.
    guard idle == nil else { return }
    guard policy != nil else {
      sqlite3_set_authorizer(handle, nil, nil)
      return
    }
    askForLeave()
  }

  /// From here on a statement that nobody uses any more is kept, and given again to whoever prepares the same text. A policy
  /// is asked then as if it were compiled.
  public func keepStatements() {
    guard idle == nil else { return }
    idle = [:]
    askForLeave()
  }

  /// Whether `keepStatements` was said.
  public var keepsStatements: Bool { idle != nil }

  private func askForLeave() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    sqlite3_set_authorizer(
      handle,
      { context, code, first, second, _, inside in
        guard let context else { return SQLITE_DENY }
        let database = Unmanaged<Database>.fromOpaque(context).takeUnretainedValue()
        let access = Access(code: code, first: first, second: second, inside: inside)
        if database.idle != nil { database.asked.insert(access) }
        return database.permits(access) ? SQLITE_OK : SQLITE_DENY
      }, context)
  }

  /// Whether a statement may do this.
  func permits(_ access: Access) -> Bool {
    if isQueryOnly, idle != nil, case .other = access { return false }
    return policy?(access) ?? true
  }

  /// A statement that nobody uses any more.
  func takeBack(_ statement: Compiled, _ sql: String) {
    guard let count = idle?.count, count < Self.mostKept else {
      sqlite3_finalize(statement.handle)
      return
    }
    sqlite3_reset(statement.handle)
    sqlite3_clear_bindings(statement.handle)
    idle?[sql, default: []].append(statement)
  }

  /// Texts of statements that one database keeps: more than all rules have.
  private static let mostKept = 2000

  /// While on, every statement that would change the database fails; where statements are kept, as it is prepared.
  public func setQueryOnly(_ isOn: Bool) throws(SQLiteError) {
    isQueryOnly = isOn
    // The pragma makes SQLite compile every statement anew.
    if idle == nil { try execute("PRAGMA query_only = \(isOn ? 1 : 0)") }
  }

  /// From here on no other file can be attached: for SQL that somebody else wrote. https://www.sqlite.org/limits.html
  public func refuseAttaching() { sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0) }
}

private let stepsBetweenLooks: Int32 = 1000
