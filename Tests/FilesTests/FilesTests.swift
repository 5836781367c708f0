import Files
import Foundation
import Glibc
import Testing

@Suite("A folder's names")
struct NamesTests {
  @Test("are those of all that is in it, in the order of their bytes")
  func order() throws {
    let folder = try PrivateFolder()
    for name in ["b", "B", ".hidden", "ä", "a b"] { try Files.create("\(folder.path)/\(name)", []) }
    try #require(mkdir("\(folder.path)/c", 0o700) == 0)
    #expect(try Files.names(in: folder.path) == [".hidden", "B", "a b", "b", "c", "ä"])
    #expect(try Files.names(in: "\(folder.path)/c") == [])
  }

  @Test("can't be had where there is no folder, and the system says why")
  func refused() throws {
    let folder = try PrivateFolder()
    try Files.create("\(folder.path)/file", [])
    for (name, reason) in [("none", "No such file or directory"), ("file", "Not a directory")] {
      let error = #expect(throws: FileError.self) { try Files.names(in: "\(folder.path)/\(name)") }
      #expect(error?.described == "\(folder.path)/\(name): \(reason)")
    }
  }
}

@Suite("A new file")
struct NewFileTests {
  @Test("has all of its bytes, and is its owner's alone")
  func written() throws {
    let folder = try PrivateFolder()
    let path = "\(folder.path)/file"
    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try Files.create(path, bytes)
    try Files.append(path, [1, 2])
    #expect(FileManager.default.contents(atPath: path) == Data(bytes + [1, 2]))
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode.map { $0 & 0o077 } == 0)
  }

  @Test("takes the place of nothing, not of a link either")
  func refused() throws {
    let folder = try PrivateFolder()
    try Files.create("\(folder.path)/file", [1])
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/link", withDestinationPath: "\(folder.path)/elsewhere")
    for name in ["file", "link"] {
      let error = #expect(throws: FileError.self) { try Files.create("\(folder.path)/\(name)", [2]) }
      #expect(error?.reason == "File exists")
    }
    #expect(FileManager.default.contents(atPath: "\(folder.path)/file") == Data([1]))
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/elsewhere"))
    #expect(throws: FileError.self) { try Files.append("\(folder.path)/none", [2]) }
  }

  @Test("that finds no room is an error, though only its closing may tell")
  func full() throws {
    let error = #expect(throws: FileError.self) { try Files.append("/dev/full", [1]) }
    #expect(error?.described == "/dev/full: No space left on device")
  }
}

@Suite("A private folder")
struct PrivateFolderTests {
  @Test("is its owner's alone, and goes with all that is in it, but for what links lead to")
  func gone() throws {
    let outside = try PrivateFolder()
    try Files.create("\(outside.path)/kept", [1])
    let path = try used(linkingTo: outside.path)
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(try Files.names(in: outside.path) == ["kept"])
  }

  /// Its path, when it has gone out of use.
  private func used(linkingTo outside: String) throws -> String {
    let folder = try PrivateFolder()
    var status = stat()
    try #require(stat(folder.path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o700)
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/a/b/c", withIntermediateDirectories: true)
    try Files.create("\(folder.path)/a/b/file", [1])
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/a/link", withDestinationPath: outside)
    return folder.path
  }
}
