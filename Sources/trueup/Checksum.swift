import Commands
import Model
import World

/// SHA-256 by the system's sha256sum: what a person would hold it against.
enum Checksum {
  /// More names than these in one command could be more than the system takes.
  private static let batch = 500
  private static let deadline = Duration.seconds(120)

  /// Of whole files, in their order, in hexadecimal digits.
  static func sha256(of paths: [String]) async throws(Refusal) -> [String] {
    var sums: [String] = []
    for start in stride(from: 0, to: paths.count, by: batch) {
      let part = paths[start..<min(start + batch, paths.count)]
      sums += try await run(["sha256sum", "--"] + part.map(unmistakable), count: part.count)
    }
    return sums
  }

  /// Of the first bytes of a file.
  static func sha256(of path: String, byteCount: Int) async throws(Refusal) -> String {
    let script = "head -c \"$1\" -- \"$2\" | sha256sum"
    return try await run(["sh", "-c", script, "sh", String(byteCount), unmistakable(path)], count: 1).first
      ?? ""
  }

  /// `-` would be the standard input.
  private static func unmistakable(_ path: String) -> String { path.hasPrefix("/") ? path : "./\(path)" }

  /// A line a file: its sum first, behind a backslash where the name had to be escaped.
  private static func run(_ command: [String], count: Int) async throws(Refusal) -> [String] {
    let outcome = await Command(command, deadline: deadline).run(clock: ObserverClock())
    let lines = String(decoding: outcome.stdout, as: UTF8.self).split(separator: "\n")
    let sums = lines.map { String($0.drop { $0 == "\\" }.prefix(64)) }
    guard outcome.ending == .exit(0), sums.count == count,
      sums.allSatisfy({ $0.allSatisfy(\.isHexDigit) && $0.count == 64 })
    else {
      let said = String(decoding: outcome.stderr, as: UTF8.self).split(separator: "\n").first.map(String.init)
      throw Refusal("sha256sum failed: \(said ?? "\(outcome.ending)")")
    }
    return sums
  }
}
