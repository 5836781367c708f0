internal import Model
internal import World

/// Reads a database out of what Derby's `ij` printed for `select * from ...;`: the service's own `dumpDB`, or
/// a site's script. A table is a line of names, a line of dashes, its rows in columns of fixed width, and `N
/// rows selected`.
///
/// `ij` repeats each statement when it runs a script file, and only prompts when the script is its standard
/// input. What it was told ends in `exit;` or `disconnect;`, or in a bare prompt: that is the end mark. Ant
/// puts `[java]` in front of every line. Seen with Derby 10.4, which TP2.2 brings.
struct DerbyListing {
  private static let form = "listing of Derby's ij"

  /// Of a statement no more is looked at: the table's name stands behind the names of its columns.
  private static let statementLimit = 8192

  private let tables: [TableMap]
  private var loader: TableLoader
  private var block: DerbyBlock?
  /// The table of the last statement that was repeated, for the header that follows.
  private var announced: String?
  /// The line before this one, in case it turns out to be a header.
  private var previous: ArraySlice<UInt8> = []
  private var repeatsStatements = false
  private var hasEnded = false

  static func isRecognised(_ bytes: [UInt8]) -> Bool {
    Lines(bytes, in: 0..<min(bytes.count, 1 << 14)).contains { line in
      let content = withoutAnt(line.content)
      return content.starts(with: "ij version ".utf8) || content.starts(with: "ij> ".utf8)
    }
  }

  static func read(
    _ bytes: [UInt8], tables: [TableMap], into sink: inout some RowSink
  ) -> Reading {
    var listing = DerbyListing(tables: tables)
    for line in Lines(bytes) {
      listing.take(line, of: bytes, into: &sink)
    }
    listing.judgeEnd()
    return listing.loader.reading(form: form)
  }

  private init(tables: [TableMap]) {
    self.tables = tables
    loader = TableLoader(tables)
  }

  private mutating func take(_ line: Line, of bytes: [UInt8], into sink: inout some RowSink) {
    if line.isTooLong {
      return loader.add(Problem("a line longer than \(Lines.limit) bytes", line: line.number))
    }
    let content = withoutAnt(line.content.withoutCarriageReturn)
    if block != nil {
      row(content, line, of: bytes, into: &sink)
    } else {
      outside(content, line)
    }
  }

  private mutating func judgeEnd() {
    if block != nil {
      loader.add(Problem("a table without its 'rows selected': the listing is cut"))
    } else if !hasEnded {
      loader.add(Problem("no 'exit;' and no last prompt: the listing is cut"))
    }
  }

  /// A line between two tables.
  private mutating func outside(_ content: ArraySlice<UInt8>, _ line: Line) {
    let (said, isPrompted) = withoutPrompts(content)
    let header = previous
    previous = said
    if said.count >= 2, said.allSatisfy({ $0 == UInt8(ascii: "-") }), !header.isEmpty {
      return begin(header, line)
    }
    if isPrompted { return prompted(said) }
    if said.starts(with: "ERROR ".utf8) || said.starts(with: "IJ ERROR".utf8) {
      noteError(said, line)
    } else if said.starts(with: "WARNING ".utf8) {
      loader.remark(Problem(Text.printable(said.prefix(200)), line: line.number))
    } else if !said.isEmpty, !said.starts(with: "ij version ".utf8), !header.isEmpty {
      // Two lines of text in a row are no header and its dashes.
      noteStray(said, line)
    }
  }

  /// A script that asks for the tables of every release is told that some are not there. Any other error hides what is.
  private mutating func noteError(_ said: ArraySlice<UInt8>, _ line: Line) {
    let problem = Problem(Text.printable(said.prefix(200)), line: line.number)
    let isAbsence = ["ERROR 42X05", "ERROR 42Y07"].contains { said.starts(with: $0.utf8) }
    if isAbsence { loader.remark(problem) } else { loader.add(problem) }
  }

  private mutating func noteStray(_ said: ArraySlice<UInt8>, _ line: Line) {
    // A header is told from a stray line by the dashes below it, so it is let pass here.
    guard !said.contains(UInt8(ascii: "|")), announced == nil else { return }
    loader.add(
      Problem(
        "expected a table or a prompt, found '\(Text.printable(said.prefix(60)))'", line: line.number))
  }

