import Model

/// What must be refused before the library sees it, because it would lose something or end the process.
enum SourceCheck {
  /// Dots in a row of names; the library frees nested tables by recursion.
  private static let dotLimit = 2000

  static func complaint(about source: [UInt8], file: String) -> Complaint? {
    var scanner = ValueScanner()
    var number = 0
    for line in SourceLines(source) {
      number += 1
      var found = unsafe(source, line)
      if !scanner.isInside, let header = header(source, line) {
        if !header.hasName { found = found ?? nameless }
      } else if let word = scanner.skip(source, line) {
        let shown = String(decoding: source[word].prefix(40), as: UTF8.self)
        let problem = shown.isEmpty ? "a value is missing at the end" : "`\(shown)` is no value"
        found = found ?? ("not TOML: \(problem)", "put text in quotes")
      }
      if let (problem, remedy) = found {
        return Complaint(file: file, line: number, problem: problem, remedy: remedy)
      }
    }
    return nil
  }

  /// A header that does not begin with a name fails an assertion of the library, which ends the process.
  private static let nameless = (
    "not TOML: a header has no name", "write a name of letters, digits, - and _, or one in quotes"
  )

  private struct Header { let hasName: Bool }

  /// Nil where a line is no header.
  private static func header(_ source: [UInt8], _ line: Range<Int>) -> Header? {
    func skipBlanks(_ at: Int) -> Int {
      var at = at
      while at < line.upperBound, source[at] == 32 || source[at] == 9 { at += 1 }
      return at
    }
    var at = skipBlanks(line.lowerBound)
    guard at < line.upperBound, source[at] == 91 else { return nil }
    at = skipBlanks(at + 1)
    if at < line.upperBound, source[at] == 91 { at = skipBlanks(at + 1) }
    guard at < line.upperBound else { return Header(hasName: false) }
    switch source[at] {
    case 34, 39, 45, 48...57, 65...90, 95, 97...122: return Header(hasName: true)
    default: return Header(hasName: false)
    }
  }

  private static func unsafe(_ source: [UInt8], _ line: Range<Int>) -> (String, String)? {
    var dots = 0
    for at in line {
      switch source[at] {
      case 0: return ("a NUL byte stands here", "TOML is text: remove it")
      case 46:
        dots += 1
        if dots > dotLimit { return ("more than \(dotLimit) dots stand in a row", "nest less deeply") }
      case 92 where isNulEscape(source[at..<line.upperBound]):
        // Strings cross the library's interface as C strings: what follows a NUL would be silently lost.
        return ("a string holds a NUL character", "remove the escape \\u0000")
      // None of these stands in a dotted name without quotes.
      case 61, 44, 47: dots = 0
      default: break
      }
    }
    return nil
  }

  private static func isNulEscape(_ rest: ArraySlice<UInt8>) -> Bool {
    let letter = rest.dropFirst().first
    let digits = letter == UInt8(ascii: "u") ? 4 : letter == UInt8(ascii: "U") ? 8 : 0
    let zeros = rest.dropFirst(2).prefix(digits)
    return digits > 0 && zeros.count == digits && zeros.allSatisfy { $0 == UInt8(ascii: "0") }
  }
}
