/// Names in the tables of the service, whatever prints them.
enum DatabasePlaces {
  /// The columns that hold names, and whether they hold distinguished ones. Job ids and addresses are known by their looks.
  static func isDistinguished(column: String) -> Bool? {
    switch column {
    case "creator_dn", "dn": true
    case "node", "nodename", "hostname": false
    default: nil
    }
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

  /// `pg_dump` says whose a table is.
  private static func owners(_ bytes: [UInt8]) -> [Place] {
    var found: [Place] = []
    for sign in ["Owner: ", "OWNER TO "] as [StaticString] {
      var at = 0
      while let next = bytes.next(sign, from: at) {
        at = next + sign.utf8CodeUnitCount
        found.append(Place(range: at..<bytes.end(from: at) { $0 != 10 && $0 != 59 }))
      }
    }
    return found
  }

  /// Of the tables that Derby's `ij` prints: a line of names, a line of dashes, and rows with their bars where those of the
  /// names are.
  static func printed(_ bytes: [UInt8]) -> [Place] {
    var found: [Place] = []
    var columns: [(name: String, start: Int, end: Int)] = []
    var line = 0
    while line < bytes.count {
      let end = bytes.lineEnd(from: line)
      let next = min(end + 1, bytes.count)..<bytes.lineEnd(from: min(end + 1, bytes.count))
      if bytes.holds("---", at: end + 1), bytes[next].allSatisfy({ [45, 43, 13].contains($0) }) {
        columns = Self.columns(bytes, line..<end)
      } else if bytes[line..<end].allSatisfy(isBlank) {
        columns = []
      } else if !columns.isEmpty {
        found += row(bytes, line..<end, columns)
      }
      line = end + 1
    }
    return found
  }

  private static func columns(_ bytes: [UInt8], _ line: Range<Int>) -> [(name: String, start: Int, end: Int)]
  {
    var start = PrintedTable.promptEnd(bytes, line)
    let base = start
    return bytes[start..<line.upperBound].split(separator: 124, omittingEmptySubsequences: false).map {
      part in
      defer { start = part.endIndex + 1 }
      let name = String(decoding: part.filter { $0 > 32 }.map(lowered), as: UTF8.self)
      return (name, start - base, part.endIndex - base)
    }
  }

  /// Widths count characters, and a character may have several bytes.
  private static func row(
    _ bytes: [UInt8], _ line: Range<Int>, _ columns: [(name: String, start: Int, end: Int)]
  ) -> [Place] {
    let characters = line.filter { bytes[$0] & 0xC0 != 0x80 } + [line.upperBound]
    return columns.flatMap { column -> [Place] in
      guard column.start < characters.count else { return [] }
      let end = characters[min(column.end, characters.count - 1)]
      let cell = characters[column.start]..<max(end, characters[column.start])
      let text = bytes[cell].split { isBlank($0) }
      guard let first = text.first, let last = text.last, !first.elementsEqual("NULL".utf8) else { return [] }
      return places(bytes, first.startIndex..<last.endIndex, column: column.name)
    }
  }
}
