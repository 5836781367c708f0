extension Database {
  /// The version of the form of a program's own file; 0 where it has none yet.
  public func format() throws(SQLiteError) -> Int64 {
    let statement = try prepare("PRAGMA user_version")
    return try statement.step() ? statement.columnInteger(0) : 0
  }

  /// Makes this the file of a program's own: its tables are there afterwards, and carry the version of their form.
  ///
  /// - Parameters:
  ///   - format: the version that the program writes.
  ///   - tables: statements that make what is not there.
  ///   - upgrade: statements that bring what a version wrote into this one's form; they see its tables and the new ones. All
  ///     of it happens, or none.
  /// - Throws: where the file can't be written, or is of a newer version.
  public func adopt(
    format: Int64, tables: String, upgrade: (_ from: Int64) -> String = { _ in "" }
  ) throws(SQLiteError) {
    try execute("BEGIN IMMEDIATE")
    do throws(SQLiteError) {
      // Read within: another process may be upgrading it.
      let version = try self.format()
      guard version <= format else {
        throw SQLiteError(code: 1, message: "it is of a newer trueup (format \(version))")
      }
      // Somebody else's, whose tables these would lie among.
      if version == 0, try hasTables() {
        throw SQLiteError(code: 1, message: "it has tables of something else than trueup")
      }
      let statements = version > 0 && version < format ? upgrade(version) : ""
      try execute("\(tables)\n\(statements)\nPRAGMA user_version = \(format);\nCOMMIT;")
    } catch {
      try? execute("ROLLBACK")
      throw error
    }
  }

  private func hasTables() throws(SQLiteError) -> Bool {
    try prepare("SELECT 1 FROM sqlite_master LIMIT 1").step()
  }
}
