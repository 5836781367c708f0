/// The exit status of every verb: a sum of bits, as of e2fsck(8).
public struct ExitStatus: OptionSet, Hashable, Sendable {
  public let rawValue: Int32

  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Divergences were found and repaired.
  public static let repaired = ExitStatus(rawValue: 1)
  /// Repaired, and the operator must still act.
  public static let actNeeded = ExitStatus(rawValue: 2)
  /// Divergences are left.
  public static let divergencesLeft = ExitStatus(rawValue: 4)
  /// Something could not be seen, settled or done.
  public static let notWhole = ExitStatus(rawValue: 8)
  /// The command line or the configuration is wrong.
  public static let usage = ExitStatus(rawValue: 16)
  /// SIGINT or SIGTERM.
  public static let cancelled = ExitStatus(rawValue: 32)

  /// Each bit in words, in the order of their numbers.
  public static let meanings: [(bit: ExitStatus, meaning: String)] = [
    (.repaired, "divergences were repaired"),
    (.actNeeded, "the operator must still act"),
    (.divergencesLeft, "divergences are left"),
    (.notWhole, "something could not be seen, settled or done"),
    (.usage, "wrong usage or configuration"),
    (.cancelled, "cancelled"),
  ]

  /// Each bit that is set, in words.
  public var meanings: [String] { Self.meanings.filter { contains($0.bit) }.map(\.meaning) }
}
