/// The rows of SQL text: `INSERT` as `sqlite3 .dump` and `pg_dump --inserts` write it, and the `COPY` of `pg_dump`.
struct SqlRows: Sequence, IteratorProtocol {
  /// What one statement, or one line of a `COPY`, tells.
  enum Row {
    /// Each text of each tuple, with the place of its column (from 0) and the inside of the literal.
    case inserted(Table, texts: [(column: Int, range: Range<Int>)])
    /// A line of fields between tabs.
    case copied(Table, line: Range<Int>)
  }

  struct Table {
    /// In small letters, without its schema.
    let name: String
    /// By the statement or its CREATE TABLE; nil if neither tells.
    let columns: [String]?
  }

  private let bytes: [UInt8]
  private var scanner: SqlScanner
  private var tables: [String: [String]] = [:]
  /// The table of the `COPY` whose lines are being read, and where the next of them begins.
  private var copied: (table: Table, line: Int)?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    scanner = SqlScanner(bytes)
  }

  mutating func next() -> Row? {
    if let line = nextLine() { return line }
    while let token = scanner.next() {
      var row: Row?
      switch token.kind {
      case .word("create"): create()
      case .word("insert"), .word("replace"): row = insert()
      case .word("copy"): copy()
      default: break
      }
      if let line = nextLine() { return line }
      skipStatement(after: token)
      if let row { return row }
    }
    return nil
  }

  /// Goes on to the end of the statement, unless it has been reached.
  private mutating func skipStatement(after token: SqlScanner.Token) {
    if token.kind == .sign(59) { return }
    while let next = scanner.peek() {
      if case .word(let word) = next.kind, ["insert", "create", "copy"].contains(word),
        scanner.isLineStart(next)
      {
        return
      }
      _ = scanner.next()
      if next.kind == .sign(59) { return }
    }
  }

  private mutating func create() {
    guard scanner.take(word: "table") else { return }
    for word in ["if", "not", "exists"] { _ = scanner.take(word: word) }
    guard let table = scanner.name() else { return }
    if let columns = scanner.names() { tables[table] = columns }
  }

  private mutating func insert() -> Row? {
    while let token = scanner.peek(), token.kind != .word("into") {
      guard case .word = token.kind, token.kind != .word("values") else { return nil }
      _ = scanner.next()
    }
    _ = scanner.next()
    return table().map { .inserted($0, texts: texts()) }
  }

  private mutating func table() -> Table? {
    guard let name = scanner.name() else { return nil }
    return Table(name: name, columns: scanner.peek()?.kind == .sign(40) ? scanner.names() : tables[name])
  }

  private mutating func texts() -> [(column: Int, range: Range<Int>)] {
    var texts: [(column: Int, range: Range<Int>)] = []
    var depth = 0
    var column = 0
    while let token = scanner.peek(), token.kind != .sign(59) {
      _ = scanner.next()
      switch token.kind {
      case .sign(40):
        depth += 1
        if depth == 1 { column = 0 }
      case .sign(41): depth -= 1
      case .sign(44) where depth == 1: column += 1
      case .text where depth > 0: texts.append((column, token.range))
      default: break
      }
    }
    return texts
  }

  private mutating func copy() {
    guard let table = table(), scanner.take(word: "from") else { return }
    while let token = scanner.next(), token.kind != .sign(59) {}
    copied = (table, bytes.lineEnd(from: scanner.position) + 1)
  }

  private mutating func nextLine() -> Row? {
    guard let (table, line) = copied else { return nil }
    let end = bytes.lineEnd(from: Swift.min(line, bytes.count))
    if line < bytes.count, !bytes.holds("\\.", at: line) {
      copied = (table, end + 1)
      return .copied(table, line: line..<end)
    }
    copied = nil
    scanner.go(to: end)
    return nil
  }
}

extension Array where Element == UInt8 {
  /// A field of a line between tabs; nil if the line has fewer.
  func field(_ position: Int, of line: Range<Int>) -> Range<Int>? {
    var start = line.lowerBound
    for _ in 0..<position {
      guard let tab = self[start..<line.upperBound].firstIndex(of: 9) else { return nil }
      start = tab + 1
    }
    return start..<(self[start..<line.upperBound].firstIndex(of: 9) ?? line.upperBound)
  }
}
