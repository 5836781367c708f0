import Model

extension TomlValue {
  /// The value as a document writes it, on one line.
  public var text: String {
    switch self {
    case .string(let text): TomlText.quoted(text)
    case .integer(let number): String(number)
    case .boolean(let flag): String(flag)
    case .real(let number): String(number)
    case .instant(let instant): instant.rfc3339
    case .localTime(let text): text
    case .array(let values): "[\(values.map(\.text).joined(separator: ", "))]"
    case .table(let table):
      table.keys.isEmpty
        ? "{}"
        : "{ \(zip(table.keys, table.values).map { "\(TomlText.key($0)) = \($1.text)" }.joined(separator: ", ")) }"
    }
  }
}

/// Text as TOML writes it.
public enum TomlText {
  /// A string on one line. NUL, which no argument and no name can hold, becomes the replacement character.
  public static func quoted(_ text: String) -> String {
    let text = text.utf8.contains(0) ? String(text.map { $0 == "\0" ? "\u{FFFD}" : $0 }) : text
    return QuotedText.quoted(text) { $0 < 0x20 || $0 == 0x7F }
  }

  /// A key, in quotes where it needs them.
  static func key(_ name: String) -> String {
    let isBare = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "-"), 48...57, 65...90, UInt8(ascii: "_"), 97...122: true
      default: false
      }
    }
    return isBare && !name.isEmpty ? name : quoted(name)
  }

  /// A list of strings on one line.
  public static func list(_ texts: [String]) -> String {
    "[" + texts.map(quoted).joined(separator: ", ") + "]"
  }
}
