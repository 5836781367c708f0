/// The words, names and literals of SQL text, as far as redaction needs them.
struct SqlScanner {
  struct Token {
    enum Kind: Equatable {
      /// In small letters.
      case word(String)
      /// A name in quotes, in small letters.
      case name(String)
      /// The range is the inside of the literal; one that is not closed goes to the end.
      case text
      case sign(UInt8)
    }

    let kind: Kind
    let range: Range<Int>
  }

  private let bytes: [UInt8]
  private(set) var position = 0
  private var ahead: Token?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func go(to place: Int) {
    position = place
    ahead = nil
  }

  mutating func peek() -> Token? {
    if ahead == nil { ahead = scan() }
    return ahead
  }

  mutating func next() -> Token? {
    defer { ahead = nil }
    return ahead ?? scan()
  }

  mutating func take(word: String) -> Bool {
    guard peek()?.kind == .word(word) else { return false }
    _ = next()
    return true
  }

  func isLineStart(_ token: Token) -> Bool {
    token.range.lowerBound == 0 || bytes[token.range.lowerBound - 1] == 10
  }

  /// A name, of which only the part after its last dot counts.
  mutating func name() -> String? {
    var last: String?
    while let token = peek() {
      switch token.kind {
      case .word(let name), .name(let name): last = name
      case .sign(46): break
      default: return last
      }
      _ = next()
      if peek()?.kind != .sign(46), token.kind != .sign(46) { return last }
    }
    return last
  }

  /// The first name of each part of a list in parentheses: the columns of a table.
  mutating func names() -> [String]? {
    guard peek()?.kind == .sign(40) else { return nil }
    var names: [String] = []
    var depth = 0
    var isFirst = true
    while let token = next() {
      switch token.kind {
      case .sign(40): depth += 1
      case .sign(41):
        depth -= 1
        if depth == 0 { return names }
      case .sign(44) where depth == 1: isFirst = true
      case .word(let name), .name(let name):
        if isFirst, depth == 1 { names.append(name) }
        isFirst = false
      default: break
      }
    }
    return nil
  }

  private mutating func scan() -> Token? {
    skipBlanks()
    guard position < bytes.count else { return nil }
    let start = position
    let byte = bytes[position]
    switch byte {
    case 39: return quoted(39)
    case 34, 96: return quoted(byte)
    case _ where isNameByte(byte) && byte != 45 && byte != 46 || byte >= 128:
      while position < bytes.count, isWordByte(bytes[position]) { position += 1 }
      let word = String(decoding: bytes[start..<min(position, start + 128)].map(lowered), as: UTF8.self)
      return Token(kind: .word(word), range: start..<position)
    default:
      position += 1
      return Token(kind: .sign(byte), range: start..<position)
    }
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    (isNameByte(byte) && byte != 45 && byte != 46) || byte >= 128
  }

  private mutating func skipBlanks() {
    while position < bytes.count {
      if bytes[position] <= 32 {
        position += 1
      } else if bytes.holds("--", at: position) {
        position = bytes.lineEnd(from: position)
      } else {
        return
      }
    }
  }

  private mutating func quoted(_ quote: UInt8) -> Token {
    let start = position + 1
    // In PostgreSQL's E'...' a backslash takes the next sign with it.
    let escapes = quote == 39 && position > 0 && lowered(bytes[position - 1]) == UInt8(ascii: "e")
    position = start
    while position < bytes.count {
      if escapes, bytes[position] == 92 {
        position = min(position + 2, bytes.count)
      } else if bytes[position] != quote {
        position += 1
      } else if position + 1 < bytes.count, bytes[position + 1] == quote {
        position += 2
      } else {
        break
      }
    }
    let inside = start..<position
    position = min(position + 1, bytes.count)
    if quote == 39 { return Token(kind: .text, range: inside) }
    let name = String(decoding: bytes[inside.prefix(128)].map(lowered), as: UTF8.self)
    return Token(kind: .name(name), range: inside)
  }
}
