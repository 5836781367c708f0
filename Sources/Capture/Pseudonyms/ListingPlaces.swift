/// Names in the tables that Derby's `ij` prints: a line of names, a line of dashes, and rows with their bars where those of
/// the names are. Ant may have put `[java]` before every line.
struct ListingPlaces {
  private struct Column {
    let name: String
    /// In characters of a line.
    let start: Int
    let end: Int
    /// The line of names was cut within it: it goes on to the next bar of a row.
    let isOpen: Bool
  }

  private let bytes: [UInt8]
  private var columns: [Column] = []
  private var found: [Place] = []

  static func all(in bytes: [UInt8]) -> [Place] {
    var listing = ListingPlaces(bytes: bytes)
    var line = 0
    while line < bytes.count {
      let end = bytes.lineEnd(from: line)
      listing.take(line..<end)
      line = end + 1
    }
    return listing.found
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func take(_ line: Range<Int>) {
    let line = content(of: line)
    let start = PrintedTable.promptEnd(bytes, line)
    if isRule(below: line) {
      columns = columns(of: start..<line.upperBound)
    } else if start > line.lowerBound || isEnd(line) {
      columns = []
    } else if !isRule(line) {
      found += row(line)
    }
  }

  private func content(of line: Range<Int>) -> Range<Int> {
    let start = bytes.end(from: line.lowerBound) { $0 == 32 }
    guard bytes.holds("[java]", at: start) else { return line }
    return min(start + (bytes.holds("[java] ", at: start) ? 7 : 6), line.upperBound)..<line.upperBound
  }

  private func isRule(_ line: Range<Int>) -> Bool {
    bytes[line].starts(with: "---".utf8) && bytes[line].allSatisfy { [45, 43, 13].contains($0) }
  }

  private func isRule(below line: Range<Int>) -> Bool {
    let next = min(line.upperBound + 1, bytes.count)
    return isRule(content(of: next..<bytes.lineEnd(from: next)))
  }

  /// `3 rows selected`. A blank line is no end: values may have some in them.
  private func isEnd(_ line: Range<Int>) -> Bool {
    let words = bytes.words(in: line.lowerBound..<min(line.upperBound, line.lowerBound + 80))
    return words.count == 3 && bytes[words[0]].allSatisfy(isDigit) && bytes[words[1]].starts(with: "row".utf8)
      && bytes[words[2]].elementsEqual("selected".utf8)
  }

  // MARK: The line of names

  /// After so many characters `ij` cuts it.
  private static let headerLimit = 1024

  private func columns(of line: Range<Int>) -> [Column] {
    let parts = bytes[line].split(separator: 124, omittingEmptySubsequences: false)
    let isCut = line.count >= Self.headerLimit
    return parts.enumerated().map { index, part in
      let isOpen = isCut && index == parts.count - 1
      let printed = part.filter { $0 > 32 }.map(lowered)
      return Column(
        name: Self.name(printed, isCut: isOpen), start: part.startIndex - line.lowerBound,
        end: part.endIndex - line.lowerBound, isOpen: isOpen)
    }
  }

  /// The name in full, of one that may have been cut to the width of its column, `HOST&`, or with the line.
  private static func name(_ printed: [UInt8], isCut: Bool) -> String {
    let stem = printed.last == UInt8(ascii: "&") ? printed.dropLast() : printed[...]
    let whole = ["creator_dn", "hostname", "network", "node", "nodename"].first { $0.utf8.starts(with: stem) }
    let isShort = stem.count < printed.count || isCut
    return isShort && !stem.isEmpty ? whole ?? "" : String(decoding: printed, as: UTF8.self)
  }

  // MARK: Rows

  /// Widths count characters as Java does: one may have several bytes, and beyond U+FFFF it is two.
  private func row(_ line: Range<Int>) -> [Place] {
    guard !columns.isEmpty else { return [] }
    var characters: [Int] = []
    for place in line where bytes[place] & 0xC0 != 0x80 {
      characters.append(place)
      if bytes[place] >= 0xF0 { characters.append(place) }
    }
    characters.append(line.upperBound)
    return columns.flatMap { column -> [Place] in
      guard column.start < characters.count else { return [] }
      let start = characters[column.start]
      var end = max(start, characters[min(column.end, characters.count - 1)])
      if column.isOpen { end = bytes[end..<line.upperBound].firstIndex(of: 124) ?? line.upperBound }
      let words = bytes.words(in: start..<end)
      guard let first = words.first, let last = words.last, !bytes[first].elementsEqual("NULL".utf8) else {
        return []
      }
      return DatabasePlaces.places(bytes, first.lowerBound..<last.upperBound, column: column.name)
    }
  }
}
