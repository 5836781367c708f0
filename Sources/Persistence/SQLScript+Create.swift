internal import Model

/// CREATE TABLE: which columns a table has, and in what order.
extension SQLScript {
  /// A table with more columns is not the service's, and none of its widest has a fiftieth of that.
  private static let columnLimit = 1000

  mutating func create(from start: Int) {
    for word in ["or", "replace", "global", "local", "temp", "temporary", "unlogged"] {
      _ = scanner.skip(word: word)
    }
    if scanner.skip(word: "trigger") {
      if !scanner.skipTrigger() { cut() }
      return
    }
    guard scanner.skip(word: "table") else { return finish() }
    for word in ["if", "not", "exists"] { _ = scanner.skip(word: word) }
    guard let table = scanner.qualifiedName() else { return finish() }
    guard loader.reads(table.name) else {
      loader.declare(table.name, schema: table.schema, columns: [], at: start)
      return finish()
    }
    guard scanner.skip("(") else {
      loader.add(Problem("CREATE TABLE \(table.name) without a list of columns", offset: start))
      return finish()
    }
    guard let columns = columnDefinitions() else {
      if scanner.isAtEnd { return cut() }
      loader.add(Problem("the columns of \(table.name) are not understood", offset: scanner.at))
      return finish()
    }
    // What was remembered of an INSERT before may not hold any longer.
    lastInsert = nil
    loader.declare(table.name, schema: table.schema, columns: columns, at: start)
    finish()
  }

  private mutating func columnDefinitions() -> [String]? {
    var columns: [String] = []
    while columns.count < Self.columnLimit {
      let isQuoted = !isLetter(scanner.next)
      guard let name = scanner.name() else { return nil }
      if isQuoted || !Self.constraints.contains(name) { columns.append(name) }
      scanner.skipItem()
      if scanner.skip(")") { return columns }
      guard scanner.skip(",") else { return nil }
    }
    return nil
  }

  /// Words that begin an item which is not a column.
  private static let constraints: Set<String> = [
    "primary", "unique", "constraint", "check", "foreign", "like", "exclude",
  ]

  /// A list of column names in brackets, when one stands here; nil inside when it is not understood.
  mutating func columnList() -> [String]?? {
    guard scanner.skip("(") else { return .some(nil) }
    var columns: [String] = []
    while columns.count < Self.columnLimit, let name = scanner.name() {
      columns.append(name)
      if scanner.skip(")") { return columns }
      guard scanner.skip(",") else { return nil }
    }
    return nil
  }
}
