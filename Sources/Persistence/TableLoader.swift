internal import Model
internal import World

/// What has been seen of one database's tables while it is read, whatever its form; it turns records into
/// rows and says at the end what is missing.
struct TableLoader {
  /// Tables that can be told apart by what they are for.
  enum Known {
    case read(TableMap)
    case unread
    case unknown
  }

  private let maps: [String: TableMap]
  private let order: [TableMap]
  private var seen: [String: SeenTable] = [:]
  private var unknownTables: Set<String> = []
  private(set) var rowCount = 0
  var problems: [Problem] = []
  var remarks: [Problem] = []

  init(_ tables: [TableMap]) {
    order = tables
    maps = Dictionary(tables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private struct SeenTable {
    var schema: String
    var binding: Binding?
    var columns: Set<String>
  }

  /// Adds to what makes the source partial; a file of a million broken rows gives a hundred problems.
  mutating func add(_ problem: Problem) {
    if problems.count < 100 { problems.append(problem) }
  }

  mutating func remark(_ problem: Problem) {
    if remarks.count < 20 { remarks.append(problem) }
  }

  /// A table with its columns in their order, as CREATE TABLE or the database itself tells.
  mutating func declare(_ table: String, schema: String, columns: [String], at offset: Int?) {
    guard let map = maps[table] else { return noteUnknown(table, at: offset) }
    if let before = seen[table], before.binding != nil {
      let twice = before.schema == schema ? "twice" : "twice (in \(before.schema) and \(schema))"
      add(Problem("table \(table) is there \(twice)", offset: offset))
    }
    seen[table] = SeenTable(
      schema: schema, binding: Binding(map, columns: columns), columns: Set(columns))
  }

  /// How the values of an INSERT or COPY are to be read; nil when nobody reads them. `listed` are the columns
  /// that it names itself.
  mutating func binding(
    _ table: String, schema: String, listed: [String]?, at offset: Int?
  ) -> Binding? {
    guard let map = maps[table] else {
      noteUnknown(table, at: offset)
      return nil
    }
    if let before = seen[table], before.schema != schema, before.binding != nil {
      add(Problem("rows of \(schema).\(table) beside those of \(before.schema).\(table)", offset: offset))
    }
    if let listed {
      var table = seen[map.name] ?? SeenTable(schema: schema, binding: nil, columns: [])
      table.columns.formUnion(listed)
      seen[map.name] = table
      return Binding(map, columns: listed)
    }
    if let declared = seen[table]?.binding { return declared }
    let columns = map.original.map(\.name)
    remark(Problem("no CREATE TABLE \(table): its columns are taken to be those of TP2.2", offset: offset))
    let binding = Binding(map, columns: columns)
    seen[table] = SeenTable(schema: schema, binding: binding, columns: Set(columns))
    return binding
  }

  private mutating func noteUnknown(_ table: String, at offset: Int?) {
    guard !MainTables.unread.contains(table), !Self.others.contains(table), unknownTables.count < 20,
      unknownTables.insert(table).inserted
    else { return }
    remark(
      Problem("table \(Text.printable(table.utf8.prefix(60))) is unknown and left alone", offset: offset))
  }

  func reads(_ table: String) -> Bool { maps[table] != nil }

  func hasSeen(_ table: String) -> Bool { seen[table] != nil }

  mutating func addWrongWidth(_ count: Int, expected binding: Binding, at range: Range<Int>) {
    add(
      Problem(
        "a row of \(binding.map.name) has \(count) values, expected \(binding.slots.count)",
        offset: range.lowerBound))
  }

  /// Puts one record's rows into the sink.
  mutating func insert(
    _ cells: [Cell], as map: TableMap, from source: [UInt8], at range: Range<Int>,
    into sink: inout some RowSink
  ) {
    var builder = RecordBuilder(map, source: source)
    if let row = builder.row(of: cells, at: range) {
      sink.insert(row)
      rowCount += 1
      for interface in builder.interfaces {
        sink.insert(interface.row(of: row["machine"] ?? .null, at: range))
      }
    }
    if let lost = builder.lostKey {
      add(Problem("a row of \(map.name) is left out: \(lost)", offset: range.lowerBound))
    }
  }

  private static let others = Set(
    (MainTables.all + AccountingTables.all).map(\.name) + ["sqlite_sequence", "sqlite_stat1", "sqlite_stat4"])
}

extension TableLoader {
  /// What the whole database says, once it is read.
  func reading(form: String) -> Reading {
    if seen.isEmpty {
      let problem = Problem("none of the service's tables is there, as \(order.first?.name ?? "")")
      return Reading(form: form, coverage: .failed(problems.first ?? problem), remarks: remarks)
    }
    return Reading(
      form: form, coverage: problems.isEmpty ? .complete : .partial(problems), remarks: remarks,
      unreadable: order.flatMap(unreadable))
  }

  private func unreadable(_ map: TableMap) -> [Unreadable] {
    guard let columns = seen[map.name]?.columns else {
      return map.fills.map {
        Unreadable(table: $0, column: nil, reason: "the database has no table \(map.name)")
      }
    }
    let unknown = columns.filter { !map.knows($0) }.sorted().prefix(20)
    let missing = map.read.filter { !columns.contains($0.name) }
    return unknown.flatMap { unreadable(map, unknown: $0) }
      + missing.flatMap { unreadable(map, missing: $0) }
  }

  private func unreadable(_ map: TableMap, unknown column: String) -> [Unreadable] {
    let name = Text.printable(column.utf8.prefix(60))
    let reason = "table \(map.name) has the unknown column \(name): written by a newer service?"
    return map.fills.map { Unreadable(table: $0, column: nil, reason: reason) }
  }

  private func unreadable(_ map: TableMap, missing column: ColumnMap) -> [Unreadable] {
    let reason = "the database has no column \(map.name).\(column.name)"
    if column.use == .key {
      return map.fills.map { Unreadable(table: $0, column: nil, reason: reason) }
    }
    let own = column.fills.map {
      Unreadable(table: map.table.description, column: $0.description, reason: reason)
    }
    guard column.conversion == .network else { return own }
    return own + [Unreadable(table: "db_nic", column: nil, reason: reason)]
  }
}

/// Which column of a table each value of a record is.
final class Binding: Sendable {
  let map: TableMap
  /// For each value in order, its index in `map.read`; nil for one that is stepped over.
  let slots: [Int?]

  init(_ map: TableMap, columns: [String]) {
    self.map = map
    let places = Dictionary(
      map.read.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    slots = columns.map { places[$0] }
  }
}
