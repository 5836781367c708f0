import Foundation

/// A folder that goes with the test that made it.
final class Scratch {
  let url = FileManager.default.temporaryDirectory.appending(path: "trueup-\(UUID().uuidString)")

  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false) }

  /// A scenario's capture, to be damaged.
  func copy(_ scenario: String) throws -> URL {
    let copy = url.appending(path: "capture")
    try FileManager.default.copyItem(
      at: Program.root.appending(path: "Fixtures/\(scenario)/capture"), to: copy)
    return copy
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
