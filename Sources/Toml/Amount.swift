/// A whole number and its unit: `15 s`, `64MiB`.
struct Amount {
  let count: Int64
  let unit: String

  /// Nil where one of them is missing.
  init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    unit = String(text.dropFirst(digits.count).drop { $0 == " " })
    guard let count = Int64(digits), !unit.isEmpty else { return nil }
    self.count = count
  }
}

extension Duration {
  /// A span of time as configuration and options write it: `15 s`, `1h`. The units are ms, s, min, h and d.
  public init?(spelt text: String) {
    guard let amount = Amount(text) else { return nil }
    self.init(amount.count, unit: amount.unit)
  }

  /// Nil where the unit is none of time, or the span does not fit.
  init?(_ count: Int64, unit: String) {
    let factor: Int64
    switch unit {
    case "ms": factor = 1
    case "s": factor = 1000
    case "min": factor = 60_000
    case "h": factor = 3_600_000
    case "d": factor = 86_400_000
    default: return nil
    }
    let (milliseconds, overflow) = count.multipliedReportingOverflow(by: factor)
    if overflow { return nil }
    self = .milliseconds(milliseconds)
  }
}
