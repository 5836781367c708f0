import Foundation

/// A scenario's capture, copied so that its bytes can be changed: the manifest goes on telling how many there are.
struct EditedCapture {
  let folder: URL

  init(of scenario: String, in scratch: Scratch) throws {
    folder = scratch.url.appending(path: scenario)
    try FileManager.default.copyItem(
      at: Program.root.appending(path: "Fixtures/\(scenario)/capture"), to: folder)
  }

  private var manifest: URL { folder.appending(path: "manifest.toml") }

  /// Names of the files that hold observations.
  func files() throws -> Set<String> {
    Set(
      try String(contentsOf: manifest, encoding: .utf8).matches(of: /stdout = "(.*)"/).map {
        String($0.output.1)
      })
  }

  func edit(_ name: String, _ change: (String) -> String) throws {
    let file = folder.appending(path: name)
    let text = change(try String(contentsOf: file, encoding: .utf8))
    try text.write(to: file, atomically: true, encoding: .utf8)
    let line = "stdout = \"\(name)\""
    let told = try String(contentsOf: manifest, encoding: .utf8).components(separatedBy: line)
    let mended = told.enumerated().map { place, part in
      place == 0
        ? part : part.replacing(/bytes = \d+/, with: "bytes = \(text.utf8.count)", maxReplacements: 1)
    }
    try mended.joined(separator: line).write(to: manifest, atomically: true, encoding: .utf8)
  }
}
