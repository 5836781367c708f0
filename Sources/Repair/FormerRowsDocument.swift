import FoundationEssentials
import Model
import World

/// Former rows as the journal's text, in JSON.
struct FormerRowsDocument: Codable {
  private struct Cell: Codable {
    let column: String
    let literal: String
  }

  private struct Action: Codable {
    let name: String
    let cells: [Cell]
  }

  private let database: String
  private let table: String
  private let action: Action
  private let rows: [[Cell]]

  static func text(_ rows: [FormerRows]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(rows.map(FormerRowsDocument.init)) else { return "[]" }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Nil where it is no such text.
  static func rows(_ text: String) -> [FormerRows]? {
    let documents = try? JSONDecoder().decode([FormerRowsDocument].self, from: Data(text.utf8))
    let rows = documents?.compactMap(\.former)
    return rows?.count == documents?.count ? rows : nil
  }

  private init(_ former: FormerRows) {
    database = former.database.rawValue
    table = former.table
    rows = former.rows.map { $0.map { Cell(column: $0.column, literal: $0.literal) } }
    func cells(_ all: [Transaction.Cell]) -> [Cell] {
      all.map { Cell(column: $0.column, literal: $0.literal) }
    }
    action =
      switch former.action {
      case .delete: Action(name: "delete", cells: [])
      case .update(let new): Action(name: "update", cells: cells(new))
      case .insert(let row): Action(name: "insert", cells: cells(row))
      }
  }

  private var former: FormerRows? {
    guard let kind = ObservationKind(rawValue: database) else { return nil }
    func cells(_ all: [Cell]) -> [Transaction.Cell] { all.map { Transaction.Cell($0.column, $0.literal) } }
    let done: Transaction.Change.Action
    switch action.name {
    case "delete": done = .delete
    case "update": done = .update(cells(action.cells))
    case "insert": done = .insert(cells(action.cells))
    default: return nil
    }
    return FormerRows(database: kind, table: table, action: done, rows: rows.map(cells))
  }
}
