internal import Model
internal import World

/// A row of the snapshot as the row of the service's table that it was read from: what such a row is found by again.
struct SeenRow {
  let map: TableMap
  let row: FactRow

  init(_ row: FactRow, in map: TableMap) {
    self.map = map
    self.row = row
  }

  /// Every value that was seen of it, in the service's units. `needed` names columns of theirs without which nothing may
  /// rest on the row; of any other what is unknown is no condition: an older service may not have the column at all.
  func cells(needing needed: Set<String> = []) throws(DeedRefusal) -> [Transaction.Cell] {
    var cells: [Transaction.Cell] = []
    for column in map.read {
      if let literal = try literal(of: column) {
        cells.append(Transaction.Cell(column.name, literal))
      } else if column.use == .key || needed.contains(column.name) {
        throw DeedRefusal("\(map.name).\(column.name) was not understood")
      }
    }
    return cells
  }

  /// The service's value; nil where it can't be told, or was changed when it was read.
  private func literal(of column: ColumnMap) throws(DeedRefusal) -> String? {
    guard let ours = column.fills.first?.description else { return nil }
    let value = row.value(ours)
    switch column.conversion {
    case .text, .job: return try row.text(ours).map { text throws(DeedRefusal) in try Self.literal(text) }
    case .integer, .flag, .state, .instant: return row.integer(ours).map { String($0) }
    case .moment: return String(row.integer(ours) ?? 0)
    case .mebibytes: return try row.integer(ours).map { kib throws(DeedRefusal) in try Self.mebibytes(kib) }
    case .real: if case .real(let number) = value { return "\(number)" } else { return nil }
    // What it is called there is only known as the site calls it.
    case .node:
      if let told = column.fills.dropFirst().first { return try row.text(told.description).map(Self.literal) }
      return value == .null ? SQLLiteral.null : nil
    case .network: return try row.text(ours).map(Self.literal) ?? SQLLiteral.null
    case .mac: return nil
    }
  }

  static func literal(_ text: String) throws(DeedRefusal) -> String {
    guard let literal = SQLLiteral.text(text) else { throw DeedRefusal("a text has a NUL in it") }
    return literal
  }

  /// The service counts in MB, which are MiB.
  static func mebibytes(_ kib: Int64) throws(DeedRefusal) -> String {
    guard kib.isMultiple(of: 1024) else {
      throw DeedRefusal("\(kib) KiB are not whole MB, which the service counts in")
    }
    return String(kib / 1024)
  }
}
