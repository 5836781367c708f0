internal import Model
internal import World

/// Reads a database out of SQL text: a dump of sqlite3 or pg_dump, or a script of CREATE TABLE and INSERT
/// written by hand. Nothing in it is run.
///
/// It is whole when what opened it has closed: BEGIN by COMMIT, pg_dump's first comment by its last, each
/// statement by its semicolon. A script without BEGIN has no end of its own; it is taken to be whole, and a
/// remark says so.
struct SQLScript {
  var scanner: SQLScanner
  var loader: TableLoader
  /// The last INSERT's bytes up to its values, and what they meant: a dump says them again for every row.
  var lastInsert: (prefix: Range<Int>, binding: Binding?)?
  /// One place for the cells of each record.
  var cells: [Cell] = []
  private var isInTransaction = false
  private var hasTransaction = false
  private(set) var hasRows = false
  private(set) var isCut = false

  static func read(
    _ bytes: [UInt8], tables: [TableMap], into sink: inout some RowSink
  ) -> Reading {
    var script = SQLScript(bytes, tables)
    while !script.isCut {
      script.scanner.skipBlank()
      if script.scanner.isAtEnd { break }
      script.statement(into: &sink)
    }
    script.judgeEnd()
    return script.loader.reading(form: script.form)
  }

  private init(_ bytes: [UInt8], _ tables: [TableMap]) {
    scanner = SQLScanner(bytes)
    loader = TableLoader(tables)
  }

  /// Whether the bytes begin like SQL text: with a statement that a dump or a script has there.
  static func isRecognised(_ bytes: [UInt8]) -> Bool {
    var scanner = SQLScanner(bytes)
    scanner.skipBlank()
    if scanner.openedDumps > 0 { return true }
    guard let first = scanner.word() else {
      return scanner.next == UInt8(ascii: "\\") || scanner.next == UInt8(ascii: ";")
    }
    return openings.contains(first)
  }

  private static let openings: Set<String> = [
    "pragma", "begin", "start", "create", "insert", "set", "select", "drop", "alter", "copy", "connect",
    "delete", "use", "comment", "grant", "truncate", "lock", "analyze",
  ]

  private var form: String {
    if scanner.openedDumps > 0 { return "SQL text (pg_dump)" }
    return hasTransaction ? "SQL text (.dump)" : "SQL text (script)"
  }

  private mutating func statement(into sink: inout some RowSink) {
    if let insert = lastInsert, repeats(insert.prefix) {
      scanner.at += insert.prefix.count
      return values(as: insert.binding, into: &sink)
    }
    if scanner.next == UInt8(ascii: "\\") { return metaCommand() }
    let start = scanner.at
    let verb = scanner.word()
    scanner.skipBlank()
    switch verb {
    case "insert": insert(from: start, into: &sink)
    case "copy": copy(from: start, into: &sink)
    case "create": create(from: start)
    case "begin", "start": transaction(opens: true)
    case "commit": transaction(opens: false)
    case "rollback":
      loader.add(Problem("ROLLBACK: the dump met an error", offset: start))
      finish()
    case "update", "delete", "truncate", "merge", "replace", "alter", "drop":
      change(verb ?? "", from: start)
    default: finish()
    }
  }

  private func repeats(_ prefix: Range<Int>) -> Bool {
    guard scanner.bytes.count - scanner.at > prefix.count else { return false }
    var at = scanner.at
    for index in prefix {
      if scanner.bytes[index] != scanner.bytes[at] { return false }
      at += 1
    }
    return true
  }

  private mutating func transaction(opens: Bool) {
    isInTransaction = opens
    hasTransaction = hasTransaction || opens
    finish()
  }

  /// Goes behind the statement's semicolon, or notes that there is none.
  mutating func finish() {
    if !scanner.skipStatement() { cut() }
  }

  mutating func cut() { isCut = true }

  /// Has a row been told at all? A schema alone is not an empty database.
  mutating func noteRows() { hasRows = true }

  private mutating func judgeEnd() {
    if isCut { loader.add(Problem("the last statement does not end", offset: scanner.bytes.count)) }
    if isInTransaction { loader.add(Problem("BEGIN without its COMMIT: the dump is cut")) }
    if scanner.openedDumps > scanner.closedDumps {
      loader.add(Problem("pg_dump's last comment, 'database dump complete', is missing: the dump is cut"))
    }
    if !hasTransaction, !hasRows {
      loader.add(Problem("not one INSERT or COPY: a schema without its data"))
    }
    if !hasTransaction, scanner.openedDumps == 0 {
      if scanner.endedInComment { loader.add(Problem("the text ends in a comment: it may be cut")) }
      loader.remark(Problem("no BEGIN and COMMIT: taken to be whole because its last statement is"))
    }
  }

  /// A line for psql. pg_dump writes `\restrict` and `\unrestrict`, `\connect` changes no row; others might.
  private mutating func metaCommand() {
    let start = scanner.at
    scanner.at += 1
    let command = scanner.word() ?? ""
    if !["restrict", "unrestrict", "connect", "c", "encoding", "set", "echo", "qecho"].contains(command) {
      loader.add(Problem("\\\(command) is not understood", offset: start))
    }
    scanner.skipLine()
  }

  /// A statement that changes what is there, which no dump has.
  private mutating func change(_ verb: String, from start: Int) {
    for word in ["or", "ignore", "table", "from", "into", "only", "if", "exists"] {
      _ = scanner.skip(word: word)
    }
    let table = scanner.qualifiedName()?.name ?? ""
    let isHarmless =
      verb == "drop" && !loader.hasSeen(table)
      || verb == "alter" && Self.harmlessAlterations.contains(alteration())
    if loader.reads(table), !isHarmless {
      loader.add(Problem("\(verb.uppercased()) of \(table) is not understood", offset: start))
    }
    finish()
  }

  private func alteration() -> String {
    var rest = scanner
    let first = rest.word() ?? ""
    rest.skipBlank()
    return first == "add" ? "add " + (rest.word() ?? "") : first
  }

  private static let harmlessAlterations: Set<String> = [
    "owner", "enable", "disable", "cluster", "replica", "add constraint", "add primary", "add unique",
    "add foreign", "add check",
  ]
}
