import Model
import SQLite
import World

extension Statement {
  /// A cell of the current row as SQL that gives the same again, to the last bit.
  /// https://www.sqlite.org/lang_expr.html#literal_values_constants_
  func literal(_ column: Int) -> String {
    switch storage(column) {
    case .null: return SQLLiteral.null
    case .integer: return String(columnInteger(column))
    case .real:
      guard case .real(let number) = self.column(column) else { return SQLLiteral.null }
      return number.isInfinite ? (number < 0 ? "-9e999" : "9e999") : "\(number)"
    case .text:
      let bytes = columnTextBytes(column)
      // What is no text to us would not come back as it was.
      if let text = String(validating: bytes, as: UTF8.self), let literal = SQLLiteral.text(text) {
        return literal
      }
      return "CAST(\(Self.blob(bytes)) AS TEXT)"
    case .blob: return Self.blob(columnBytes(column))
    }
  }

  private static func blob(_ bytes: [UInt8]) -> String {
    let digits = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
    return "x'\(digits.joined())'"
  }
}
