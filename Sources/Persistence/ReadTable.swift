public import Model

/// A table of the service's database as far as it is read, so that a collector asks for that and for nothing else.
public struct ReadTable: Hashable, Sendable {
  /// In lower case, like the columns: databases spell them in their own way.
  public let name: String
  public let columns: [String]
  /// Columns that users' secrets may be in.
  public let secrets: [String]

  /// The tables of one of the two databases; none for what is no database.
  public static func all(of kind: ObservationKind) -> [ReadTable] {
    let tables = kind == .dbMain ? MainTables.all : kind == .dbAccounting ? AccountingTables.all : []
    return tables.map { table in
      ReadTable(
        name: table.name, columns: table.read.map(\.name),
        secrets: table.original.filter { $0.use == .secret }.map(\.name))
    }
  }
}
