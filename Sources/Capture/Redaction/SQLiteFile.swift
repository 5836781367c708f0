/// The `md_user_data` in an SQLite database file, overwritten where it lies:
/// https://www.sqlite.org/fileformat2.html
///
/// What deleted rows left behind in free pages and between the cells is cleared too. A file that is not
/// wholly understood is overwritten as a whole: it would not have been believed either.
struct SQLiteFile {
  private static let headerSize = 100

  private var page: Page
  private let pageSize: Int
  /// Bytes of a page that SQLite uses.
  private let usable: Int
  private var visited: Set<Int> = []

  /// The file is not what the format says.
  private struct Malformed: Error {}

  static func isOne(_ bytes: [UInt8]) -> Bool { bytes.holds("SQLite format 3\0", at: 0) }

  static func redact(_ page: inout Page) {
    if var file = SQLiteFile(page), (try? file.redact()) != nil {
      page = file.page
    } else {
      overwrite(&page)
    }
  }

  private static func overwrite(_ page: inout Page) {
    page.fill(min(headerSize, page.bytes.count)..<page.bytes.count, as: "all of the database")
  }

  /// A database of which nothing is kept but its header.
  static func overwritten(_ bytes: [UInt8]) -> [UInt8] {
    var page = Page(bytes)
    overwrite(&page)
    return page.bytes
  }

  private init?(_ page: Page) {
    guard page.bytes.count >= 512, page.bytes.count > Self.headerSize else { return nil }
    let told = Int(page.bytes[16]) << 8 | Int(page.bytes[17])
    pageSize = told == 1 ? 65_536 : told
    usable = pageSize - Int(page.bytes[20])
    self.page = page
    // Anything but UTF-8 would need its own search for names.
    guard pageSize >= 512, pageSize.nonzeroBitCount == 1, usable >= 480, page.bytes[59] <= 1,
      page.bytes.count.isMultiple(of: pageSize)
    else { return nil }
  }

  private mutating func redact() throws(Malformed) {
    var tables: [(root: Int, column: Int?)] = []
    try walk(root: 1) { file, record throws(Malformed) in
      if let table = try file.schemaEntry(record) { tables.append(table) }
    }
    for table in tables where table.root > 0 {
      try walk(root: table.root) { file, record throws(Malformed) in
        if let column = table.column { try file.fill(column, of: record) }
      }
    }
    try clearFreePages()
  }

  // MARK: Records

  /// Where the bytes of a record lie: at first in its cell, then in overflow pages.
  private struct Record {
    var segments: [Range<Int>]
    var count: Int
  }

  private func bytes(of record: Record, limit: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for segment in record.segments where bytes.count < limit { bytes += page.bytes[segment] }
    return bytes
  }

  /// The place and size of a column's text or blob, counted from the record's begin.
  private func place(_ column: Int, in bytes: [UInt8]) throws(Malformed) -> Range<Int>? {
    var at = 0
    let headerEnd = try varint(bytes, &at)
    var start = headerEnd
    var index = 0
    while at < headerEnd {
      let type = try varint(bytes, &at)
      let size = type >= 12 ? (type - 12) / 2 : [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type]
      if index == column { return type >= 12 ? start..<start + size : nil }
      start += size
      index += 1
    }
    return nil
  }

  private mutating func fill(_ column: Int, of record: Record) throws(Malformed) {
    guard let wanted = try place(column, in: bytes(of: record, limit: 65_536)) else { return }
    guard wanted.upperBound <= record.count else { throw Malformed() }
    var start = 0
    for segment in record.segments {
      let part = wanted.clamped(to: start..<start + segment.count)
      let offset = segment.lowerBound - start
      page.fill(part.lowerBound + offset..<part.upperBound + offset, as: SqlUserData.column)
      start += segment.count
    }
  }

  /// A table or an index, and the column of a table to fill.
  private func schemaEntry(_ record: Record) throws(Malformed) -> (root: Int, column: Int?)? {
    let bytes = bytes(of: record, limit: 1 << 20)
    func text(_ column: Int) throws(Malformed) -> [UInt8] {
      guard let range = try place(column, in: bytes), range.upperBound <= bytes.count else { return [] }
      return Array(bytes[range])
    }
    let kind = try text(0)
    let root = try integer(3, in: bytes)
    let sql = try text(4)
    guard sql[...].contains(subsequence: "md_user_data") else { return (root, nil) }
    var scanner = SqlScanner(sql)
    while let token = scanner.next(), token.kind != .word("table") {}
    _ = scanner.name()
    let column = scanner.names()?.firstIndex(of: SqlUserData.column)
    if kind == Array("view".utf8) || kind == Array("trigger".utf8) { return nil }
    // An index over the column, or a table that is one.
    guard kind == Array("table".utf8), let column, !sql[...].contains(subsequence: "without") else {
      throw Malformed()
    }
    return (root, column)
  }

