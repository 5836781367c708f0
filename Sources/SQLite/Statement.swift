internal import CSQLite
public import Model

/// What SQLite made of a statement, and what can be known of it before it runs.
struct Compiled {
  let handle: OpaquePointer
  let columnNames: [String]
  let parameterNames: [String?]
  /// What it asked leave for while it was compiled; kept where the database keeps its statements.
  let accesses: Set<Access>

  init(_ handle: OpaquePointer, accesses: Set<Access>) {
    self.handle = handle
    self.accesses = accesses
    columnNames = (0..<sqlite3_column_count(handle)).map { index in
      sqlite3_column_name(handle, index).map { String(cString: $0) } ?? ""
    }
    parameterNames = (0..<sqlite3_bind_parameter_count(handle)).map { index in
      sqlite3_bind_parameter_name(handle, index + 1).map { String(cString: $0) }
    }
  }
}

/// One prepared statement. It keeps its database open for as long as it lives.
public final class Statement {
  private let compiled: Compiled
  private let database: Database
  /// The statement as written.
  public let sql: String
  /// The names of its columns, in order.
  public var columnNames: [String] { compiled.columnNames }
  /// Its parameters in order, with their sigil (`:name`); nil for a `?`.
  public var parameterNames: [String?] { compiled.parameterNames }

  private var handle: OpaquePointer { compiled.handle }

  init(_ compiled: Compiled, of database: Database, sql: String) {
    self.compiled = compiled
    self.database = database
    self.sql = sql
  }

  deinit { database.takeBack(compiled, sql) }

  /// Binds the parameter at a place counted from 1. A node's name is bound as the text it is.
  public func bind(_ value: Value, at index: Int) throws(SQLiteError) {
    let place = Int32(clamping: index)
    let code =
      switch value {
      case .null: sqlite3_bind_null(handle, place)
      case .integer(let number): sqlite3_bind_int64(handle, place, number)
      case .real(let number): sqlite3_bind_double(handle, place, number)
      case .text(let text), .node(let text): bind(text, at: place)
      }
    if code != SQLITE_OK { throw failure(code) }
  }

  /// Binds every parameter of this name, which is written with its sigil: `:now`. An unknown name is an
  /// error.
  public func bind(_ value: Value, to name: String) throws(SQLiteError) {
    let index = sqlite3_bind_parameter_index(handle, name)
    guard index > 0 else {
      throw SQLiteError(code: SQLITE_RANGE, message: "no parameter \(name)", sql: sql)
    }
    try bind(value, at: Int(index))
  }

  /// Binds the parameters from the first on.
  public func bind(_ values: some Sequence<Value>) throws(SQLiteError) {
    var index = 1
    for value in values {
      try bind(value, at: index)
      index += 1
    }
  }

  private func bind(_ text: String, at place: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      guard let start = bytes.baseAddress else {
        return trueup_bind_text(handle, place, "", 0)
      }
      guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
      return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
        trueup_bind_text(handle, place, $0, count)
      }
    }
  }

  /// Goes to the next row: false when there is none.
  public func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw failure(code)
    }
  }

  /// Steps to the end, for a statement whose rows are of no interest, and makes it ready for the next values.
  public func run() throws(SQLiteError) {
    defer { reset() }
    while try step() {}
  }

  /// Makes it ready to be stepped from the beginning; what is bound stays bound.
  public func reset() { sqlite3_reset(handle) }

  /// Forgets what is bound.
  public func clearBindings() { sqlite3_clear_bindings(handle) }

  private func failure(_ code: Int32) -> SQLiteError {
    SQLiteError(database.handle, code: code, sql: sql)
  }
}

extension Statement {
  /// What a cell of the current row holds.
  public enum Storage: Hashable, Sendable {
    case null, integer, real, text, blob
  }

  public func storage(_ column: Int) -> Storage {
    switch sqlite3_column_type(handle, Int32(clamping: column)) {
    case SQLITE_INTEGER: .integer
    case SQLITE_FLOAT: .real
    case SQLITE_TEXT: .text
    case SQLITE_BLOB: .blob
    default: .null
    }
  }

  /// A cell of the current row, counted from 0. Broken UTF-8 is repaired; `columnBytes` has it as it is. A
  /// blob, for which the snapshot has no value, is given as the text of its literal: `x'00ff'`.
  public func column(_ column: Int) -> Value {
    switch storage(column) {
    case .null: .null
    case .integer: .integer(columnInteger(column))
    case .real: .real(sqlite3_column_double(handle, Int32(clamping: column)))
    case .text: Value(columnText(column))
    case .blob: .text("x'\(columnBytes(column).map(hexadecimal).joined())'")
    }
  }

  /// A cell as an integer, the way SQLite converts it.
  public func columnInteger(_ column: Int) -> Int64 {
    sqlite3_column_int64(handle, Int32(clamping: column))
  }

  /// A cell as text, the way SQLite converts it; nil for NULL. Broken UTF-8 is repaired.
  public func columnText(_ column: Int) -> String? {
    let place = Int32(clamping: column)
    guard let start = sqlite3_column_text(handle, place) else { return nil }
    let count = Int(sqlite3_column_bytes(handle, place))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  /// A cell as text in UTF-8, the way SQLite converts it, without asking whether it is; empty for NULL.
  public func columnTextBytes(_ column: Int) -> [UInt8] {
    let place = Int32(clamping: column)
    guard let start = sqlite3_column_text(handle, place) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, place))))
  }

  /// The bytes of a text in UTF-8, or of a blob; empty for NULL.
  public func columnBytes(_ column: Int) -> [UInt8] {
    let place = Int32(clamping: column)
    guard let start = sqlite3_column_blob(handle, place) else { return [] }
    return Array(
      UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, place))))
  }
}

private func hexadecimal(_ byte: UInt8) -> String {
  let digits = String(byte, radix: 16)
  return digits.count == 1 ? "0" + digits : digits
}
