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

  /// From here on no other file can be attached: for SQL that somebody else wrote. https://www.sqlite.org/limits.html
  public func refuseAttaching() { sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0) }
}

private let stepsBetweenLooks: Int32 = 1000
