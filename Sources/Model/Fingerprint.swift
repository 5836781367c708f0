/// A short name for some values: 64 bits of FNV-1a. It tells change from no change; it is no seal against malice.
public struct Fingerprint: Hashable, Comparable, Sendable {
  public let bits: UInt64

  public init(of text: String) { self.init(of: [text]) }

  /// Of several texts; where one ends and the next begins counts.
  public init(of texts: [String]) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func take(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    for text in texts {
      text.utf8.forEach(take)
      take(0xFF)
    }
    bits = hash
  }

  /// Nil where it is not what `hex` gives.
  public init?(hex: String) {
    guard hex.utf8.count == 16, let bits = UInt64(hex, radix: 16), !hex.hasPrefix("+") else { return nil }
    self.bits = bits
  }

  /// 16 hexadecimal digits.
  public var hex: String {
    let digits = String(bits, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  public static func < (left: Fingerprint, right: Fingerprint) -> Bool { left.bits < right.bits }
}
