/// One of the service's tables as a database has it.
struct FoundTable: Sendable {
  /// In lower case.
  let key: String
  /// As a statement writes it there.
  let name: String
  let columns: [Column]

  struct Column: Sendable {
    /// In lower case.
    let key: String
    let name: String
  }
}
