import Model

extension Transaction {
  /// The same as SQL for a person to review and run: what a program may not do, as on a Derby that only the service opens.
  ///
  /// `ij` goes on after an error, and so do others. Hence no statement trusts the one before it: each says by itself what
  /// must hold, and where rows have moved it and all behind it find none. `title` says what it is for; `schema` is where
  /// the tables are, if that must be said.
  public func script(_ dialect: SQLDialect, for title: String = "", schema: String = "") -> String {
    var lines = title.isEmpty ? [] : ["-- " + Self.comment(title)]
    lines += [
      "-- One transaction of \(Self.name(of: database)).",
      "-- Run it while the service is stopped, and keep a copy of the database before.",
      "-- Above each statement stands how many rows it must change. Has one changed another number, write ROLLBACK in the",
      "-- place of COMMIT: the rows have moved since they were looked at, and the plan is to be made anew.",
      "",
    ]
    lines += dialect.opening(schema: schema).map { $0 + ";" }
    for (index, change) in changes.enumerated() {
      lines += ["", "-- \(index + 1). \(change.summary)"]
      if change.mayLackTable {
        lines.append("-- Not every release has the table: that it is missing is no error.")
      }
      lines.append(change.text(dialect) + ";")
      if dialect == .sqlite { lines.append("SELECT changes();") }
    }
    return (lines + ["", "COMMIT;"]).joined(separator: "\n") + "\n"
  }

  /// Text of the outside on the one line of a comment.
  private static func comment(_ text: String) -> String { MessageTemplate.visible(text) }

  static func name(of database: ObservationKind) -> String {
    database == .dbAccounting
      ? "the accounting database, WorkspaceAccountingDB" : "the main database, WorkspacePersistenceDB"
  }
}

extension SQLDialect {
  /// `site.toml` may write a schema in capitals that PostgreSQL has in small letters.
  private func searchPath(_ schema: String) -> String {
    [schema.lowercased(), schema].uniqued.map(SQLLiteral.name).joined(separator: ", ")
  }

  fileprivate func opening(schema: String) -> [String] {
    switch self {
    case .sqlite: ["BEGIN IMMEDIATE"]
    case .postgresql:
      ["BEGIN ISOLATION LEVEL SERIALIZABLE", "SET LOCAL standard_conforming_strings = on"]
        + (schema.isEmpty ? [] : ["SET LOCAL search_path = \(searchPath(schema))"])
    case .derby: ["AUTOCOMMIT OFF"] + (schema.isEmpty ? [] : ["SET SCHEMA \(SQLLiteral.name(schema))"])
    }
  }
}

extension Transaction.Change {
  /// What it does, without any value: `deletes from pilot_slots`.
  public var subject: String {
    let table = MessageTemplate.visible(table)
    return switch action {
    case .delete: "deletes from \(table)"
    case .update(let cells): "sets \(columns(cells)) in \(table)"
    case .insert: "puts a row into \(table)"
    }
  }

  fileprivate var summary: String {
    "\(subject.prefix(1).uppercased())\(subject.dropFirst()): \(expectation)."
  }

  /// How many rows it must find, in words.
  public var expectation: String {
    switch (expected.lowerBound, expected.upperBound) {
    case (0, .max): "any number of rows"
    case (1, 1): "1 row"
    case (let least, let most) where least == most: "\(least) rows"
    case (let least, let most): "\(least) to \(most) rows"
    }
  }

  private func columns(_ cells: [Transaction.Cell]) -> String {
    cells.map { MessageTemplate.visible($0.column) }.joined(separator: ", ")
  }

  /// In PostgreSQL one error ends a transaction, so a table is looked for before.
  fileprivate func text(_ dialect: SQLDialect) -> String {
    let statement = statement(for: dialect)
    guard mayLackTable, dialect == .postgresql, let name = SQLLiteral.text(SQLLiteral.name(table)) else {
      return statement
    }
    var tag = "$change$"
    while statement.contains(tag) { tag = "$\(tag.filter { $0 != "$" })_$" }
    let body = "BEGIN\nIF to_regclass(\(name)) IS NOT NULL THEN\n\(statement);\nEND IF;\nEND"
    return "DO \(tag)\n\(body)\n\(tag)"
  }
}
