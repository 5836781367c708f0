import World

/// Cuts at blanks and TABs: Xen's tables are set with blanks, `xl list` heads three of its columns with TABs.
func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

/// As SXP and JSON have it between their parts.
func isWhite(_ byte: UInt8) -> Bool { isBlank(byte) || byte == 10 || byte == 13 }

/// The words of a line, each with its place.
func words(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
  line.split(whereSeparator: isBlank)
}

/// Without the blanks before and behind.
func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  trimmedBehind(bytes.drop(while: isBlank))
}

/// Without the blanks behind.
func trimmedBehind(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  guard let last = bytes.lastIndex(where: { !isBlank($0) }) else { return bytes.prefix(0) }
  return bytes[...last]
}

extension ArraySlice where Element == UInt8 {
  func starts(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { wanted in count >= wanted.count && prefix(wanted.count).elementsEqual(wanted) }
  }

  func ends(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { wanted in count >= wanted.count && suffix(wanted.count).elementsEqual(wanted) }
  }

  func equals(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { wanted in elementsEqual(wanted) }
  }

  func contains(_ text: StaticString) -> Bool { position(of: text) != nil }

  /// Where the text first begins.
  func position(of text: StaticString) -> Int? {
    text.withUTF8Buffer { wanted in
      guard let first = wanted.first, count >= wanted.count else { return nil }
      return (startIndex...(endIndex - wanted.count)).first { index in
        self[index] == first && self[index..<(index + wanted.count)].elementsEqual(wanted)
      }
    }
  }
}

extension Line {
  /// The line as it was meant: one saved on another system may end in a carriage return.
  var meant: ArraySlice<UInt8> { content.last == 13 ? content.dropLast() : content }

  var isBlankLine: Bool { meant.allSatisfy(isBlank) }
}
