/// Small steps over the bytes of a line.
extension ArraySlice<UInt8> {
  /// Takes this text off the front; false when something else is there.
  mutating func take(_ text: StaticString) -> Bool {
    let isThere = text.withUTF8Buffer { starts(with: $0) }
    if isThere { self = dropFirst(text.utf8CodeUnitCount) }
    return isThere
  }

  /// Takes a whole number off the front, of at most 18 digits.
  mutating func takeNumber() -> Int64? {
    let isNegative = first == UInt8(ascii: "-")
    let digits = dropFirst(isNegative ? 1 : 0).prefix(19).prefix(while: isDigit)
    guard digits.count <= 18, let number = wholeNumber(digits) else { return nil }
    self = dropFirst(digits.count + (isNegative ? 1 : 0))
    return isNegative ? -number : number
  }

  /// Takes what stands before the first of this byte, and the byte.
  mutating func take(upTo byte: Unicode.Scalar) -> ArraySlice<UInt8>? {
    guard let end = firstIndex(of: UInt8(ascii: byte)) else { return nil }
    let taken = self[..<end]
    self = self[(end + 1)...]
    return taken
  }

  /// Where this text begins first; nil when it is not there.
  func firstStart(of text: StaticString) -> Int? {
    text.withUTF8Buffer { pattern in
      guard let head = pattern.first else { return nil }
      var rest = self
      while let start = rest.firstIndex(of: head) {
        rest = rest[start...]
        if rest.starts(with: pattern) { return start }
        rest = rest.dropFirst()
      }
      return nil
    }
  }

  /// Where this text begins last; nil when it is not there.
  func lastStart(of text: StaticString) -> Int? {
    text.withUTF8Buffer { pattern in
      guard let tail = pattern.last else { return nil }
      var rest = self
      while let end = rest.lastIndex(of: tail) {
        let start = end - pattern.count + 1
        if start >= startIndex, self[start...].starts(with: pattern) { return start }
        rest = rest[..<end]
      }
      return nil
    }
  }

  /// Whether this is the word, given in lower case, in any case.
  func isWord(_ word: StaticString) -> Bool {
    count == word.utf8CodeUnitCount
      && word.withUTF8Buffer { zip(self, $0).allSatisfy { $0 | 32 == $1 } }
  }

  var withoutCarriageReturn: ArraySlice<UInt8> { last == 13 ? dropLast() : self }

  /// Without blanks and tabs at both ends.
  var trimmed: ArraySlice<UInt8> {
    var rest = drop { $0 == 32 || $0 == 9 }
    while let last = rest.last, last == 32 || last == 9 { rest.removeLast() }
    return rest
  }
}

/// A UUID as Java prints it.
func isUUID(_ bytes: ArraySlice<UInt8>) -> Bool {
  bytes.count == 36
    && bytes.enumerated().allSatisfy { index, byte in
      [8, 13, 18, 23].contains(index)
        ? byte == UInt8(ascii: "-") : isDigit(byte) || (byte | 32) &- 97 < 6
    }
}
