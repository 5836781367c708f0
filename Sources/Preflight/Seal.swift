import Toml

/// The end of a certificate: the SHA-256 of all bytes above it. It tells a changed file from an unchanged one; it is no
/// signature, for whoever can change the file can seal it again.
public enum Seal {
  private static let head = Array("[seal]\n".utf8)

  /// What is put behind a certificate's text.
  public static func text(_ sha256: String) -> String {
    "[seal]\nsha256 = \(TomlText.quoted(sha256)) # of all above: sed '/^\\[seal\\]/,$d' FILE | sha256sum\n"
  }

  /// How many bytes stand above the seal; nil where there is none.
  public static func sealedByteCount(_ file: [UInt8]) -> Int? {
    file.indices.first { index in
      file[index...].starts(with: head) && (index == 0 || file[index - 1] == UInt8(ascii: "\n"))
    }
  }

  /// Whether a file ends with the seal of this SHA-256, and with nothing behind it.
  public static func closes(_ file: [UInt8], with sha256: String) -> Bool {
    sealedByteCount(file).map { file[$0...].elementsEqual(text(sha256).utf8) } ?? false
  }
}