  /// A line with a prompt: a statement repeated, or the first line of what it printed, or nothing at the very
  /// end.
  private mutating func prompted(_ said: ArraySlice<UInt8>) {
    let words = String(decoding: said.prefix(Self.statementLimit), as: UTF8.self).lowercased()
      .split { " ;\t".contains($0) }
    switch words.first {
    case nil: hasEnded = !repeatsStatements
    case "exit", "quit", "disconnect": hasEnded = said.last == UInt8(ascii: ";")
    case "select":
      repeatsStatements = true
      hasEnded = false
      let name = words.drop { $0 != "from" }.dropFirst().first
      announced = name?.split(separator: ".").last.map { String($0.filter { $0 != "\"" }) }
    case "connect": repeatsStatements = true
    default: hasEnded = false
    }
  }

  private mutating func begin(_ line: ArraySlice<UInt8>, _ dashes: Line) {
    let header = DerbyHeader(line)
    let map = announced.map { name in tables.first { $0.name == name } } ?? inferred(header)
    if let map {
      let columns = header.columns(of: map)
      loader.declare(map.name, schema: "", columns: columns, at: dashes.range.lowerBound)
      block = DerbyBlock(header, Binding(map, columns: columns))
    } else {
      block = DerbyBlock(header, nil)
    }
    announced = nil
    previous = []
  }

  /// The one table whose columns these are, when no statement names it.
  private func inferred(_ header: DerbyHeader) -> TableMap? {
    let fitting = tables.filter { map in
      let columns = header.columns(of: map)
      return columns.allSatisfy(map.knows)
        && map.original.allSatisfy { !$0.use.isRead || columns.contains($0.name) }
    }
    return fitting.count == 1 ? fitting[0] : nil
  }

  private mutating func row(
    _ content: ArraySlice<UInt8>, _ line: Line, of bytes: [UInt8], into sink: inout some RowSink
  ) {
    guard let open = block else { return }
    if let count = selectedRows(content), line.isTerminated {
      if let binding = open.binding, count != open.rowCount {
        loader.add(
          Problem(
            "\(count) rows of \(binding.map.name) selected, \(open.rowCount) found", line: line.number))
      }
      block = nil
      return
    }
    guard let binding = open.binding else { return }
    if let cells = open.header.cells(of: content, binding, line.isTerminated) {
      loader.insert(cells, as: binding.map, from: bytes, at: line.range, into: &sink)
      block?.rowCount += 1
      block?.isLastRowOpen = open.header.isCut || content.count < open.header.width
    } else if !content.isEmpty, !open.isLastRowOpen {
      loader.add(Problem("no row of \(binding.map.name): its columns do not stand", line: line.number))
    }
  }
}

/// A table that is being listed.
private struct DerbyBlock {
  let header: DerbyHeader
  /// Nil for one that nobody reads.
  let binding: Binding?
  var rowCount = 0
  /// The last row may have ended before its line's full width: a value with a newline goes on below it. What
  /// is there can't pass for a row unnoticed, for the rows are counted.
  var isLastRowOpen = false

  init(_ header: DerbyHeader, _ binding: Binding?) {
    self.header = header
    self.binding = binding
  }
}

/// The content without what Ant puts in front of the lines of a program that it runs: `     [java] `.
private func withoutAnt(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var rest = line.drop { $0 == 32 }
  guard rest.take("[java]") else { return line }
  return rest.first == 32 ? rest.dropFirst() : rest
}

/// The content without its prompts, `ij> ` or `ij(CONNECTION1)> `, of which there may be several.
private func withoutPrompts(_ line: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, Bool) {
  var rest = line
  var isPrompted = false
  while rest.starts(with: "ij> ".utf8) || rest.starts(with: "ij(".utf8) {
    guard rest.prefix(80).contains(UInt8(ascii: ">")), rest.take(upTo: ">") != nil else { break }
    if rest.first == 32 { rest = rest.dropFirst() }
    isPrompted = true
  }
  return (rest, isPrompted)
}

/// The number in `2 rows selected`; nil for any other line.
private func selectedRows(_ line: ArraySlice<UInt8>) -> Int? {
  var rest = line
  guard let count = rest.takeNumber(), rest.take(" row") else { return nil }
  _ = rest.take("s")
  return rest.elementsEqual(" selected".utf8) ? Int(exactly: count) : nil
}
