internal import World

/// One value of a record: where its bytes are, and how they are written. It holds no text, so that a value
/// nobody reads costs nothing.
struct Cell {
  enum Form {
    /// The record has no such column.
    case absent
    case null
    /// Bytes that are the value: a number, or a text without any escape.
    case plain
    /// Between single quotes, with `''` for one of them inside.
    case quoted
    /// Between the quotes of PostgreSQL's `E'...'`, with backslashes and doubled quotes.
    case escaped
    /// In a line of COPY, with backslashes.
    case copied
    /// Bytes with no text, or in a code of their own.
    case blob
    /// Something to be worked out: a function, a cast.
    case expression
    /// Cut to its column's width by the program that printed it.
    case clipped
  }

  var form = Form.absent
  var range = 0..<0
}

/// Why a cell has no value.
struct CellDefect: Error, Equatable {
  let problem: String

  init(_ problem: String) { self.problem = problem }
}

extension Cell {
  /// Values are at most this long; the longest column that is read has 4,096 characters.
  static let limit = 1 << 20

  /// The bytes of the value, without quotes and escapes.
  func content(in source: [UInt8]) throws(CellDefect) -> ArraySlice<UInt8> {
    guard range.count <= Self.limit else {
      throw CellDefect("\(range.count) bytes long, expected at most \(Self.limit)")
    }
    switch form {
    case .plain: return source[range]
    case .quoted: return withoutDoubledQuotes(source[range])
    case .escaped: return try withoutBackslashes(source[range], doubledQuotes: true)
    case .copied: return try withoutBackslashes(source[range], doubledQuotes: false)
    case .absent, .null: return []
    case .blob: throw CellDefect("a blob, expected text or a number")
    case .clipped: throw CellDefect("cut to the width of its column by the program that printed it")
    case .expression:
      throw CellDefect("an expression, expected a value: \(Text.printable(source[range].prefix(60)))")
    }
  }

  func text(in source: [UInt8]) throws(CellDefect) -> String {
    let content = try content(in: source)
    var isPlain = true
    for byte in content where byte < 32 || byte > 126 { isPlain = false }
    if isPlain { return String(decoding: content, as: UTF8.self) }
    switch Text.strict(content) {
    case .success(let text): return text
    case .failure(let defect): throw CellDefect(defect.problem)
    }
  }

  func integer(in source: [UInt8]) throws(CellDefect) -> Int64 {
    let content = try content(in: source)
    if let number = wholeNumber(content) { return number }
    throw unexpected(content, "a whole number")
  }

  func real(in source: [UInt8]) throws(CellDefect) -> Double {
    let content = try content(in: source)
    if let number = wholeNumber(content) { return Double(number) }
    let isNumber = content.allSatisfy { isDigit($0) || [43, 45, 46, 69, 101].contains($0) }
    guard isNumber, content.count <= 64, let number = Double(String(decoding: content, as: UTF8.self)),
      number.isFinite
    else { throw unexpected(content, "a number") }
    return number
  }

  /// A whole number, or one with a fraction of zero as floating-point columns have it.
  func wholeReal(in source: [UInt8]) throws(CellDefect) -> Int64 {
    let number = try real(in: source)
    guard let whole = Int64(exactly: number) else {
      throw unexpected(try content(in: source), "a number without a fraction")
    }
    return whole
  }

  func flag(in source: [UInt8]) throws(CellDefect) -> Bool {
    let content = try content(in: source)
    if content.count == 1, content.first == 48 || content.first == 49 { return content.first == 49 }
    // What PostgreSQL and SQL have for a flag.
    switch content.count <= 5 ? String(decoding: content, as: UTF8.self).lowercased() : "" {
    case "f", "false": return false
    case "t", "true": return true
    default: throw unexpected(content, "0 or 1")
    }
  }

  private func unexpected(_ content: ArraySlice<UInt8>, _ expected: String) -> CellDefect {
    CellDefect("'\(Text.printable(content.prefix(60)))', expected \(expected)")
  }
}

/// A decimal number with an optional sign; nil for anything else and for what does not fit.
func wholeNumber(_ digits: ArraySlice<UInt8>) -> Int64? {
  var rest = digits
  let isNegative = rest.first == 45
  if isNegative || rest.first == 43 { rest.removeFirst() }
  guard !rest.isEmpty else { return nil }
  var number: Int64 = 0
  for byte in rest {
    guard isDigit(byte) else { return nil }
    let (tenfold, isTooLarge) = number.multipliedReportingOverflow(by: 10)
    let (sum, overflows) = tenfold.subtractingReportingOverflow(Int64(byte &- 48))
    if isTooLarge || overflows { return nil }
    number = sum
  }
  if isNegative { return number }
  return number == .min ? nil : -number
}

func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }

private func withoutDoubledQuotes(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  var plain: [UInt8] = []
  plain.reserveCapacity(bytes.count)
  var isSecond = false
  for byte in bytes {
    isSecond = byte == 39 && !isSecond
    if !isSecond || byte != 39 { plain.append(byte) }
  }
  return plain[...]
}
