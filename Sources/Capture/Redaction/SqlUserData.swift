/// The `md_user_data` of SQL text: `INSERT` as `sqlite3 .dump` and `pg_dump --inserts` write it, and the
/// `COPY` of `pg_dump`. Its tables are `vms` and `async_requests_vms` of the service's schema, and any other
/// that has such a column.
struct SqlUserData {
  static let column = "md_user_data"
  /// Where the column stands (from 0) when neither the statement nor a CREATE TABLE tells: the service's
  /// schema, 2.2 and later.
  static let knownPositions = ["vms": 10, "async_requests_vms": 12]

  private var tables: [String: [String]] = [:]
  private var scanner: SqlScanner

  static func redact(_ page: inout Page) {
    var redaction = SqlUserData(scanner: SqlScanner(page.bytes))
    redaction.statements(&page)
  }

  private init(scanner: SqlScanner) { self.scanner = scanner }

  private mutating func statements(_ page: inout Page) {
    while let token = scanner.next() {
      switch token.kind {
      case .word("create"): create()
      case .word("insert"), .word("replace"): insert(&page)
      case .word("copy"): copy(&page)
      default: break
      }
      skipStatement(after: token)
    }
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

  // MARK: CREATE TABLE

  private mutating func create() {
    guard scanner.take(word: "table") else { return }
    for word in ["if", "not", "exists"] { _ = scanner.take(word: word) }
    guard let table = scanner.name() else { return }
    if let columns = scanner.names() { tables[table] = columns }
  }

  // MARK: INSERT

  private mutating func insert(_ page: inout Page) {
    while let token = scanner.peek(), token.kind != .word("into") {
      guard case .word = token.kind, token.kind != .word("values") else { return }
      _ = scanner.next()
    }
    _ = scanner.next()
    guard let table = scanner.name() else { return }
    let columns = scanner.peek()?.kind == .sign(40) ? scanner.names() : tables[table]
    let known = Self.knownPositions[table]
    guard let position = columns.map({ $0.firstIndex(of: Self.column) }) ?? known ?? nil else {
      // A table that should have the column and seems not to: it is not trusted.
      if known != nil { tuples(&page, position: nil) }
      return
    }
    tuples(&page, position: position)
  }

  /// Fills a value of each tuple; every text where the position is not known.
  private mutating func tuples(_ page: inout Page, position: Int?) {
    var depth = 0
    var index = 0
    while let token = scanner.peek(), token.kind != .sign(59) {
      _ = scanner.next()
      switch token.kind {
      case .sign(40):
        depth += 1
        if depth == 1 { index = 0 }
      case .sign(41): depth -= 1
      case .sign(44) where depth == 1: index += 1
      case .text where depth > 0 && (position ?? index) == index: fill(&page, token.range)
      default: break
      }
    }
  }

  /// The inside of a literal. `'\n'` is an argument of the `replace` around a text with line ends, not a part
  /// of it.
  private func fill(_ page: inout Page, _ range: Range<Int>) {
    if range.count <= 2, page.bytes[range].first == 92 { return }
    let isBlob = range.lowerBound > 1 && lowered(page.bytes[range.lowerBound - 2]) == UInt8(ascii: "x")
    if !isBlob { return page.fill(range, as: Self.column) }
    // 78 is x, so that the literal stays one.
    for at in range {
      let byte = UInt8(ascii: (at - range.lowerBound).isMultiple(of: 2) ? "7" : "8")
      page.put(byte, at: at, as: Self.column)
    }
  }

  // MARK: COPY

  private mutating func copy(_ page: inout Page) {
    guard let table = scanner.name() else { return }
    let columns = scanner.peek()?.kind == .sign(40) ? scanner.names() : tables[table]
    guard scanner.take(word: "from") else { return }
    while let token = scanner.next(), token.kind != .sign(59) {}
    let position = columns.map { $0.firstIndex(of: Self.column) } ?? Self.knownPositions[table]
    let isSuspect = Self.knownPositions[table] != nil
    var line = page.bytes.lineEnd(from: scanner.position) + 1
    while line < page.bytes.count, !page.bytes.holds("\\.", at: line) {
      let end = page.bytes.lineEnd(from: line)
      if let position = position ?? nil {
        field(&page, line..<end, position)
      } else if isSuspect {
        page.fill(line..<end, as: Self.column)
      }
      line = end + 1
    }
    scanner.go(to: page.bytes.lineEnd(from: min(line, page.bytes.count)))
  }

  private func field(_ page: inout Page, _ line: Range<Int>, _ position: Int) {
    var start = line.lowerBound
    for _ in 0..<position {
      guard let tab = page.bytes[start..<line.upperBound].firstIndex(of: 9) else {
        return page.fill(line, as: Self.column)
      }
      start = tab + 1
    }
    let end = page.bytes[start..<line.upperBound].firstIndex(of: 9) ?? line.upperBound
    if !(page.bytes.holds("\\N", at: start) && end == start + 2) { page.fill(start..<end, as: Self.column) }
  }
}
