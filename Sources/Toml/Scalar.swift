/// Values that are written without quotes, by the grammar of TOML 1.0.
///
/// The library decides by a few letters what such a value is meant to be and asserts the rest, so that `a =
/// 2-3:` ends the process; no value reaches it that is not one.
enum Scalar {
  /// The value that begins a range, up to what ends values; a date and a time with a blank between them are
  /// one.
  static func word(in source: [UInt8], _ range: Range<Int>) -> Range<Int> {
    func end(from start: Int) -> Int {
      source[start..<range.upperBound].firstIndex { isTerminator($0) } ?? range.upperBound
    }
    let first = end(from: range.lowerBound)
    guard first - range.lowerBound == 10, first + 1 < range.upperBound, source[first] == 32,
      isDate(source[range.lowerBound..<first]), isDigit(source[first + 1])
    else { return range.lowerBound..<first }
    return range.lowerBound..<end(from: first + 1)
  }

  static func isKnown(_ word: ArraySlice<UInt8>) -> Bool {
    if let first = word.first, isDigit(first), word.count >= 8 {
      if isTime(word) { return true }
      if isDate(word.prefix(10)) { return word.count == 10 || isMoment(word.dropFirst(10)) }
    }
    if word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8) { return true }
    if word.starts(with: [48]), let base = word.dropFirst().first {
      switch base {
      case UInt8(ascii: "x"): return areDigits(word.dropFirst(2), isHexDigit)
      case UInt8(ascii: "o"): return areDigits(word.dropFirst(2)) { (48...55).contains($0) }
      case UInt8(ascii: "b"): return areDigits(word.dropFirst(2)) { $0 == 48 || $0 == 49 }
      default: break
      }
    }
    let isSigned = word.first == 43 || word.first == 45
    return isDecimal(isSigned ? word.dropFirst() : word)
  }

  private static func isDecimal(_ word: ArraySlice<UInt8>) -> Bool {
    if word.elementsEqual("inf".utf8) || word.elementsEqual("nan".utf8) { return true }
    var rest = word
    func take() -> ArraySlice<UInt8> {
      let digits = rest.prefix { isDigit($0) || $0 == 95 }
      rest = rest.dropFirst(digits.count)
      return digits
    }
    let whole = take()
    guard areDigits(whole, isDigit), whole.count == 1 || whole.first != 48 else { return false }
    if rest.first == 46 {
      rest = rest.dropFirst()
      guard areDigits(take(), isDigit) else { return false }
    }
    if rest.first == 69 || rest.first == 101 {
      rest = rest.dropFirst()
      if rest.first == 43 || rest.first == 45 { rest = rest.dropFirst() }
      guard areDigits(take(), isDigit) else { return false }
    }
    return rest.isEmpty
  }

  /// `T03:10:00.120Z`, or the same with a blank or without a zone.
  private static func isMoment(_ word: ArraySlice<UInt8>) -> Bool {
    guard let separator = word.first, [84, 116, 32].contains(separator) else { return false }
    let rest = word.dropFirst()
    if isTime(rest) { return true }
    if rest.last == 90 || rest.last == 122 { return isTime(rest.dropLast()) }
    return isTime(rest.dropLast(6)) && fits(rest.suffix(6), "±00:00")
  }

  /// `03:10:00`, with or without a fraction.
  private static func isTime(_ word: ArraySlice<UInt8>) -> Bool {
    guard fits(word.prefix(8), "00:00:00") else { return false }
    let fraction = word.dropFirst(8)
    return fraction.isEmpty
      || (fraction.first == 46 && fraction.count > 1 && fraction.dropFirst().allSatisfy(isDigit))
  }

  private static func isDate(_ word: ArraySlice<UInt8>) -> Bool { fits(word, "0000-00-00") }

  private static func fits(_ word: ArraySlice<UInt8>, _ pattern: String) -> Bool {
    let signs = pattern.unicodeScalars
    return word.count == signs.count
      && zip(word, signs).allSatisfy { byte, sign in
        switch sign {
        case "0": isDigit(byte)
        case "±": byte == 43 || byte == 45
        default: UInt32(byte) == sign.value
        }
      }
  }

  /// Digits, with single underscores between them.
  private static func areDigits(_ word: ArraySlice<UInt8>, _ isDigit: (UInt8) -> Bool) -> Bool {
    let parts = word.split(separator: 95, omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(isDigit) }
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (65...70).contains(byte & 0xDF)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  /// What ends a value.
  private static func isTerminator(_ byte: UInt8) -> Bool {
    switch byte {
    case 32, 9, 13, 93, 125, 44, 35: true
    default: false
    }
  }
}
