/// Walks over the lines of a document and knows at each whether it begins within a value: a list over several
/// lines, a multi-line string.
///
/// Exact for everything up to a document's first syntax error, after which nothing rests on it.
struct ValueScanner {
  /// Open lists and inline tables, outermost first.
  private var brackets: [UInt8] = []
  private var quote: UInt8 = 0
  private var isTriple = false
  /// A value comes next, rather than a key.
  private var expectsValue = false

  var isInside: Bool { !brackets.isEmpty || quote != 0 }

  /// Moves over one line, given without its newline, that is not a header. Returns the first value of it, if
  /// there is one, that is no string and nothing else either.
  mutating func skip(_ source: [UInt8], _ line: Range<Int>) -> Range<Int>? {
    if !isInside { expectsValue = false }
    var bad: Range<Int>?
    var at = line.lowerBound
    while at < line.upperBound {
      let byte = source[at]
      if quote != 0 {
        at += lengthInString(source, at, byte, end: line.upperBound)
        continue
      }
      switch byte {
      case 32, 9, 13: at += 1
      case 34, 39: at += open(source, at, byte, end: line.upperBound)
      case 35: return bad ?? missing(at..<line.upperBound)
      case 61, 44, 91, 93, 123, 125:
        if bad == nil, isMisplaced(byte) { bad = at..<at + 1 }
        structure(byte)
        at += 1
      case _ where !expectsValue: at += 1
      default:
        let word = Scalar.word(in: source, at..<line.upperBound)
        if bad == nil, !Scalar.isKnown(source[word]) { bad = word }
        expectsValue = false
        at = max(word.upperBound, at + 1)
      }
    }
    // A string with single quotes ends with its line.
    if !isTriple { quote = 0 }
    return bad ?? (quote == 0 ? missing(line.upperBound..<line.upperBound) : nil)
  }

  /// What stands where only a value can.
  private func isMisplaced(_ byte: UInt8) -> Bool {
    if !expectsValue || byte == 91 || byte == 123 { return false }
    return byte != 93 || brackets.last != 91
  }

  /// The end of a line that came where only a value can; in a list the value may be on the next.
  private func missing(_ end: Range<Int>) -> Range<Int>? {
    expectsValue && brackets.last != 91 ? end : nil
  }

  private mutating func structure(_ byte: UInt8) {
    switch byte {
    case 61: expectsValue = true
    case 44: expectsValue = brackets.last == 91
    case 91, 123:
      brackets.append(byte)
      expectsValue = byte == 91
    default:
      brackets.removeLast(brackets.isEmpty ? 0 : 1)
      expectsValue = false
    }
  }

  private mutating func open(_ source: [UInt8], _ at: Int, _ byte: UInt8, end: Int) -> Int {
    expectsValue = false
    isTriple = at + 2 < end && source[at + 1] == byte && source[at + 2] == byte
    quote = byte
    return isTriple ? 3 : 1
  }

  private mutating func lengthInString(_ source: [UInt8], _ at: Int, _ byte: UInt8, end: Int) -> Int {
    if byte == 92, quote == 34 { return 2 }
    guard byte == quote else { return 1 }
    var count = 1
    while count < 5, at + count < end, source[at + count] == byte { count += 1 }
    if !isTriple {
      quote = 0
      return 1
    }
    if count < 3 { return count }
    // Up to two quotes may stand right before the closing three.
    (quote, isTriple) = (0, false)
    return count
  }
}
