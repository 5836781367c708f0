import Model
import Toml

/// The examples of a rule's file: a few rows, and what the rule makes of them.
enum RuleExample {
  /// The time of an example that does not say one: 2026-11-22T00:00:00Z.
  static let now = Instant(milliseconds: 1_795_305_600_000)

  static func read(_ reader: inout TomlReader) -> Rule.Example {
    let name = reader.requiredString("name")
    let given: [(table: String, rows: [[String: Value]])] =
      reader.table("given") { tables in
        tables.table.keys.map { table in
          (table: table, rows: rows(tables.value(table), of: table, &tables))
        }
      } ?? []
    return Rule.Example(
      name: name,
      now: reader.instant("now") ?? now,
      given: given,
      unseen: reader.strings("unseen") ?? [],
      expectation: expectation(&reader),
      plans: reader.strings("plans"))
  }

  private static func expectation(_ reader: inout TomlReader) -> Rule.Example.Expectation {
    let remedy = "write finds = [] or finds = [{ column = value }] or finds = \"undetermined\""
    switch reader.value("finds") {
    case .string("undetermined")?: return .undetermined
    case .array?: return .finds(rows(reader.table["finds"], of: "finds", &reader))
    case nil: reader.complain("finds", "is missing", remedy: remedy)
    default: reader.complain("finds", "is neither rows nor \"undetermined\"", remedy: remedy)
    }
    return .finds([])
  }

  private static func rows(
    _ found: TomlValue?, of table: String, _ reader: inout TomlReader
  ) -> [[String: Value]] {
    guard case .array(let elements)? = found else {
      reader.complain(table, "is no list of rows", remedy: "write \(table) = [{ column = value }]")
      return []
    }
    return elements.compactMap { element in
      guard case .table(let row) = element else {
        reader.complain(table, "has a row that is no table", remedy: "write each as { column = value }")
        return nil
      }
      var cells: [String: Value] = [:]
      for (key, value) in zip(row.keys, row.values) { cells[key] = cell(value) }
      return cells
    }
  }

  private static func cell(_ value: TomlValue) -> Value {
    switch value {
    case .string(let text), .localTime(let text): .text(text)
    case .integer(let number): .integer(number)
    case .boolean(let flag): .integer(flag ? 1 : 0)
    case .real(let number): .real(number)
    case .instant(let moment): .integer(moment.milliseconds)
    case .array, .table: .null
    }
  }
}
