/// The `MD_USER_DATA` of a table as Derby's `ij` prints it: a line of names, a line of dashes, and a row a
/// line, all columns as wide as in the first. Seen with Derby 10.4, which TP2.2 brings: names that are too
/// long for their column end in `&`, the line of names ends after 1,024 characters, and a prompt may stand
/// before it.
enum PrintedTable {
  private static let headerLimit = 1024

  private struct Layout {
    /// Where the column begins, and ends if that is known, in characters of a line.
    let start: Int
    let end: Int?
    /// The column is somewhere behind `start`, after the next bar.
    let isBehindHeader: Bool
    let bars: [Int]
    var rowCount = 0
  }

  static func redact(_ page: inout Page) {
    var layout: Layout?
    var line = 0
    while line < page.bytes.count {
      let end = page.bytes.lineEnd(from: line)
      if let header = header(page.bytes, line..<end) {
        layout = header
      } else if let known = layout {
        if selected(page.bytes, line..<end) == known.rowCount {
          layout = nil
        } else if !page.bytes[line..<end].allSatisfy({ $0 == 45 || $0 == 43 || $0 == 13 }) {
          layout?.rowCount += row(&page, line..<end, known) ? 1 : 0
        }
      }
      line = end + 1
    }
  }

  private static func header(_ bytes: [UInt8], _ line: Range<Int>) -> Layout? {
    guard bytes[line].prefix(4096).contains(124) else { return nil }
    let start = promptEnd(bytes, line)
    var names: [String] = []
    var bars: [Int] = []
    let text = bytes[start..<line.upperBound].prefix(headerLimit * 4)
    for part in text.split(separator: 124, omittingEmptySubsequences: false) {
      let name = part.split(separator: 32).first ?? []
      names.append(String(decoding: name.prefix(128).map(lowered), as: UTF8.self))
      bars.append(part.endIndex - start)
    }
    bars.removeLast()
    let isCut = line.upperBound - start >= headerLimit
    func isWanted(_ index: Int) -> Bool {
      if names[index] == SqlUserData.column { return true }
      let isShort = names[index].hasSuffix("&") || (isCut && index == names.count - 1)
      let stem = names[index].hasSuffix("&") ? String(names[index].dropLast()) : names[index]
      return isShort && !stem.isEmpty && SqlUserData.column.hasPrefix(stem)
    }
    if let index = names.indices.first(where: isWanted) {
      return Layout(
        start: index == 0 ? 0 : bars[index - 1] + 1, end: index < bars.count ? bars[index] : nil,
        isBehindHeader: false, bars: bars)
    }
    let isOfMachines = isCut && names.contains("id") && names.contains("name") && names.contains("node")
    return isOfMachines ? Layout(start: headerLimit, end: nil, isBehindHeader: true, bars: bars) : nil
  }

  /// Where a line goes on behind the prompts of `ij`.
  static func promptEnd(_ bytes: [UInt8], _ line: Range<Int>) -> Int {
    var at = line.lowerBound
    while bytes.holds("ij> ", at: at) || bytes.holds("ij(", at: at) {
      guard let sign = bytes.next("> ", from: at, limit: 80), sign + 2 <= line.upperBound else { return at }
      at = sign + 2
    }
    return at
  }

  /// N of `N rows selected`. Only the number of rows that were seen ends a table: a value may say the same.
  private static func selected(_ bytes: [UInt8], _ line: Range<Int>) -> Int? {
    let words = bytes[line].prefix(80).split { $0 == 32 || $0 == 13 }
    guard words.count == 3, words[2].elementsEqual("selected".utf8) else { return nil }
    return Int(String(decoding: words[0], as: UTF8.self))
  }

  /// A row whose bars are not where they should be is a part of a value with line ends: all of it goes.
  /// Returns whether it was a row.
  private static func row(_ page: inout Page, _ line: Range<Int>, _ layout: Layout) -> Bool {
    var character = 0
    var bar = 0
    var from: Int?
    var to: Int?
    for at in line where page.bytes[at] & 0xC0 != 0x80 {
      if bar < layout.bars.count, character == layout.bars[bar] {
        if page.bytes[at] != 124 {
          page.fill(line, as: SqlUserData.column)
          return false
        }
        bar += 1
      }
      if layout.isBehindHeader {
        if from == nil, character >= layout.start, page.bytes[at] == 124 { from = at + 1 }
      } else if character == layout.start {
        from = at
      }
      if character == layout.end { to = at }
      character += 1
    }
    let isShort = layout.isBehindHeader ? character <= layout.start : from == nil
    guard !isShort else {
      page.fill(line, as: SqlUserData.column)
      return false
    }
    fill(&page, (from ?? line.upperBound)..<(to ?? line.upperBound))
    return true
  }

  private static func fill(_ page: inout Page, _ cell: Range<Int>) {
    // NULL is no value, and the reader must see that.
    let isOneWord = page.bytes[cell].drop { $0 != 32 }.allSatisfy { $0 == 32 || $0 == 13 }
    if isOneWord, page.bytes.holds("NULL", at: cell.lowerBound) || page.bytes[cell].first == 32 { return }
    page.fill(cell, as: SqlUserData.column)
  }
}
