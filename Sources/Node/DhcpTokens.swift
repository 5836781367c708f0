import World

/// The words and marks of a dhcpd.conf, without its comments.
struct DhcpTokens {
  enum Kind { case word, open, close, semicolon }

  struct Token {
    let kind: Kind
    /// Printable, and of a word of sane length; a longer one is cut and equals nothing.
    let text: String
    let range: Range<Int>
  }

  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  init(_ bytes: [UInt8], in range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  mutating func next() -> Token? {
    skip()
    guard position < end else { return nil }
    let start = position
    position += 1
    switch bytes[start] {
    case 123: return Token(kind: .open, text: "{", range: start..<position)
    case 125: return Token(kind: .close, text: "}", range: start..<position)
    case 59: return Token(kind: .semicolon, text: ";", range: start..<position)
    case 34:
      // A string may hold braces and semicolons.
      position = bytes[position..<end].firstIndex(of: 34).map { $0 + 1 } ?? end
      return word(start)
    default:
      while position < end, !isEnd(bytes[position]) { position += 1 }
      return word(start)
    }
  }

  private func word(_ start: Int) -> Token {
    Token(
      kind: .word, text: Text.printable(bytes[start..<min(position, start + 256)]), range: start..<position)
  }

  private mutating func skip() {
    while position < end {
      if bytes[position] == 35 {
        position = bytes[position..<end].firstIndex(of: 10) ?? end
      } else if bytes[position] == 10 || Words.isBlank(bytes[position]) {
        position += 1
      } else {
        return
      }
    }
  }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == 10 || Words.isBlank(byte) || [123, 125, 59, 35].contains(byte)
  }
}
