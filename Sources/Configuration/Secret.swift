import Toml

/// What must not stand in the site's configuration, which goes into every capture.
enum Secret {
  static let remedy =
    "take it out: the password for Derby's server belongs in the file that `database.password_file` names, "
    + "the one for PostgreSQL in ~/.pgpass"

  /// Whether a key is called like a secret.
  static func isNamed(by key: String) -> Bool {
    let key = key.lowercased()
    let words = ["password", "passwd", "passphrase", "secret", "token", "apikey", "api_key"]
    return !key.hasSuffix("_file") && words.contains { key.contains($0) }
  }

  /// Whether some text of a value holds one: `password=...`, `--password`, `scheme://user:...@host`.
  static func isHeld(by value: TomlValue) -> Bool {
    switch value {
    case .string(let text): isHeld(by: text)
    case .array(let values): values.contains { isHeld(by: $0) }
    case .table(let table):
      table.values.contains { isHeld(by: $0) } || table.keys.contains { isNamed(by: $0) }
    case .integer, .boolean, .real, .instant, .localTime: false
    }
  }

  private static func isHeld(by text: String) -> Bool {
    let bytes = Array(text.lowercased().utf8)
    return ["password", "passwd", "passphrase", "secret", "--pass"].contains { word in
      bytes.indices.contains { start in
        guard bytes[start...].starts(with: word.utf8) else { return false }
        let rest = bytes[(start + word.utf8.count)...].drop { $0 == 32 || $0 == 9 }
        return rest.first == UInt8(ascii: "=") || word.hasPrefix("-")
      }
    } || hasUserWithPassword(text)
  }

  private static func hasUserWithPassword(_ text: String) -> Bool {
    text.split(separator: " ").contains { word in
      guard let scheme = word.firstRange(of: "://") else { return false }
      let authority = word[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
      guard let at = authority.lastIndex(of: "@") else { return false }
      return authority[..<at].contains(":")
    }
  }
}