  private func integer(_ column: Int, in bytes: [UInt8]) throws(Malformed) -> Int {
    var at = 0
    let headerEnd = try varint(bytes, &at)
    var start = headerEnd
    for _ in 0..<column {
      let type = try varint(bytes, &at)
      start += type >= 12 ? (type - 12) / 2 : [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type]
    }
    let type = try varint(bytes, &at)
    if type == 9 { return 1 }
    guard (1...4).contains(type), start + type <= bytes.count else { return 0 }
    return bytes[start..<start + type].reduce(0) { $0 << 8 | Int($1) }
  }

  private func varint(_ bytes: [UInt8], _ at: inout Int) throws(Malformed) -> Int {
    var value = 0
    for _ in 0..<5 {
      guard bytes.indices.contains(at) else { throw Malformed() }
      let byte = bytes[at]
      at += 1
      value = value << 7 | Int(byte & 0x7F)
      if byte < 128 { return value }
    }
    // No length takes more: SQLite's own limit is 31 bits.
    throw Malformed()
  }

  // MARK: Pages

  private mutating func walk(
    root: Int, _ visit: (inout SQLiteFile, Record) throws(Malformed) -> Void
  ) throws(Malformed) {
    var waiting = [root]
    while let number = waiting.popLast() {
      let base = try enter(number)
      let header = number == 1 ? base + Self.headerSize : base
      let type = page.bytes[header]
      guard [2, 5, 10, 13].contains(type) else { throw Malformed() }
      let isInterior = type < 8
      let cells = word(header + 3)
      let pointers = header + (isInterior ? 12 : 8)
      guard pointers + 2 * cells <= base + usable else { throw Malformed() }
      for index in 0..<cells {
        var at = base + word(pointers + 2 * index)
        guard at >= pointers, at + 4 <= base + usable else { throw Malformed() }
        if isInterior {
          waiting.append(long(at))
          at += 4
        }
        if type != 5 { try visit(&self, record(at, base: base, isTable: type == 13)) }
      }
      if isInterior { waiting.append(long(header + 8)) }
      try clearGaps(base: base, header: header, pointersEnd: pointers + 2 * cells)
    }
  }

  private mutating func enter(_ number: Int) throws(Malformed) -> Int {
    guard number >= 1, number <= page.bytes.count / pageSize, visited.insert(number).inserted else {
      throw Malformed()
    }
    return (number - 1) * pageSize
  }

  private mutating func record(_ cell: Int, base: Int, isTable: Bool) throws(Malformed) -> Record {
    var at = cell
    let count = try varint(page.bytes, &at)
    if isTable { at = rowidEnd(at) }
    let most = isTable ? usable - 35 : (usable - 12) * 64 / 255 - 23
    let least = (usable - 12) * 32 / 255 - 23
    let whole = least + (count - least) % (usable - 4)
    let local = count <= most ? count : whole <= most ? whole : least
    guard local >= 0, at + local <= base + usable else { throw Malformed() }
    var record = Record(segments: [at..<at + local], count: count)
    var rest = count - local
    guard rest == 0 || at + local + 4 <= base + usable else { throw Malformed() }
    var next = rest > 0 ? long(at + local) : 0
    while rest > 0 {
      let overflow = try enter(next)
      let part = min(rest, usable - 4)
      record.segments.append(overflow + 4..<overflow + 4 + part)
      clear(overflow + 4 + part..<overflow + usable)
      rest -= part
      next = long(overflow)
    }
    return record
  }

  /// A rowid takes up to nine bytes, the ninth of which is whole.
  private func rowidEnd(_ start: Int) -> Int {
    var at = start
    while at < start + 8, at < page.bytes.count, page.bytes[at] >= 128 { at += 1 }
    return at + 1
  }

  // MARK: What deleted rows left

  private mutating func clear(_ range: Range<Int>) {
    for at in range where page.bytes[at] != 0 { page.put(0, at: at, as: "deleted rows") }
  }

  private mutating func clearGaps(base: Int, header: Int, pointersEnd: Int) throws(Malformed) {
    let told = word(header + 5)
    let content = base + (told == 0 ? 65_536 : told)
    guard content <= base + usable, content >= pointersEnd else { throw Malformed() }
    clear(pointersEnd..<content)
    var block = word(header + 1)
    var last = 0
    while block != 0 {
      guard block > last, block + 4 <= usable else { throw Malformed() }
      let size = word(base + block + 2)
      guard size >= 4, block + size <= usable else { throw Malformed() }
      clear(base + block + 4..<base + block + size)
      last = block
      block = word(base + block)
    }
  }

  private mutating func clearFreePages() throws(Malformed) {
    var trunk = long(32)
    while trunk != 0 {
      let base = try enter(trunk)
      let count = long(base + 4)
      guard 8 + 4 * count <= usable else { throw Malformed() }
      for index in 0..<count {
        let leaf = try enter(long(base + 8 + 4 * index))
        clear(leaf..<leaf + pageSize)
      }
      clear(base + 8 + 4 * count..<base + pageSize)
      trunk = long(base)
    }
  }

  private func word(_ at: Int) -> Int { Int(page.bytes[at]) << 8 | Int(page.bytes[at + 1]) }

  private func long(_ at: Int) -> Int { word(at) << 16 | word(at + 2) }
}
