import Glibc
import World

/// The bytes of a document while it is scanned. Every look is within bounds; no other file touches memory by
/// address.
struct XmlBytes {
  private let bytes: UnsafeBufferPointer<UInt8>

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var count: Int { bytes.count }

  @inline(__always)
  subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < bytes.count)
    return bytes[index]
  }

  /// The next place of a byte.
  @inline(__always)
  func find(_ byte: UInt8, from: Int) -> Int? {
    guard from >= 0, from < bytes.count, let base = bytes.baseAddress,
      let found = memchr(base + from, Int32(byte), bytes.count - from)
    else { return nil }
    return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
  }

  /// Whether a byte is in a part.
  @inline(__always)
  func find(_ byte: UInt8, in range: Range<Int>) -> Bool {
    guard range.lowerBound >= 0, range.upperBound <= bytes.count, let base = bytes.baseAddress
    else { return false }
    return memchr(base + range.lowerBound, Int32(byte), range.count) != nil
  }

  @inline(__always)
  func afterWhite(_ from: Int) -> Int {
    var at = from
    while at < bytes.count, isWhite(self[at]) { at &+= 1 }
    return at
  }

  func beforeWhite(_ end: Int, from start: Int) -> Int {
    var at = end
    while at > start, isWhite(self[at - 1]) { at -= 1 }
    return at
  }

  /// The start tag at a place. TORQUE's tags have no attributes.
  @inline(__always)
  func openTag(at: Int) -> XmlTag? {
    guard isElement(at: at) else { return nil }
    var name = XmlName()
    var end = at &+ 1
    while end < bytes.count, isNameByte(self[end]) {
      name.append(self[end])
      end &+= 1
    }
    let nameRange = (at + 1)..<end
    end = afterWhite(end)
    let isEmpty = end < bytes.count && self[end] == 0x2F
    if isEmpty { end += 1 }
    guard end < bytes.count, self[end] == 0x3E else { return nil }
    return XmlTag(name: name, nameRange: nameRange, end: end + 1, isEmpty: isEmpty)
  }

  /// `<` and the first letter of a name.
  @inline(__always)
  func isElement(at: Int) -> Bool {
    at >= 0 && at + 1 < bytes.count && self[at] == 0x3C && isLetter(self[at + 1])
  }

  /// The end tag of a start tag; its name is compared where it stands.
  @inline(__always)
  func isCloseTag(of tag: XmlTag, at: Int) -> Bool {
    let length = tag.nameRange.count
    guard at >= 0, at + length + 2 < bytes.count, self[at + 1] == 0x2F, self[at + length + 2] == 0x3E,
      let base = bytes.baseAddress
    else { return false }
    return memcmp(base + at + 2, base + tag.nameRange.lowerBound, length) == 0
  }

  func isCloseTag(_ name: StaticString, at: Int) -> Bool {
    isCloseTag(name.withUTF8Buffer { Array($0) }, at: at)
  }

  func isCloseTag(_ name: [UInt8], at: Int) -> Bool {
    starts(with: [0x3C, 0x2F], at: at) && starts(with: name, at: at + 2)
      && starts(with: [0x3E], at: at + 2 + name.count)
  }

  func findCloseTag(_ name: [UInt8], from: Int) -> Int? {
    var at = from
    while let next = find(0x3C, from: at) {
      if isCloseTag(name, at: next) { return next }
      at = next + 1
    }
    return nil
  }

  func starts(with part: [UInt8], at: Int) -> Bool {
    guard at >= 0, part.count <= bytes.count - at else { return false }
    return part.indices.allSatisfy { self[at + $0] == part[$0] }
  }

  /// Whether the document ends in the middle of the expected text.
  func isCut(of expected: StaticString, at: Int) -> Bool {
    let rest = bytes.count - at
    return rest < expected.utf8CodeUnitCount
      && starts(with: expected.withUTF8Buffer { Array($0.prefix(rest)) }, at: at)
  }

  func equals(_ part: [UInt8], at range: Range<Int>) -> Bool {
    range.count == part.count && starts(with: part, at: range.lowerBound)
  }

  func copy(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }

  func printable(_ range: Range<Int>) -> String { Text.printable(bytes[range].prefix(40)) }
}

@inline(__always)
func isWhite(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13 && byte != 11 && byte != 12) }

@inline(__always)
private func isLetter(_ byte: UInt8) -> Bool {
  (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == 0x5F
}

@inline(__always)
private func isNameByte(_ byte: UInt8) -> Bool {
  isLetter(byte) || (byte >= 0x30 && byte <= 0x39) || byte == 0x2D || byte == 0x2E
}
