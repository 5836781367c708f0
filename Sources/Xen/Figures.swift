import World

/// Numbers out of bytes. They come from outside, so each may be anything: nil where it is not exactly what it
/// should be or does not fit.

/// Digits and nothing else.
func wholeNumber(_ bytes: some Collection<UInt8>) -> Int64? {
  guard !bytes.isEmpty else { return nil }
  var number: Int64 = 0
  for byte in bytes {
    guard isDigit(byte) else { return nil }
    let (tenfold, first) = number.multipliedReportingOverflow(by: 10)
    let (sum, second) = tenfold.addingReportingOverflow(Int64(byte - 48))
    if first || second { return nil }
    number = sum
  }
  return number
}

/// Digits, with a fraction or without: 117.3.
func decimalNumber(_ bytes: ArraySlice<UInt8>) -> Double? {
  let parts = bytes.split(separator: 46, maxSplits: 1, omittingEmptySubsequences: false)
  guard bytes.count <= 40, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else {
    return nil
  }
  return Double(String(decoding: bytes, as: UTF8.self))
}

/// Seconds with a fraction as whole milliseconds, without going through a binary fraction.
func milliseconds(fromSeconds bytes: ArraySlice<UInt8>) -> Int64? {
  let parts = bytes.split(separator: 46, maxSplits: 1, omittingEmptySubsequences: false)
  guard let whole = parts.first, let seconds = wholeNumber(whole), seconds < 1 << 50 else { return nil }
  guard parts.count == 2 else { return seconds * 1000 }
  guard !parts[1].isEmpty, parts[1].allSatisfy(isDigit) else { return nil }
  let digits = (parts[1].prefix(3).map { Int64($0) - 48 } + [0, 0]).prefix(3)
  return seconds * 1000 + digits.reduce(0) { $0 * 10 + $1 }
}

func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

func isHexadecimal(_ byte: UInt8) -> Bool {
  isDigit(byte) || (65...70).contains(byte) || (97...102).contains(byte)
}

/// Some bytes for a message: short, and harmless on a terminal.
func shown(_ bytes: some Collection<UInt8>) -> String { Text.short(bytes) }
