/// Steps through SQL text without running it: blanks, comments, names, values and whole statements, each byte
/// once. It knows what sqlite3's `.dump`, `pg_dump` and people write; it goes to the end rather than fail.
struct SQLScanner {
  let bytes: [UInt8]
  var at: Int
  /// How often pg_dump's first and last comments were seen, and where the last of the latter ends.
  private(set) var openedDumps = 0
  private(set) var closedDumps = 0
  /// The text ended inside a comment, or right behind one that no newline ends.
  private(set) var endedInComment = false

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  var isAtEnd: Bool { at >= bytes.count }

  /// The next byte, 0 at the end. A NUL in the text is not SQL either.
  var next: UInt8 { at < bytes.count ? bytes[at] : 0 }

  func byte(_ offset: Int) -> UInt8 { at &+ offset < bytes.count ? bytes[at &+ offset] : 0 }

  /// Goes over blanks and comments.
  mutating func skipBlank() {
    while at < bytes.count {
      switch bytes[at] {
      case 32, 9, 10, 13: at += 1
      case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"): skipLineComment()
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skipBlockComment()
      default: return
      }
    }
  }

  private mutating func skipLineComment() {
    let start = at
    skipLine()
    endedInComment = isAtEnd && bytes.last != 10
    var line = bytes[start..<at]
    while let last = line.last, last == 10 || last == 13 { line.removeLast() }
    if line.elementsEqual(dumpOpens) { openedDumps += 1 }
    if line.elementsEqual(dumpCloses) { closedDumps += 1 }
  }

  private mutating func skipBlockComment() {
    at += 2
    while at < bytes.count {
      if bytes[at] == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
        at += 2
        return
      }
      at += 1
    }
    at = bytes.count
    endedInComment = true
  }

  /// Goes behind the next newline.
  mutating func skipLine() {
    while at < bytes.count, bytes[at] != 10 { at += 1 }
    if at < bytes.count { at += 1 }
  }

  /// A word that is not quoted, in lower case, when one begins here; at most 128 bytes of it.
  mutating func word() -> String? {
    guard isLetter(next) else { return nil }
    let start = at
    while at < bytes.count, isLetter(bytes[at]) || isDigit(bytes[at]) || bytes[at] == UInt8(ascii: "$") {
      at += 1
    }
    return lowercased(bytes[start..<min(at, start + 128)])
  }

  /// Goes over this word, when it stands here, and the blanks behind it.
  mutating func skip(word expected: String) -> Bool {
    let start = at
    if word() == expected {
      skipBlank()
      return true
    }
    at = start
    return false
  }

  mutating func skip(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    at += 1
    skipBlank()
    return true
  }

  /// A name, quoted in any of the ways there are or not, in lower case; and the blanks behind it.
  mutating func name() -> String? {
    let name: String?
    switch next {
    case UInt8(ascii: "\""), UInt8(ascii: "`"): name = quotedName(until: next)
    case UInt8(ascii: "["): name = quotedName(until: UInt8(ascii: "]"))
    default: name = word()
    }
    skipBlank()
    return name
  }

  private mutating func quotedName(until quote: UInt8) -> String? {
    let start = at + 1
    skipQuoted(quote)
    guard at > start, bytes[at - 1] == quote else { return nil }
    return lowercased(bytes[start..<min(at - 1, start + 128)])
  }

  /// Goes behind what is quoted here; a doubled quote is one inside. False when it does not end.
  @discardableResult
  mutating func skipQuoted(_ quote: UInt8) -> Bool {
    at += 1
    while at < bytes.count {
      if bytes[at] == quote {
        if byte(1) != quote {
          at += 1
          return true
        }
        at += 1
      }
      at += 1
    }
    at = bytes.count
    return false
  }

  /// A table's name with its schema, which may be absent: `"NIMBUS".resources`.
  mutating func qualifiedName() -> (schema: String, name: String)? {
    guard var last = name() else { return nil }
    var schema = ""
    while skip(".") {
      schema = last
      guard let part = name() else { return nil }
      last = part
    }
    return (schema, last)
  }
}

private let dumpOpens = Array("-- PostgreSQL database dump".utf8)
private let dumpCloses = Array("-- PostgreSQL database dump complete".utf8)

func isLetter(_ byte: UInt8) -> Bool { (byte | 32) &- 97 < 26 || byte == 95 || byte >= 128 }

private func lowercased(_ bytes: ArraySlice<UInt8>) -> String {
  String(decoding: bytes, as: UTF8.self).lowercased()
}
