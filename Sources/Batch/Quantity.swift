public import Model

/// Numbers as PBS and its descendants write them. Nil for what is not one, or does not fit.
public enum Quantity {
  public static func integer(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let isNegative = bytes.first == 0x2D
    let digits = isNegative ? bytes.dropFirst() : bytes
    guard let first = digits.first, first >= 0x30, first <= 0x39, digits.count <= 19 else { return nil }
    var number: Int64 = 0
    for digit in digits {
      guard digit >= 0x30, digit <= 0x39 else { return nil }
      let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tenfold.addingReportingOverflow(Int64(digit - 0x30))
      if overflow || carry { return nil }
      number = sum
    }
    return isNegative ? -number : number
  }

  /// A count, so never negative.
  public static func natural(_ bytes: ArraySlice<UInt8>) -> Int64? {
    integer(bytes).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// Seconds since the epoch, as the XML forms and the accounting log tell a time.
  public static func instant(_ bytes: ArraySlice<UInt8>) -> Instant? {
    guard let seconds = natural(bytes), seconds < 253_402_300_800 else { return nil }
    return Instant(milliseconds: seconds * 1000)
  }

  /// Seconds of `HH:MM:SS`, `D:HH:MM:SS`, `MM:SS` or `SS`; a part may have more digits than two
  /// (`100:00:00`).
  public static func seconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
    let parts = bytes.split(separator: 0x3A, maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count <= 4 else { return nil }
    var total: Int64 = 0
    for (part, unit) in zip(parts.reversed(), [1, 60, 3600, 86_400] as [Int64]) {
      guard let number = natural(part), number <= 1 << 40 else { return nil }
      total += number * unit
    }
    return total
  }

  /// An amount of memory: a number and `b` or `w` (words of 8 bytes), with `k`, `m`, `g`, `t` or `p` before
  /// it. A bare number is bytes. What is less than a KiB is dropped.
  public static func memory(_ bytes: ArraySlice<UInt8>) -> Kibibytes? {
    let digits = bytes.prefix { $0 >= 0x30 && $0 <= 0x39 }
    guard let number = natural(digits) else { return nil }
    let suffix = bytes.dropFirst(digits.count).map { $0 | 0x20 }
    guard suffix.count <= 2, suffix.isEmpty || suffix.last == 0x62 || suffix.last == 0x77 else { return nil }
    let bytesEach: Int64 = suffix.last == 0x77 ? 8 : 1
    let (count, overflow) = number.multipliedReportingOverflow(by: bytesEach)
    if overflow { return nil }
    if suffix.count < 2 { return Kibibytes(count / 1024) }
    guard let step = [0x6B, 0x6D, 0x67, 0x74, 0x70].firstIndex(of: suffix[0]) else { return nil }
    let (product, isTooLarge) = count.multipliedReportingOverflow(by: Int64(1) << (10 * Int64(step)))
    return isTooLarge ? nil : Kibibytes(product)
  }
}
