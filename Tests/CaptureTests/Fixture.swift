import Glibc
import Model
import Testing
import World

@testable import Capture

/// What must be found in no file.
let planted = "PLANTED-SECRET"

/// The bytes of a parser's fixture, by its path below `Fixtures/parsers`.
func fixture(_ name: String) throws -> [UInt8] {
  let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
    separator: "/")
  return try bytes(ofFile: "\(root)/Fixtures/parsers/\(name)")
}

func bytes(ofFile path: String) throws -> [UInt8] {
  let file = try #require(fopen(path, "r"), "can't open \(path)")
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
  return bytes
}

/// A new folder that is removed when it goes.
final class Scratch {
  let path: String

  init() throws {
    var template = Array("/tmp/capture-test-XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  func write(_ text: String, to name: String) throws {
    let file = try #require(fopen("\(path)/\(name)", "w"))
    defer { fclose(file) }
    fputs(text, file)
  }

  deinit { Self.clear(path) }

  /// Links are removed, not followed: `remove` takes what is no folder.
  private static func clear(_ path: String) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, let folder = opendir(path) {
      while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { clear("\(path)/\(name)") }
      }
      closedir(folder)
    }
    remove(path)
  }
}

extension [UInt8] {
  init(_ text: String) { self = Array(text.utf8) }

  var text: String { String(decoding: self, as: UTF8.self) }

  func contains(_ text: String) -> Bool {
    guard let first = text.utf8.first else { return true }
    let wanted = Array(text.utf8)
    return indices.contains { self[$0] == first && self[$0...].starts(with: wanted) }
  }
}

/// The same numbers each time (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
