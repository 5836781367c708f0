/// The `MD_USER_DATA` of a table as Derby's `ij` prints it: a line of names, a line of dashes, and a row a line, all
/// columns as wide as in the first.
enum PrintedTable {
  private struct Layout {
    /// Where the column begins and ends, and where the bars stand, in characters of a line.
    let start: Int
    let end: Int
    let bars: [Int]
  }

  static func redact(_ page: inout Page) {
    var layout: Layout?
    var line = 0
    while line < page.bytes.count {
      let end = page.bytes.lineEnd(from: line)
      if let header = header(page.bytes, line..<end) {
        layout = header
      } else if isEnd(page.bytes, line..<end) {
        layout = nil
      } else if let layout, !page.bytes[line..<end].allSatisfy({ $0 == 45 || $0 == 43 || $0 == 13 }) {
        row(&page, line..<end, layout)
      }
      line = end + 1
    }
  }

  private static func header(_ bytes: [UInt8], _ line: Range<Int>) -> Layout? {
    guard bytes[line].contains(124) else { return nil }
    var start = line.lowerBound
    var bars: [Int] = []
    var found: (start: Int, end: Int)?
    for at in line where bytes[at] == 124 || at == line.upperBound - 1 {
      let end = bytes[at] == 124 ? at : line.upperBound
      var name = start
      while name < end, bytes[name] == 32 { name += 1 }
      if bytes.holdsAnyCase("md_user_data", at: name), name + 12 == end || !isNameByte(bytes[name + 12]) {
        found = (start - line.lowerBound, bytes[at] == 124 ? end - line.lowerBound : .max)
      }
      if bytes[at] == 124 { bars.append(at - line.lowerBound) }
      start = at + 1
    }
    return found.map { Layout(start: $0.start, end: $0.end, bars: bars) }
  }

  /// `12 rows selected`, or the next prompt.
  private static func isEnd(_ bytes: [UInt8], _ line: Range<Int>) -> Bool {
    if bytes.holds("ij>", at: line.lowerBound) { return true }
    guard let first = bytes[line].first, (48...57).contains(first), line.count < 80 else { return false }
    return bytes[line].contains(subsequence: "selected")
  }

  /// A row whose bars are not where they should be is a part of a value with line ends: all of it goes.
  private static func row(_ page: inout Page, _ line: Range<Int>, _ columns: Layout) {
    var character = 0
    var bar = 0
    var from: Int?
    var to: Int?
    for at in line where page.bytes[at] & 0xC0 != 0x80 {
      if character == columns.start { from = at }
      if character == columns.end { to = at }
      if bar < columns.bars.count, character == columns.bars[bar] {
        if page.bytes[at] != 124 { return page.fill(line, as: SqlUserData.column) }
        bar += 1
      }
      character += 1
    }
    guard let from, to != nil || bar == columns.bars.count else {
      return page.fill((from ?? line.lowerBound)..<line.upperBound, as: SqlUserData.column)
    }
    let cell = from..<(to ?? line.upperBound)
    // NULL is no value, and the parser must see that.
    let value = page.bytes[cell].drop { $0 != 32 }.allSatisfy { $0 == 32 || $0 == 13 }
    if value, page.bytes.holds("NULL", at: from) || page.bytes[from] == 32 { return }
    page.fill(cell, as: SqlUserData.column)
  }
}
