public import Model
internal import World

/// What Derby's `ij` is told so that it lists the service's tables for `DerbyListing`: plain SELECTs and nothing else, each
/// a transaction of its own.
///
/// Derby has no snapshots. It could give several SELECTs one moment only by locks that are kept until the last of them, and
/// then the service could be the one that Derby ends to resolve a deadlock. So each table is of its own moment, and it is the
/// second look that finds out what was torn. https://db.apache.org/derby/docs/10.14/devguide/cdevconcepts15366.html
public struct DerbyScript: Sendable {
  private let url: String
  private static let mark = "column "

  /// `url` is what JDBC calls the database; it is repeated in the output, so that no password may be in it.
  public init(url: String) { self.url = url }

  /// Asks for all columns of all tables.
  public var catalogue: String {
    script([
      """
      SELECT '\(Self.mark)' || s.schemaname || '.' || t.tablename || '.' || c.columnname \
      FROM sys.sysschemas s JOIN sys.systables t ON t.schemaid = s.schemaid \
      JOIN sys.syscolumns c ON c.referenceid = t.tableid \
      WHERE t.tabletype = 'T' ORDER BY s.schemaname, t.tablename, c.columnnumber
      """
    ])
  }

  /// Lists the tables that are read of one of the two databases, as far as the answer to `catalogue` has them.
  /// - Parameter schema: where they are; empty for the schema that has most of them: `APP`, or `NIMBUS` from 2.3 on.
  public func tables(
    of kind: ObservationKind, in schema: String, catalogue answer: [UInt8]
  ) throws(DerbyRefusal) -> String {
    if let error = Self.error(in: answer) { throw DerbyRefusal(reason: error) }
    let maps = kind == .dbMain ? MainTables.all : AccountingTables.all
    let found = Self.tables(in: answer).filter { table in maps.contains { $0.name == table.name.lowercased() }
    }
    let schemas = Dictionary(grouping: found, by: \.schema).filter {
      schema.isEmpty || $0.key.lowercased() == schema.lowercased()
    }
    let chosen = schemas.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    guard let chosen else {
      throw DerbyRefusal(
        reason: "none of the service's tables is in \(schema.isEmpty ? "any schema" : "the schema \(schema)")"
      )
    }
    return script(
      maps.flatMap { map in
        chosen.value.filter { $0.name.lowercased() == map.name }.compactMap { $0.select(map) }
      })
  }

  /// The first line with which `ij` says that something went wrong.
  private static func error(in answer: [UInt8]) -> String? {
    Lines(answer).lazy.map(\.content).first {
      $0.starts(with: "ERROR ".utf8) || $0.starts(with: "IJ ERROR".utf8)
    }
    .map { Text.printable($0.prefix(300)) }
  }

  private func script(_ statements: [String]) -> String {
    // Wider than any column that is read: the network of a machine has 1,024 characters, an image 4,096.
    let before = ["maximumdisplaywidth 4096", "connect '\(doubled(url, "'"))'", "readonly on"]
    return (before + statements + ["exit"]).map { $0 + ";\n" }.joined()
  }

  /// A table as the catalogue tells of it, with the letters that Derby keeps.
  private struct Table {
    let schema: String
    let name: String
    var columns: [String]

    /// Only what is read is asked for. Of columns that nobody knows only the names are, since they may hold anything; and
    /// first, since `ij` cuts the line of names after 1,024 characters.
    func select(_ map: TableMap) -> String? {
      let unknown = columns.filter { !map.knows($0.lowercased()) }
      let items =
        unknown.map { "CAST(NULL AS VARCHAR(\($0.count))) \(quoted($0))" }
        + columns.compactMap { read($0, map) }
      return items.isEmpty
        ? nil : "SELECT \(items.joined(separator: ", ")) FROM \(quoted(schema)).\(quoted(name))"
    }

    private func read(_ column: String, _ map: TableMap) -> String? {
      let name = quoted(column)
      return map.read.first { $0.name == column.lowercased() }.map { known in
        switch known.conversion {
        // As wide as a BIGINT, so that `ij` does not cut the name: REQUE& is requested_state as well.
        case .integer, .flag, .moment, .state: "BIGINT(\(name)) \(name)"
        case .text, .node, .mac, .real, .instant, .mebibytes, .job, .network: name
        }
      }
    }
  }

  private static func tables(in answer: [UInt8]) -> [Table] {
    var tables: [Table] = []
    for line in Lines(answer) where line.content.starts(with: mark.utf8) {
      let text = String(
        decoding: line.content.dropFirst(mark.utf8.count).withoutCarriageReturn.trimmed, as: UTF8.self)
      let names = text.split(separator: ".", maxSplits: 2).map(String.init)
      guard names.count == 3 else { continue }
      if tables.last?.schema != names[0] || tables.last?.name != names[1] {
        tables.append(Table(schema: names[0], name: names[1], columns: []))
      }
      tables[tables.count - 1].columns.append(names[2])
    }
    return tables
  }
}

/// Why Derby's tables can't be listed, as a sentence without a full stop.
public struct DerbyRefusal: Error, Hashable {
  public let reason: String
}

private func quoted(_ name: String) -> String { "\"\(doubled(name, "\""))\"" }

private func doubled(_ text: String, _ quote: Character) -> String {
  text.reduce(into: "") { $0 += $1 == quote ? [$1, $1] : [$1] }
}
