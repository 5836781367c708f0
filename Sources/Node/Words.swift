/// Words and numbers in lines that somebody else wrote.
enum Words {
  /// The words of a line, between blanks. After `limit` words the rest is one: no form here has as many, and a line
  /// of a million words is not worth a million slices.
  static func of(_ line: ArraySlice<UInt8>, limit: Int = 512) -> [ArraySlice<UInt8>] {
    line.split(maxSplits: limit, omittingEmptySubsequences: true, whereSeparator: isBlank)
  }

  /// The line without blanks at its ends; a carriage return is one, for captures that went through other systems.
  static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = line.firstIndex(where: { !isBlank($0) }),
      let last = line.lastIndex(where: { !isBlank($0) })
    else { return line[line.startIndex..<line.startIndex] }
    return line[first...last]
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 13 }

  static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  /// A number of digits alone; nil for anything else, and where it does not fit.
  static func number(_ word: ArraySlice<UInt8>) -> Int64? {
    guard !word.isEmpty, word.count <= 19, word.allSatisfy(isDigit) else { return nil }
    return Int64(String(decoding: word, as: UTF8.self))
  }

  /// Seconds with or without a fraction, in milliseconds; what is behind the third digit is cut.
  static func milliseconds(_ word: ArraySlice<UInt8>) -> Int64? {
    let parts = word.split(separator: 46, maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, whole.count <= 12, let seconds = number(whole) else { return nil }
    guard parts.count == 2 else { return seconds * 1000 }
    guard !parts[1].isEmpty, parts[1].allSatisfy(isDigit) else { return nil }
    let thousandths = (parts[1].prefix(3).map { Int64($0) - 48 } + [0, 0, 0]).prefix(3)
    return seconds * 1000 + thousandths.reduce(0) { $0 * 10 + $1 }
  }

  /// 8-4-4-4-12 hexadecimal digits.
  static func isUUID(_ word: some Collection<UInt8>) -> Bool {
    guard word.count == 36 else { return false }
    return zip(word, 0...).allSatisfy { byte, place in
      [8, 13, 18, 23].contains(place) ? byte == 45 : isHexadecimal(byte)
    }
  }

  static func isHexadecimal(_ byte: UInt8) -> Bool {
    isDigit(byte) || (65...70).contains(byte) || (97...102).contains(byte)
  }

  /// N of a domain's name: `wrksp-N`, and `workspace-N` up to 1.3.1.
  static func machine(ofDomain name: String) -> Int64? {
    for prefix in ["wrksp-", "workspace-"] where name.hasPrefix(prefix) {
      return number(ArraySlice(name.utf8.dropFirst(prefix.utf8.count)))
    }
    return nil
  }

  /// For comparing with what is known; never for a value that is kept.
  static func text(_ word: ArraySlice<UInt8>) -> String { String(decoding: word, as: UTF8.self) }
}
