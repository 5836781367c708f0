import Model
import World

/// `dom0_mem=` of Xen's command line: what dom0 is given at boot, and the most it may get.
///
/// Source: Xen's `docs/misc/xen-command-line.pandoc`: a comma-separated list of `<size>`, `min:<size>` and
/// `max:<size>`; a size is KiB unless it ends in B, K, M, G or T. A negative size means "all but", a fraction
/// is one of the machine's memory: neither is an amount that could be compared, so both are "not told".
struct Dom0Memory {
  private(set) var memory = Told.nothing
  private(set) var maximum = Told.nothing

  init(commandLine: ArraySlice<UInt8>) {
    // Where it is given again, Xen sets again what is named there.
    for option in words(commandLine) where option.starts("dom0_mem=") {
      for part in option.dropFirst(9).split(separator: 44, omittingEmptySubsequences: false) {
        if part.starts("max:") {
          maximum = Self.size(part.dropFirst(4))
        } else if !part.starts("min:") {
          memory = Self.size(part)
        }
      }
    }
  }

  static func size(_ text: ArraySlice<UInt8>) -> Told {
    if text.first == 45 || text.contains(37) { return .nothing }
    let unit = text.last.flatMap { isDigit($0) ? nil : $0 | 32 }
    let digits = unit == nil ? text : text.dropLast()
    let odd = Told.odd("expected a size such as 882M, found \"\(shown(text))\"")
    // Xen reads a leading 0 as octal; nobody means that.
    guard let count = wholeNumber(digits), digits.first != 48 || digits.count == 1 else { return odd }
    guard let kibibytes = kibibytes(count, unit: unit) else { return odd }
    return Told(value: Value(kibibytes))
  }

  private static func kibibytes(_ count: Int64, unit: UInt8?) -> Kibibytes? {
    switch unit {
    case UInt8(ascii: "b"): return Kibibytes(count / 1024)
    case UInt8(ascii: "k"), nil: return Kibibytes(count)
    case UInt8(ascii: "m"): return Kibibytes(Mebibytes(count))
    case UInt8(ascii: "g"): return Kibibytes(mebibytes: count, times: 1024)
    case UInt8(ascii: "t"): return Kibibytes(mebibytes: count, times: 1024 * 1024)
    default: return nil
    }
  }
}

extension Kibibytes {
  fileprivate init?(mebibytes count: Int64, times factor: Int64) {
    let (product, overflow) = count.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    self.init(Mebibytes(product))
  }
}
