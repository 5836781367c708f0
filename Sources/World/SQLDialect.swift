/// The databases that a transaction is written for.
public enum SQLDialect: String, CaseIterable, Sendable {
  case sqlite, postgresql
  /// Derby, by its `ij`.
  case derby
}
