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
      throw Complaint(
        file: parent.isEmpty ? "/tmp" : parent,
        problem: "can't make a folder there: \(String(cString: strerror(errno)))",
        remedy: "set TMPDIR to a folder with room that you may write to")
    }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { Self.remove(path, in: AT_FDCWD) }

  /// Removes a folder and what is in it. Links are removed, not followed.
  private static func remove(_ name: String, in parent: Int32) {
    let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor >= 0, let folder = fdopendir(descriptor) {
      while let entry = readdir(folder) {
        let child = withUnsafeBytes(of: entry.pointee.d_name) {
          String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
        }
        if child == "." || child == ".." { continue }
        if unlinkat(descriptor, child, 0) != 0 { remove(child, in: descriptor) }
      }
      closedir(folder)
    }
    unlinkat(parent, name, AT_REMOVEDIR)
  }
}
