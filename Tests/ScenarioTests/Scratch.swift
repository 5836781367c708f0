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

  /// A folder for the front of PATH, with a program of that name that runs a script.
  func bin(with name: String, running script: String) throws -> String {
    let folder = url.appending(path: "bin")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appending(path: name)
    try "#!/bin/sh\n\(script)\n".write(to: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
    return folder.path
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
