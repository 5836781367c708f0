import World

/// How a simulated command ended, in the real one's words.
enum Ending: Hashable {
  case exit(Int, String)
  /// It never ends by itself.
  case hangs
  /// This world does not know what it would do.
  case notSimulated(String)

  static let done = Ending.exit(0, "")

  /// Its program is nowhere on the path.
  static func noProgram(_ name: String) -> Ending { .exit(127, "sh: 1: \(name): not found") }
}
