public import Model

/// A table of the service's database as far as it is read, so that a collector asks for that and for nothing else: users'
/// secrets stay where they are.
public struct ReadTable: Hashable, Sendable {
  /// In lower case, like the columns: databases spell them in their own way.
  public let name: String
  public let columns: [String]

  /// The tables of one of the two databases; none for what is no database.
  public static func all(of kind: ObservationKind) -> [ReadTable] {
    let tables = kind == .dbMain ? MainTables.all : kind == .dbAccounting ? AccountingTables.all : []
    return tables.map { ReadTable(name: $0.name, columns: $0.read.map(\.name)) }
  }
}
