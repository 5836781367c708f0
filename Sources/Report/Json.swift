import Model

/// A JSON value whose keys keep their order, so that the same result is the same bytes.
indirect enum Json {
  case null
  case bool(Bool)
  case number(Int64)
  case real(Double)
  case text(String)
  case list([Json])
  case object([(String, Json)])

  init(_ value: Value) {
    switch value {
    case .null: self = .null
    case .integer(let number): self = .number(number)
    case .real(let number): self = number.isFinite ? .real(number) : .null
    case .text(let text), .node(let text): self = .text(text)
    }
  }

  init(_ text: String?) { self = text.map { .text($0) } ?? .null }

  func rendered(indent: String = "") -> String {
    switch self {
    case .list(let elements):
      Self.block("[", "]", elements.map { $0.rendered(indent: indent + "  ") }, indent)
    case .object(let members):
      Self.block(
        "{", "}", members.map { "\(Self.quoted($0.0)): \($0.1.rendered(indent: indent + "  "))" }, indent)
    case .null, .bool, .number, .real, .text: line
    }
  }

  /// On one line, without a space that is not in a text.
  var line: String {
    switch self {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .number(let number): String(number)
    case .real(let number): String(number)
    case .text(let text): Self.quoted(text)
    case .list(let elements): "[" + elements.map(\.line).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0.0)):\($0.1.line)" }.joined(separator: ",") + "}"
    }
  }

  private static func block(_ open: String, _ close: String, _ parts: [String], _ indent: String) -> String {
    if parts.isEmpty { return open + close }
    let lines = parts.map { "\(indent)  \($0)" }.joined(separator: ",\n")
    return "\(open)\n\(lines)\n\(indent)\(close)"
  }

  /// Control characters, and what a terminal or a web page could stumble over, are escaped.
  static func quoted(_ text: String) -> String {
    QuotedText.quoted(text) { scalar in
      if [0x3C, 0x3E, 0x26].contains(scalar) { return true }
      return Unicode.Scalar(scalar).map(MessageTemplate.isControl) ?? false
    }
  }
}
