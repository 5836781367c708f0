extension Array where Element == UInt8 {
  /// Whether some text stands at a place.
  func holds(_ text: StaticString, at index: Int) -> Bool {
    guard index >= 0, index <= count - text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { wanted in
      var offset = 0
      while offset < wanted.count {
        if self[index + offset] != wanted[offset] { return false }
        offset += 1
      }
      return true
    }
  }

  /// Whether some text in small letters stands at a place, in letters of any size.
  func holdsAnyCase(_ text: StaticString, at index: Int) -> Bool {
    guard index >= 0, index <= count - text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { wanted in
      var offset = 0
      while offset < wanted.count {
        if lowered(self[index + offset]) != wanted[offset] { return false }
        offset += 1
      }
      return true
    }
  }

  /// Where some text stands next, not further than `limit` away.
  func next(_ text: StaticString, from start: Int, limit: Int = .max) -> Int? {
    guard let first = text.withUTF8Buffer({ $0.first }) else { return nil }
    var at = start
    while at < count, at - start < limit {
      if self[at] == first, holds(text, at: at) { return at }
      at += 1
    }
    return nil
  }

  /// Where a line that holds a place ends: at its newline or at the end.
  func lineEnd(from start: Int) -> Int {
    var at = start
    while at < count, self[at] != 10 { at += 1 }
    return at
  }
}

func lowered(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte | 32 : byte }

/// Letters, digits and what else stands in the name of a setting or a column.
func isNameByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 45, 46, 95, 48...57, 65...90, 97...122: true
  default: false
  }
}
