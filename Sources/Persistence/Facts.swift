public import Model
import World

extension Persistence {
  /// What was seen of the rows that an act is about, as rows of the snapshot's tables.
  public struct Facts: Hashable, Sendable {
    /// By table. One that was not asked for is not there; one that was, and has no such row, is empty.
    public let tables: [String: [[String: Value]]]

    public init(_ tables: [String: [[String: Value]]]) { self.tables = tables }

    /// The rows of a table. An absence is only known where somebody looked.
    func rows(_ table: String) throws(DeedRefusal) -> [FactRow] {
      guard let rows = tables[table] else { throw DeedRefusal("\(table) was not looked at") }
      return rows.map { FactRow(table: table, values: $0) }
    }
  }
}
