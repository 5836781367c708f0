/// The conditions of a query: each runs from WHERE, AND, OR or ON at the head of a line or of a parenthesis to where the
/// next one, or the parenthesis around it, ends.
struct Conditions {
  struct Condition {
    /// As written, in one line.
    let text: String
    /// The query without it, and with its opposite.
    let dropped: String
    let negated: String
  }

  let all: [Condition]

  init(of query: String) {
    let tokens = Self.tokens(of: query)
    var found: [Condition] = []
    for (index, token) in tokens.enumerated() where Self.openers.contains(token.word) {
      if token.word == "AND", Self.isBetween(tokens[..<index]) { continue }
      let depth = token.depth
      let end = tokens[(index + 1)...].first { next in
        next.depth < depth || (next.depth == depth && Self.closers.contains(next.word))
      }
      let start = token.range.upperBound
      let stop = end?.range.lowerBound ?? query.endIndex
      let text = query[start..<stop]
      guard text.contains(where: { !$0.isWhitespace }) else { continue }
      let neutral = token.word == "OR" ? " 0 " : " 1 "
      found.append(
        Condition(
          text: "\(token.word) \(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))",
          dropped: query[..<start] + neutral + query[stop...],
          negated: query[..<start] + " NOT (\(text)\n) " + query[stop...]))
    }
    all = found
  }

  private static let openers: Set<String> = ["WHERE", "AND", "OR", "ON"]
  private static let closers: Set<String> = [
    "WHERE", "AND", "OR", "ON", "JOIN", "LEFT", "CROSS", "INNER", "GROUP", "ORDER", "HAVING", "LIMIT",
    "UNION",
    "THEN", "ELSE", "END", "WHEN",
  ]

  private struct Token {
    let word: String
    let depth: Int
    let range: Range<String.Index>
  }

  /// Words and closing parentheses with their depth; a closing one has the depth outside it. Strings are passed over.
  private static func tokens(of query: String) -> [Token] {
    var tokens: [Token] = []
    var depth = 0
    var index = query.startIndex
    while index < query.endIndex {
      let character = query[index]
      let next = query.index(after: index)
      if character == "'" {
        index = query[next...].firstIndex(of: "'").map { query.index(after: $0) } ?? query.endIndex
      } else if character == "(" {
        depth += 1
        index = next
      } else if character == ")" {
        depth -= 1
        tokens.append(Token(word: ")", depth: depth, range: index..<next))
        index = next
      } else if character.isLetter || character == "_" || character == ":" {
        let end = query[next...].firstIndex { !$0.isLetter && !$0.isNumber && $0 != "_" } ?? query.endIndex
        tokens.append(Token(word: String(query[index..<end]).uppercased(), depth: depth, range: index..<end))
        index = end
      } else {
        index = next
      }
    }
    return tokens
  }

  /// The AND of `x BETWEEN 1 AND 2` opens no condition.
  private static func isBetween(_ before: ArraySlice<Token>) -> Bool {
    before.last { $0.word == "BETWEEN" || openers.contains($0.word) }?.word == "BETWEEN"
  }
}
