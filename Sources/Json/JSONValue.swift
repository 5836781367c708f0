import World

/// What a reader of JSON is told where it asked for text or a number.
public enum JSONValue {
  /// `null`, or not a word.
  case nothing
  /// Its bytes, escapes decoded.
  case text(ArraySlice<UInt8>)
  case integer(Int64)
  /// Something else, in words.
  case other(String)

  /// In words; nil for nothing.
  public var described: String? {
    switch self {
    case .nothing: nil
    case .text(let bytes): "the text \"\(Text.short(bytes))\""
    case .integer(let number): "the number \(number)"
    case .other(let words): words
    }
  }
}

/// What stands behind a backslash in a JSON string.
enum JSONEscapes {
  /// The text; nil where an escape is none.
  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var decoded: [UInt8] = []
    var rest = text
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        decoded.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "b"): decoded.append(8)
      case UInt8(ascii: "t"): decoded.append(9)
      case UInt8(ascii: "n"): decoded.append(10)
      case UInt8(ascii: "f"): decoded.append(12)
      case UInt8(ascii: "r"): decoded.append(13)
      case let same? where [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains(same):
        decoded.append(same)
      case UInt8(ascii: "u"):
        guard let scalar = scalar(&rest) else { return nil }
        decoded.append(contentsOf: Array(String(Character(scalar)).utf8))
      default: return nil
      }
    }
    return decoded
  }

  /// Four hexadecimal digits, or two times four with `\u` between them for what takes two UTF-16 units.
  private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard let first = unit(&rest) else { return nil }
    guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
    guard rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u"),
      let second = unit(&rest), UTF16.isTrailSurrogate(second)
    else { return nil }
    return Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
  }

  private static func unit(_ rest: inout ArraySlice<UInt8>) -> UInt16? {
    let digits = rest.prefix(4)
    guard digits.count == 4, digits.allSatisfy(isHexadecimal) else { return nil }
    rest = rest.dropFirst(4)
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
