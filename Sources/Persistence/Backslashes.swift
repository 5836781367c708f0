/// Undoes the escapes of PostgreSQL's `E'...'` and of the lines of COPY, which are the same but for `''`.
/// https://www.postgresql.org/docs/current/sql-syntax-lexical.html
func withoutBackslashes(
  _ bytes: ArraySlice<UInt8>, doubledQuotes: Bool
) throws(CellDefect) -> ArraySlice<UInt8> {
  var plain: [UInt8] = []
  plain.reserveCapacity(bytes.count)
  var rest = bytes
  while let byte = rest.popFirst() {
    if doubledQuotes, byte == 39, rest.first == 39 { rest.removeFirst() }
    guard byte == 92 else {
      plain.append(byte)
      continue
    }
    guard let letter = rest.popFirst() else { throw CellDefect("ends in a backslash") }
    switch letter {
    case UInt8(ascii: "b"): plain.append(8)
    case UInt8(ascii: "f"): plain.append(12)
    case UInt8(ascii: "n"): plain.append(10)
    case UInt8(ascii: "r"): plain.append(13)
    case UInt8(ascii: "t"): plain.append(9)
    case UInt8(ascii: "v"): plain.append(11)
    case UInt8(ascii: "x"): plain.append(try number(&rest, radix: 16, atMost: 2))
    case 48...55:
      rest = bytes[(rest.startIndex - 1)...]
      plain.append(try number(&rest, radix: 8, atMost: 3))
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      throw CellDefect("a \\u escape, which is not understood")
    default: plain.append(letter)
    }
  }
  return plain[...]
}

private func number(
  _ rest: inout ArraySlice<UInt8>, radix: Int, atMost count: Int
) throws(CellDefect) -> UInt8 {
  let digits = rest.prefix(count).prefix {
    Character(UnicodeScalar($0)).hexDigitValue.map { $0 < radix } ?? false
  }
  guard let value = Int(String(decoding: digits, as: UTF8.self), radix: radix),
    let byte = UInt8(exactly: value)
  else { throw CellDefect("a backslash with a number that is not a byte") }
  rest = rest.dropFirst(digits.count)
  return byte
}
