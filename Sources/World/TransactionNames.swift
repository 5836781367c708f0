/// What a database calls the service's tables and columns.
public struct TransactionNames: Sendable {
  /// By their names in lower case.
  public let table: @Sendable (_ table: String) -> String
  public let column: @Sendable (_ column: String, _ table: String) -> String

  public init(
    table: @escaping @Sendable (_ table: String) -> String,
    column: @escaping @Sendable (_ column: String, _ table: String) -> String
  ) {
    self.table = table
    self.column = column
  }

  /// As the service's own schema writes them.
  public static let own = TransactionNames(
    table: { SQLLiteral.name($0) }, column: { column, _ in SQLLiteral.name(column) })
}
