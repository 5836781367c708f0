extension Database {
  /// Makes this the file of a program's own: its tables are there afterwards, and carry the version of their form.
  ///
  /// - Parameters:
  ///   - format: the version that the program writes.
  ///   - tables: statements that make what is not there.
  /// - Throws: where the file can't be written, or is of a newer version.
  public func adopt(format: Int64, tables: String) throws(SQLiteError) {
    let statement = try prepare("PRAGMA user_version")
    let version = try statement.step() ? statement.columnInteger(0) : 0
    guard version <= format else {
      throw SQLiteError(code: 1, message: "it is of a newer trueup (format \(version))")
    }
    try execute("BEGIN IMMEDIATE;\n\(tables)\nPRAGMA user_version = \(format);\nCOMMIT;")
  }
}
