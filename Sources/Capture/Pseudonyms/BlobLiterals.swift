/// Bytes in SQL text, `X'0a'` and `\x0a`. Nobody reads them, and a serialised exception has names in it: they become zeros.
enum BlobLiterals {
  static func clear(_ bytes: inout [UInt8]) {
    var at = 0
    while at + 2 < bytes.count {
      let isLiteral =
        bytes[at] | 32 == UInt8(ascii: "x") && bytes[at + 1] == 39
        || bytes[at] == 92 && bytes[at + 1] == UInt8(ascii: "x")
      guard isLiteral else {
        at += 1
        continue
      }
      let end = bytes.end(from: at + 2) { isDigit($0) || (97...102).contains($0 | 32) }
      for place in at + 2..<end { bytes[place] = 48 }
      at = end
    }
  }
}
