/// Names in the tables of the service, whatever prints them.
enum DatabasePlaces {
  /// The columns that hold names, and whether they hold distinguished ones. Job ids and addresses are known by their looks.
  static func isDistinguished(column: String) -> Bool? {
    if ["node", "nodename", "hostname"].contains(column) { return false }
    return column == "dn" || column.hasSuffix("_dn") ? true : nil
  }

  /// What is `name` in a list of interfaces (`vms.network`): their eleventh field.
  static func hostnames(_ bytes: [UInt8], _ cell: Range<Int>) -> [Place] {
    let fields = bytes[cell].split(separator: 59, omittingEmptySubsequences: false)
    guard fields.count >= 11 else { return [] }
    // Interfaces are parted by an empty field.
    return fields.split(whereSeparator: \.isEmpty).filter { $0.count > 10 }.map { interface in
      let name = interface[interface.startIndex + 10]
      return Place(range: name.startIndex..<name.endIndex)
    }
  }

  /// Of a cell in a column.
  static func places(_ bytes: [UInt8], _ cell: Range<Int>, column: String?) -> [Place] {
    if column == "network" { return hostnames(bytes, cell) }
    guard let column, let isDistinguished = isDistinguished(column: column) else { return [] }
    return [Place(range: cell, isDistinguished: isDistinguished)]
  }

  /// Of SQL text.
  static func sql(_ bytes: [UInt8]) -> [Place] {
    var found = owners(bytes)
    for row in SqlRows(bytes) {
      switch row {
      case .inserted(let table, let texts):
        for (column, range) in texts { found += places(bytes, range, column: name(of: column, in: table)) }
      case .copied(let table, let line):
        for (column, name) in (table.columns ?? []).enumerated() {
          guard let cell = bytes.field(column, of: line), !bytes[cell].elementsEqual("\\N".utf8) else {
            continue
          }
          found += places(bytes, cell, column: name)
        }
      }
    }
    return found
  }

  /// Where neither the statement nor a CREATE TABLE tells: the service's schema.
  private static func name(of column: Int, in table: SqlRows.Table) -> String? {
    if let columns = table.columns { return columns.indices.contains(column) ? columns[column] : nil }
    return knownColumns[table.name]?[column]
  }

  private static let knownColumns: [String: [Int: String]] = [
    "resources": [6: "creator_dn"], "groupresources": [1: "creator_dn"], "vms": [2: "node", 5: "network"],
    "association_entries": [3: "hostname"], "pilot_slots": [8: "nodename"],
    "resourcepool_entries": [1: "hostname"], "deployments": [2: "creator_dn"],
  ]

  /// `pg_dump` says whose a table is, and who may do what with it.
  private static func owners(_ bytes: [UInt8]) -> [Place] {
    var found: [Place] = []
    func add(_ sign: StaticString, in range: Range<Int>) {
      var at = range.lowerBound
      while let next = bytes.next(sign, from: at, limit: range.upperBound - at) {
        at = next + sign.utf8CodeUnitCount
        found.append(Place(range: at..<bytes.end(from: at) { $0 != 10 && $0 != 59 && $0 != 32 }))
      }
    }
    for sign in ["Owner: ", "OWNER TO ", "SESSION AUTHORIZATION "] as [StaticString] {
      add(sign, in: bytes.indices)
    }
    for statement in ["GRANT ", "REVOKE ", "ALTER DEFAULT PRIVILEGES "] as [StaticString] {
      var at = 0
      while let start = bytes.next(statement, from: at) {
        at = bytes.lineEnd(from: start)
        guard start == 0 || bytes[start - 1] == 10 else { continue }
        for sign in [" TO ", " FROM ", " ROLE ", " BY "] as [StaticString] { add(sign, in: start..<at) }
      }
    }
    return found
  }
}
