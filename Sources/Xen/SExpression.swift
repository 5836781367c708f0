import Model
import World

/// A list as Xen 3.x writes it, `(name value ...)`, with the lists inside it.
struct SExpression {
  /// Its first word.
  let head: ArraySlice<UInt8>
  /// All that follows the head.
  let rest: ArraySlice<UInt8>
  let lists: [SExpression]

  /// The lists inside it with that head.
  func all(_ name: StaticString) -> [SExpression] { lists.filter { $0.head.equals(name) } }

  /// The value, without the quotes that xend puts around some strings.
  var text: [UInt8] {
    guard let quote = rest.first, quote == 39 || quote == 34, rest.count >= 2, rest.last == quote else {
      return Array(rest)
    }
    var text: [UInt8] = []
    var isEscaped = false
    for byte in rest.dropFirst().dropLast() {
      isEscaped = byte == 92 && !isEscaped
      if !isEscaped { text.append(byte) }
    }
    return text
  }

  enum Outcome {
    /// The list ends before this byte. No expression where it is too large or has too many parts to be one
    /// domain.
    case bounded(Int, SExpression?)
    case lost(Problem)
  }

  /// The list that begins at `start`, where a parenthesis opens.
  static func read(_ bytes: [UInt8], from start: Int) -> Outcome {
    var reader = SExpressionReader(bytes, from: start)
    return reader.run()
  }
}

private struct SExpressionReader {
  private static let partLimit = 20_000

  private let bytes: [UInt8]
  private let start: Int
  private var at: Int
  private var open: [(start: Int, lists: [SExpression])] = []
  private var parts = 0

  init(_ bytes: [UInt8], from start: Int) {
    self.bytes = bytes
    self.start = start
    at = start
  }

  mutating func run() -> SExpression.Outcome {
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "("):
        guard open.count < ConfigList.depthLimit else {
          return .lost(Problem("nested deeper than \(ConfigList.depthLimit)", offset: at))
        }
        open.append((at + 1, []))
        parts += 1
      case UInt8(ascii: ")"):
        let expression = close()
        if open.isEmpty { return .bounded(at + 1, expression) }
        if let expression { open[open.count - 1].lists.append(expression) }
      case UInt8(ascii: "\"") where isBeginningOfWord, UInt8(ascii: "'") where isBeginningOfWord:
        guard skipString() else { return .lost(Problem("a string is cut", offset: at)) }
      default: break
      }
      at += 1
    }
    return .lost(Problem("a domain is cut: its parentheses are not balanced", offset: start))
  }

  /// A quote inside a word is a part of it: `it's`.
  private var isBeginningOfWord: Bool {
    at > start && (bytes[at - 1] == UInt8(ascii: "(") || isWhite(bytes[at - 1]))
  }

  /// Leaves `at` on the closing quote.
  private mutating func skipString() -> Bool {
    let quote = bytes[at]
    var end = at + 1
    while end < bytes.count, bytes[end] != quote { end += bytes[end] == 92 ? 2 : 1 }
    guard end < bytes.count else { return false }
    at = end
    return true
  }

  private var isTooLarge: Bool {
    parts > Self.partLimit || at - start > ConfigList.domainLimit
  }

  /// The innermost open list, nil where it is not to be kept.
  private mutating func close() -> SExpression? {
    guard let (from, lists) = open.popLast(), !isTooLarge else { return nil }
    let content = bytes[from..<at].drop(while: isWhite)
    let head = content.prefix { !isWhite($0) && $0 != UInt8(ascii: "(") }
    let behind = content[head.endIndex...].drop(while: isWhite)
    let last = behind.lastIndex { !isWhite($0) }
    return SExpression(head: head, rest: last.map { behind[...$0] } ?? behind.prefix(0), lists: lists)
  }
}
