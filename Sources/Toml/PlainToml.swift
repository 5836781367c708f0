import Model

/// Reads documents that are as plain as those that a program writes: `key = value` lines under `[table]` and `[[table]]`
/// headers, with bare keys, ASCII strings without escapes, whole numbers, true and false, moments in UTC, and lists of such
/// strings in one line. For anything else, right or wrong, it gives nil, and the library reads or refuses the document. The
/// manifest of a site of 10,000 nodes has 320,000 such lines.
struct PlainToml {
  /// Longer lines are for the library.
  private static let lineLimit = 4096
  /// Tables of more names are too: here each is looked for by going through those before it.
  private static let nameLimit = 64

  private let source: [UInt8]
  private var at = 0
  private let root = Node()
  private var current: Node

  private final class Node {
    var values: [(key: String, value: TomlValue)] = []
    var tables: [(key: String, table: Node)] = []
    var lists: [(key: String, tables: [Node])] = []

    /// Whether a name is new, and not one too many.
    func takes(_ key: String) -> Bool {
      values.count + tables.count + lists.count < nameLimit && !values.contains { $0.key == key }
        && !tables.contains { $0.key == key } && !lists.contains { $0.key == key }
    }

    var table: TomlTable {
      var entries = values
      entries += tables.map { ($0.key, .table($0.table.table)) }
      entries += lists.map { ($0.key, .array($0.tables.map { .table($0.table) })) }
      entries.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      return TomlTable(entries)
    }
  }

  private init(_ source: [UInt8]) {
    self.source = source
    current = root
  }

  /// The document; nil where it is not plain.
  static func table(_ source: [UInt8]) -> TomlTable? {
    var reader = PlainToml(source)
    while reader.at < source.count {
      guard reader.line() else { return nil }
    }
    return reader.root.table
  }

  private var next: UInt8? { at < source.count ? source[at] : nil }

  private mutating func line() -> Bool {
    let start = at
    skipBlanks()
    switch next {
    case nil, 10: break
    case UInt8(ascii: "#"):
      while let byte = next, byte != 10 {
        if byte < 32 || byte >= 127 { return false }
        at += 1
      }
    case UInt8(ascii: "["): guard header() else { return false }
    default: guard pair() else { return false }
    }
    skipBlanks()
    guard at - start <= Self.lineLimit, next == nil || next == 10 else { return false }
    at += 1
    return true
  }

  private mutating func header() -> Bool {
    at += 1
    let isList = skip(UInt8(ascii: "["))
    guard let first = key() else { return false }
    let isNested = skip(UInt8(ascii: "."))
    let second = isNested ? key() : nil
    guard isNested == (second != nil) else { return false }
    guard skip(UInt8(ascii: "]")), !isList || skip(UInt8(ascii: "]")) else { return false }
    guard let second else { return isList ? begin(list: first, in: root) : begin(table: first) }
    guard isList, let outer = root.lists.first(where: { $0.key == first })?.tables.last else { return false }
    return begin(list: second, in: outer)
  }

  private mutating func begin(table key: String) -> Bool {
    guard root.takes(key) else { return false }
    current = Node()
    root.tables.append((key, current))
    return true
  }

  private mutating func begin(list key: String, in node: Node) -> Bool {
    let table = Node()
    if let place = node.lists.firstIndex(where: { $0.key == key }) {
      node.lists[place].tables.append(table)
    } else {
      guard node.takes(key) else { return false }
      node.lists.append((key, [table]))
    }
    current = table
    return true
  }

  private mutating func pair() -> Bool {
    guard let key = key() else { return false }
    skipBlanks()
    guard skip(UInt8(ascii: "=")) else { return false }
    skipBlanks()
    guard let value = value(), current.takes(key) else { return false }
    current.values.append((key, value))
    return true
  }

  private mutating func value() -> TomlValue? {
    guard let first = next else { return nil }
    switch first {
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "["): return list().map { .array($0) }
    case UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
    case UInt8(ascii: "t"): return word("true") ? .boolean(true) : nil
    case UInt8(ascii: "f"): return word("false") ? .boolean(false) : nil
    default: return nil
    }
  }

  private mutating func list() -> [TomlValue]? {
    at += 1
    var texts: [TomlValue] = []
    skipBlanks()
    if skip(UInt8(ascii: "]")) { return texts }
    while let text = string() {
      texts.append(.string(text))
      skipBlanks()
      if skip(UInt8(ascii: "]")) { return texts }
      guard skip(UInt8(ascii: ",")) else { return nil }
      skipBlanks()
    }
    return nil
  }

  /// A string that another quote follows is one over several lines.
  private mutating func string() -> String? {
    guard skip(UInt8(ascii: "\"")) else { return nil }
    let start = at
    while let byte = next, byte != UInt8(ascii: "\"") {
      if byte < 32 || byte >= 127 || byte == UInt8(ascii: "\\") { return nil }
      at += 1
    }
    let text = String(decoding: source[start..<at], as: UTF8.self)
    return skip(UInt8(ascii: "\"")) && next != UInt8(ascii: "\"") ? text : nil
  }
}

extension PlainToml {
  private mutating func skipBlanks() {
    while let byte = next, byte == 32 || byte == 9 { at += 1 }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    at += 1
    return true
  }

  private mutating func word(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { wanted in
      guard source[at...].starts(with: wanted) else { return false }
      at += wanted.count
      return true
    }
  }

  private mutating func key() -> String? {
    let start = at
    while let byte = next, Self.isBare(byte) { at += 1 }
    return at > start ? String(decoding: source[start..<at], as: UTF8.self) : nil
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    (byte | 32) &- 97 < 26 || byte &- 48 < 10 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }

  /// A whole number, or a moment that ends in Z.
  private mutating func number() -> TomlValue? {
    let start = at
    let year = digits(atMost: 18)
    if at == start + 4, next == UInt8(ascii: "-") { return moment(year: year) }
    guard source[start] != UInt8(ascii: "0") || at == start + 1 else { return nil }
    return .integer(Int64(year))
  }

  private mutating func digits(atMost limit: Int) -> Int {
    var number = 0
    var count = 0
    while count < limit, let byte = next, byte &- 48 < 10 {
      number = number * 10 + Int(byte - 48)
      at += 1
      count += 1
    }
    return number
  }

  private mutating func part(after byte: UInt8) -> Int? {
    guard skip(byte) else { return nil }
    let start = at
    let number = digits(atMost: 2)
    return at == start + 2 ? number : nil
  }

  private mutating func moment(year: Int) -> TomlValue? {
    guard let month = part(after: UInt8(ascii: "-")), let day = part(after: UInt8(ascii: "-")),
      let hour = part(after: UInt8(ascii: "T")), let minute = part(after: UInt8(ascii: ":")),
      let second = part(after: UInt8(ascii: ":"))
    else { return nil }
    var millisecond = 0
    if skip(UInt8(ascii: ".")) {
      let start = at
      millisecond = digits(atMost: 3)
      guard at == start + 3 else { return nil }
    }
    guard second < 60, skip(UInt8(ascii: "Z")) else { return nil }
    let instant = Instant(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second,
      millisecond: millisecond, offsetMinutes: 0)
    return instant.map { .instant($0) }
  }
}
