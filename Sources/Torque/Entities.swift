/// The character references of XML.
enum Entities {
  /// The bytes that escaped ones stand for. What is not one of the five names or a number stays as it is:
  /// printers before 2.4.9 do not escape `&` at all.
  static func decoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var rest = bytes
    while let start = rest.firstIndex(of: 0x26) {
      result += rest[..<start]
      let name = rest[(start + 1)...].prefix(longest)
      if let end = name.firstIndex(of: 0x3B), let replacement = replacement(name[..<end]) {
        result += replacement
        rest = rest[(end + 1)...]
      } else {
        result.append(0x26)
        rest = rest[(start + 1)...]
      }
    }
    return result + rest
  }

  /// `#x10FFFF;` with some zeros before it.
  private static let longest = 16

  private static func replacement(_ name: ArraySlice<UInt8>) -> [UInt8]? {
    switch String(decoding: name, as: UTF8.self) {
    case "amp": return [0x26]
    case "lt": return [0x3C]
    case "gt": return [0x3E]
    case "quot": return [0x22]
    case "apos": return [0x27]
    case let text where text.hasPrefix("#x"): return character(text.dropFirst(2), radix: 16)
    case let text where text.hasPrefix("#"): return character(text.dropFirst(), radix: 10)
    default: return nil
    }
  }

  private static func character(_ digits: Substring, radix: Int) -> [UInt8]? {
    guard digits.utf8.first.map({ $0 != 0x2B && $0 != 0x2D }) == true,
      let number = UInt32(digits, radix: radix), let scalar = Unicode.Scalar(number)
    else { return nil }
    return Array(String(scalar).utf8)
  }
}
