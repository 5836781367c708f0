/// The `md_user_data` of SQL text. Its tables are `vms` and `async_requests_vms` of the service's schema, and any other
/// that has such a column.
enum SqlUserData {
  static let column = "md_user_data"
  /// Where the column stands (from 0) when neither the statement nor a CREATE TABLE tells: the service's
  /// schema, 2.2 and later.
  private static let knownPositions = ["vms": 10, "async_requests_vms": 12]

  static func redact(_ page: inout Page) {
    for row in SqlRows(page.bytes) {
      switch row {
      case .inserted(let table, let texts):
        let wanted = position(in: table)
        guard wanted != nil || isSuspect(table) else { continue }
        for (column, range) in texts where column == wanted ?? column { fill(&page, range) }
      case .copied(let table, let line):
        guard let position = position(in: table) else {
          if isSuspect(table) { page.fill(line, as: column) }
          continue
        }
        let field = page.bytes.field(position, of: line) ?? line
        if !page.bytes[field].elementsEqual("\\N".utf8) { page.fill(field, as: column) }
      }
    }
  }

  private static func position(in table: SqlRows.Table) -> Int? {
    guard let columns = table.columns else { return knownPositions[table.name] }
    return columns.firstIndex(of: column)
  }

  /// A table that should have the column and seems not to. Before 2.2 the service had none, and fewer columns.
  private static func isSuspect(_ table: SqlRows.Table) -> Bool {
    knownPositions[table.name].map { (table.columns?.count ?? 0) > $0 } ?? false
  }

  /// The inside of a literal. `'\n'` is an argument of the `replace` around a text with line ends, not a part
  /// of it.
  private static func fill(_ page: inout Page, _ range: Range<Int>) {
    if range.count <= 2, page.bytes[range].first == 92 { return }
    let isBlob = range.lowerBound > 1 && lowered(page.bytes[range.lowerBound - 2]) == UInt8(ascii: "x")
    if !isBlob { return page.fill(range, as: column) }
    // 78 is x, so that the literal stays one.
    for at in range {
      let byte = UInt8(ascii: (at - range.lowerBound).isMultiple(of: 2) ? "7" : "8")
      page.put(byte, at: at, as: column)
    }
  }
}
