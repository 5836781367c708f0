/// Text between double quotes, as JSON and TOML both write it.
public enum QuotedText {
  /// On one line: the escapes that the two have in common, and `\u` and four digits for what else must not stand as it is,
  /// which has no more than 16 bits.
  public static func quoted(_ text: String, escaping isEscaped: (UInt32) -> Bool) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      case _ where isEscaped(scalar.value):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
