/// Values of SQL, in its own writing.
public enum SQLLiteral {
  public static let null = "NULL"

  /// A text between quotes, each of its own doubled: the same in every dialect, as long as PostgreSQL takes a backslash for
  /// what it is (`standard_conforming_strings`). Nil for one with a NUL, at which some would stop reading.
  public static func text(_ text: String) -> String? {
    if text.utf8.contains(0) { return nil }
    return "'"
      + text.unicodeScalars.reduce(into: "") { quoted, scalar in
        if scalar == "'" { quoted += "''" } else { quoted.unicodeScalars.append(scalar) }
      } + "'"
  }

  /// A pattern for `LIKE` that fits every text with these parts in this order, and few others: what a dialect might take for
  /// a wildcard or an escape stands for any character. Nil where `text` is.
  public static func pattern(_ parts: [String]) -> String? {
    let plain = parts.map { part in
      part.unicodeScalars.reduce(into: "") { plain, scalar in
        plain.unicodeScalars.append(scalar == "%" || scalar == "\\" ? "_" : scalar)
      }
    }
    return text("%" + plain.joined(separator: "%") + "%")
  }

  /// A name as it is where it needs no quotes, else between them.
  public static func name(_ name: String) -> String {
    let isPlain =
      !name.isEmpty && name.utf8.first.map { $0 >= 97 || $0 == 95 } == true
      && name.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    if isPlain { return name }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
