import World

/// Where the INI text is: the whole part, or between the quotes behind `DEFAULTCONFIG` if the part is the program.
enum EmbeddedText {
  /// The bytes, the number of their first line if they stand in a program, and whether the closing quotes were seen.
  case found(Range<Int>, firstNumber: Int?, isClosed: Bool)
  /// A program without that text.
  case missing
  /// Nothing is there.
  case nothing

  static func find(in bytes: [UInt8], _ range: Range<Int>) -> EmbeddedText {
    if range.isEmpty { return .nothing }
    var isProgram = false
    for line in Lines(bytes, in: range) {
      let content = Words.trimmed(line.content)
      if line.number == 1, content.starts(with: "#!".utf8), Words.text(content.prefix(200)).contains("python")
      {
        isProgram = true
      }
      guard content.starts(with: "DEFAULTCONFIG".utf8) else { continue }
      let rest = Words.trimmed(content.dropFirst(13))
      guard rest.first == 61 else { continue }
      let quotes = Words.trimmed(rest.dropFirst()).prefix(3)
      guard quotes.elementsEqual("\"\"\"".utf8) || quotes.elementsEqual("'''".utf8) else { continue }
      let start = quotes.endIndex
      let end = closing(Array(quotes), in: bytes, start..<range.upperBound)
      return .found(start..<(end ?? range.upperBound), firstNumber: line.number, isClosed: end != nil)
    }
    return isProgram ? .missing : .found(range, firstNumber: nil, isClosed: true)
  }

  private static func closing(_ quotes: [UInt8], in bytes: [UInt8], _ range: Range<Int>) -> Int? {
    var run = 0
    for place in range {
      run = bytes[place] == quotes[0] ? run + 1 : 0
      if run == 3 { return place - 2 }
    }
    return nil
  }
}
