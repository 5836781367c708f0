import Foundation

/// The program as a user runs it.
enum Program {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Where the tests were built, the program was too.
  static let binary = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    .appending(path: "trueup")

  static let rules = root.appending(path: "Rules")

  struct Outcome {
    let status: Int32
    let output: String
    let error: String
  }

  struct NotBuilt: Error {}

  /// - Parameter wrapper: a command that it is an argument of.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], withRules: Bool = true,
    program: URL = binary, within wrapper: [String] = []
  ) async throws -> Outcome {
    guard FileManager.default.isExecutableFile(atPath: binary.path) else { throw NotBuilt() }
    let process = Process()
    let line = wrapper + [program.path] + arguments + (withRules ? ["--rules", rules.path] : [])
    process.executableURL = URL(filePath: line[0])
    process.arguments = Array(line.dropFirst())
    process.currentDirectoryURL = FileManager.default.temporaryDirectory
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (output, error) = (folder.appending(path: "out"), folder.appending(path: "err"))
    for file in [output, error] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)
    process.standardInput = FileHandle.nullDevice
    return Outcome(
      status: try await process.ended(),
      output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      error: String(decoding: try Data(contentsOf: error), as: UTF8.self))
  }
}

extension Process {
  /// Runs it, and gives its exit status; other tests go on meanwhile.
  func ended() async throws -> Int32 {
    try await withCheckedThrowingContinuation { ended in
      terminationHandler = { ended.resume(returning: $0.terminationStatus) }
      do { try run() } catch { ended.resume(throwing: error) }
    }
  }
}
