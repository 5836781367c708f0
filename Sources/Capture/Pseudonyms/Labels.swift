/// Labels: the parts of names between dots, slashes, blanks and other signs. A label is what gets a stand-in, so that
/// `wn1`, `WN1.example.org` and `/cluster/wn1` keep what they have in common.
enum Labels {
  /// The labels within a part of some text.
  static func all(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var labels: [Range<Int>] = []
    var at = range.lowerBound
    while at < range.upperBound {
      let start = at
      while at < range.upperBound, isLabelByte(bytes[at]), at - start < lengthLimit { at += 1 }
      let label = trimmed(bytes, start..<at)
      if !label.isEmpty, !isEntity(bytes, label) { labels.append(label) }
      if at == start { at += 1 }
    }
    return labels
  }

  /// Longer ones are cut.
  static let lengthLimit = 255

  private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    let start = range.first { !isJoint(bytes[$0]) } ?? range.upperBound
    let end = range.last { !isJoint(bytes[$0]) } ?? start - 1
    return start..<end + 1
  }

  /// The `amp` of `&amp;`.
  private static func isEntity(_ bytes: [UInt8], _ label: Range<Int>) -> Bool {
    guard label.lowerBound > 0, bytes[label.lowerBound - 1] == UInt8(ascii: "&"),
      label.upperBound < bytes.count, bytes[label.upperBound] == UInt8(ascii: ";")
    else { return false }
    return ["amp", "lt", "gt", "quot", "apos"].contains { bytes[label].elementsEqual($0.utf8) }
  }
}

func isLabelByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 45, 95, 48...57, 65...90, 97...122, 128...255: true
  default: false
  }
}

/// What joins the words of a label.
func isJoint(_ byte: UInt8) -> Bool { byte == 45 || byte == 95 }

func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 32) || byte > 127 }

func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 }

extension Array where Element == UInt8 {
  /// Where the line that holds a place begins.
  func lineStart(of place: Int) -> Int {
    var at = place
    while at > 0, self[at - 1] != 10 { at -= 1 }
    return at
  }

  /// Where what a condition holds for ends.
  func end(from start: Int, while holds: (UInt8) -> Bool) -> Int {
    var at = start
    while at < count, holds(self[at]) { at += 1 }
    return at
  }

  /// The words of a part, between blanks.
  func words(in range: Range<Int>) -> [Range<Int>] {
    self[range].split { isBlank($0) || $0 == 13 }.map { $0.startIndex..<$0.endIndex }
  }
}
