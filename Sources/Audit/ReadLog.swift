import Model
import SQLite

/// What a query reads, by SQLite's own account; anything but reading is refused.
final class ReadLog {
  var columns: Set<String> = []
  var tables: Set<String> = []

  func allow(_ access: Access) -> Bool {
    switch access {
    case .read(let table, let column, _):
      tables.insert(table)
      columns.insert("\(table).\(column)")
      return true
    case .select, .recursion: return true
    case .function(let name): return name != "load_extension"
    case .other: return false
    }
  }
}
