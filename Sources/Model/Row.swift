/// One record that a parser found, on its way into a table of the snapshot.
public struct Row: Sendable {
  /// A table of `Rules/schema.sql`.
  public let table: StaticString
  /// Columns of that table. A column that is not named here is NULL; `observation`, `at_byte` and `byte_count` are
  /// filled in by the snapshot.
  public var fields: [(column: StaticString, value: Value)]
  /// Where the record stands in the observation's standard output, so that `explain` can show the very bytes.
  public var bytes: Range<Int>
  /// Fields that are unknown because their bytes could not be understood; the record itself has its bounds and key.
  public var defects: [Defect]
  /// A job's owner could have forged this record, or a part of it: it is shown, and nothing rests on it.
  public var isAmbiguous: Bool

  public init(
    _ table: StaticString, bytes: Range<Int>, defects: [Defect] = [], isAmbiguous: Bool = false,
    _ fields: KeyValuePairs<StaticString, Value>
  ) {
    self.table = table
    self.bytes = bytes
    self.defects = defects
    self.isAmbiguous = isAmbiguous
    self.fields = fields.map { (column: $0.key, value: $0.value) }
  }

  /// The value of a column, nil where the row does not name it.
  public subscript(column: String) -> Value? {
    fields.first { $0.column.description == column }?.value
  }
}

/// A value that could not be understood inside a record that could.
public struct Defect: Hashable, Sendable {
  /// The column that is NULL because of it.
  public let column: String
  /// What was found and what was expected.
  public let problem: String

  public init(column: String, problem: String) {
    self.column = column
    self.problem = problem
  }
}
