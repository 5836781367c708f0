import Commands
import Foundation
import Model
import Testing
import World

/// The tree that is tested, and the program that was built of it.
enum Tree {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Where the tests were built, the program was too.
  static let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "trueup").path

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// Holds a committed file against what it should be, and writes that where it is asked for.
  static func expect(_ path: String, is text: String) throws {
    let committed = (try? Self.text(path)) ?? ""
    if committed != text, ProcessInfo.processInfo.environment["TRUEUP_ACCEPT"] == "1" {
      try text.write(to: root.appending(path: path), atomically: true, encoding: .utf8)
    }
    #expect(committed == text, "run make manuals, and read the diff of \(path)")
  }

  /// What the program prints.
  static func trueup(_ arguments: [String]) async throws -> String { try await output([program] + arguments) }

  /// How a command ends, and what it prints.
  static func outcome(
    _ command: [String], environment: [String: String] = [:]
  ) async -> (ending: RawObservation.Ending, output: String, complaint: String) {
    let outcome = await Command(command, environment: environment, deadline: .seconds(60))
      .run(clock: ObserverClock())
    func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
    return (outcome.ending, text(outcome.stdout), text(outcome.stderr))
  }

  /// What a command prints that must succeed.
  static func output(_ command: [String], environment: [String: String] = [:]) async throws -> String {
    let (ending, output, complaint) = await outcome(command, environment: environment)
    try #require(ending == .exit(0), "\(command): \(ending) (make deps?) \(output)\(complaint)")
    return output
  }
}
