internal import Model
internal import World

/// Makes the rows of the snapshot out of one record of the service's database.
struct RecordBuilder {
  let map: TableMap
  /// The bytes that the cells point into.
  let source: [UInt8]
  private(set) var fields: [(column: StaticString, value: Value)] = []
  private(set) var defects: [Defect] = []
  private(set) var interfaces: [NetworkInterface] = []
  /// Why the record says nothing; its key could not be understood.
  private(set) var lostKey: String?

  init(_ map: TableMap, source: [UInt8]) {
    self.map = map
    self.source = source
    fields.reserveCapacity(map.read.count + 6)
    fields += map.constants
  }

  /// The record's row; nil when its key is lost. The rows of a machine's interfaces go with it.
  mutating func row(of cells: [Cell], at range: Range<Int>) -> Row? {
    for index in map.read.indices where cells[index].form != .absent {
      convert(cells[index], by: map.read[index])
    }
    if lostKey != nil { return nil }
    var row = Row(map.table, bytes: range, defects: defects, [:])
    row.fields = fields
    return row
  }

  private mutating func convert(_ cell: Cell, by column: ColumnMap) {
    if cell.form == .null {
      if column.use == .key { lostKey = lostKey ?? "\(column.name) is NULL" }
      return
    }
    do throws(CellDefect) {
      try fill(cell, by: column)
    } catch {
      if column.use == .key { lostKey = lostKey ?? "\(column.name) is \(error.problem)" }
      for fill in column.fills {
        defects.append(Defect(column: fill.description, problem: "\(column.name): \(error.problem)"))
      }
    }
  }

  private mutating func fill(_ cell: Cell, by column: ColumnMap) throws(CellDefect) {
    switch column.conversion {
    case .text: put(.text(try cell.text(in: source)), column)
    case .node:
      let name = try cell.text(in: source)
      put(.node(name), column)
      put(.text(name), column, part: 1)
    case .mac: put(Value(try hardwareAddress(try cell.content(in: source))), column)
    case .integer: put(.integer(try cell.integer(in: source)), column)
    case .flag: put(Value(try cell.flag(in: source)), column)
    case .real: put(.real(try cell.real(in: source)), column)
    case .moment:
      let moment = try cell.integer(in: source)
      if moment != 0 { put(.integer(moment), column) }
    case .instant: put(.integer(try cell.wholeReal(in: source)), column)
    case .mebibytes:
      let count = try cell.wholeReal(in: source)
      guard let memory = Kibibytes(Mebibytes(count)) else { throw CellDefect("\(count) MB") }
      put(Value(memory), column)
    case .state: try putState(try cell.integer(in: source), column)
    case .job: try putJob(try cell.text(in: source), column)
    case .network:
      interfaces = try NetworkInterface.all(in: try cell.content(in: source))
      put(.text(try cell.text(in: source)), column)
    }
  }

  private mutating func put(_ value: Value, _ column: ColumnMap, part: Int = 0) {
    if column.fills.indices.contains(part) {
      fields.append((column: column.fills[part], value: value))
    }
  }

  private mutating func putState(_ state: Int64, _ column: ColumnMap) throws(CellDefect) {
    guard let name = MachineState.name(of: state) else {
      throw CellDefect("\(state), which is no state of any release up to 2.10.1")
    }
    put(.integer(state), column)
    put(.text(name), column, part: 1)
    put(Value(MachineState.isCorrupted(state)), column, part: 2)
  }

  /// A handle whose number can't be told keeps its text: a submit filter's warning may have become part of
  /// it.
  private mutating func putJob(_ handle: String, _ column: ColumnMap) throws(CellDefect) {
    put(.text(handle), column)
    if let job = jobIdentifier(handle) {
      put(.text(job.number), column, part: 1)
      put(Value(job.server), column, part: 2)
    } else {
      for part in column.fills.dropFirst() {
        defects.append(
          Defect(
            column: part.description,
            problem: "\(column.name): '\(Text.printable(handle.utf8.prefix(60)))', expected 123.server"))
      }
    }
  }
}
