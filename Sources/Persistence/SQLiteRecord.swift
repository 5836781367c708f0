internal import SQLite

/// One row of a query as bytes and cells, so that every form of a database is converted by the same code.
struct SQLiteRecord {
  private(set) var bytes: [UInt8] = []
  private(set) var cells: [Cell] = []

  /// Takes the current row; a column that the table does not have is absent.
  mutating func take(_ row: Statement, _ isThere: [Bool]) {
    bytes.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
    for (column, isThere) in isThere.enumerated() {
      cells.append(isThere ? cell(row, column) : Cell())
    }
  }

  private mutating func cell(_ row: Statement, _ column: Int) -> Cell {
    let form: Cell.Form
    switch row.storage(column) {
    case .null: return Cell(form: .null)
    case .blob: form = .blob
    case .integer, .real, .text: form = .plain
    }
    let start = bytes.count
    if form == .plain { bytes += row.columnTextBytes(column) }
    return Cell(form: form, range: start..<bytes.count)
  }
}
