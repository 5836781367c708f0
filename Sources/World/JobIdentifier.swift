/// The two parts of a job's id. The batch system and the service's database spell one job in several ways: a
/// brief listing cuts the server's name, `qsub` may print it in full. So ids are compared by these parts.
///
/// Source: `<number>[<index>].<server>`, `12[3].gridsn.example.org`; before TORQUE 2.5.0 array elements were
/// `12-3.gridsn`.
public struct JobIdentifier: Hashable, Sendable {
  /// All before the first dot, an array index included: `812`, `12[3]`, `12-3`, `12[]` for an array's
  /// summary.
  public let number: String
  /// The server's name in lower case up to its first dot; nil where none is told.
  public let server: String?

  /// Any text has these parts; blanks and newlines around it, such as the one `qsub` prints, do not belong to
  /// it.
  public init(_ text: String) {
    let bytes = Self.trimmed(text.utf8[...])
    let dot = bytes.firstIndex(of: 0x2E) ?? bytes.endIndex
    number = String(Substring(Self.trimmed(bytes[..<dot])))
    let name = Self.trimmed(bytes[dot...].dropFirst().prefix { $0 != 0x2E })
    server = name.isEmpty ? nil : String(Substring(name)).lowercased()
  }

  private static func trimmed(_ bytes: Substring.UTF8View) -> Substring.UTF8View {
    var rest = bytes.drop { $0 <= 32 }
    while let last = rest.last, last <= 32 { rest.removeLast() }
    return rest
  }
}
