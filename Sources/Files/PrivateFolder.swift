import Glibc
public import Model

/// A folder for its owner alone that is removed with all that is in it.
public struct PrivateFolder: ~Copyable, Sendable {
  public let path: String

  /// Makes one below TMPDIR, or /tmp.
  public init() throws(Complaint) {
    let parent = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    var template = Array("\(parent.isEmpty ? "/tmp" : parent)/trueup-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      let error = FileError(at: parent.isEmpty ? "/tmp" : parent)
      throw Complaint(
        file: error.path, problem: "can't make a folder there: \(error.reason)",
        remedy: "set TMPDIR to a folder with room that you may write to")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path) }

  /// Removes a folder and what is in it. Links are removed, not followed.
  public static func remove(_ path: String) { remove(path, in: AT_FDCWD) }

  private static func remove(_ name: String, in parent: Int32) {
    let folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if folder >= 0 {
      defer { close(folder) }
      let children = (try? Files.names(in: ".", below: folder)) ?? []
      for child in children where unlinkat(folder, child, 0) != 0 { remove(child, in: folder) }
    }
    unlinkat(parent, name, AT_REMOVEDIR)
  }
}
