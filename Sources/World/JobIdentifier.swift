/// The two parts of a job's id. The batch system and the service's database spell one job in several ways: a brief
/// listing cuts the server's name, `qsub` may print it in full. So ids are compared by these parts.
///
/// Source: `<number>[<index>].<server>`, `12[3].gridsn.example.org`; before TORQUE 2.5.0 array elements were `12-3.gridsn`.
public struct JobIdentifier: Hashable, Sendable {
  /// All before the first dot, an array index included: `812`, `12[3]`, `12-3`, `12[]` for an array's summary.
  public let number: String
  /// The server's name in lower case up to its first dot; nil where none is told.
  public let server: String?

  /// Any text has these parts; blanks and newlines around it, such as the one `qsub` prints, do not belong to it.
  public init(_ text: some StringProtocol) {
    let trimmed = text.trimmingPrefix { $0.isWhitespace }
    let parts = trimmed.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    number = String(Self.withoutBlanks(parts.first ?? ""))
    let name = parts.count > 1 ? Self.withoutBlanks(parts[1]) : ""
    server = name.isEmpty ? nil : name.lowercased()
  }

  private static func withoutBlanks(_ text: some StringProtocol) -> String {
    var rest = text[...]
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}
