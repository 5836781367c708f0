internal import Model

/// One row of the snapshot.
struct FactRow: Hashable {
  let table: String
  let values: [String: Value]

  func value(_ column: String) -> Value { values[column] ?? .null }

  /// Nil where it is unknown.
  func text(_ column: String) -> String? {
    switch value(column) {
    case .text(let text), .node(let text): text
    case .null, .integer, .real: nil
    }
  }

  /// Nil where it is unknown.
  func integer(_ column: String) -> Int64? {
    if case .integer(let number) = value(column) { number } else { nil }
  }
}
