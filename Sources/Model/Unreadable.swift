/// A part of the outside that this version cannot read, such as a table with a column of a newer service: rules that need it
/// do not apply.
public struct Unreadable: Hashable, Sendable {
  /// A table of the snapshot.
  public let table: String
  /// One of its columns; nil for the whole table.
  public let column: String?
  /// What is there and what was expected.
  public let reason: String

  public init(table: String, column: String?, reason: String) {
    self.table = table
    self.column = column
    self.reason = reason
  }
}
