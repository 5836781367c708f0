import Glibc
public import Model

/// Small files of this program's own, which nobody else can write.
public enum PrivateFile {
  private static let byteLimit = 64 << 20

  /// Its text. A link is not followed, and a file of somebody else's is not believed.
  public static func read(_ path: String) throws(Complaint) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard file >= 0 else { throw complaint(path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw complaint(path) }
    guard status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
      throw Complaint(
        file: path, problem: "is not a file that only you can write",
        remedy: "see who wrote it, and remove it")
    }
    guard status.st_size <= byteLimit else {
      throw Complaint(
        file: path, problem: "is larger than \(byteLimit >> 20) MiB", remedy: "see what wrote it")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = Glibc.read(file, &bytes, bytes.count)
    guard count == bytes.count else { throw complaint(path) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Puts another file in its place, whole: whoever reads it sees the old one or the new one.
  public static func replace(_ path: String, _ text: String) throws(Complaint) {
    let new = path + ".new"
    unlink(new)
    let file = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw complaint(new) }
    let bytes = Array(text.utf8)
    let isWritten = Glibc.write(file, bytes, bytes.count) == bytes.count && fsync(file) == 0
    guard close(file) == 0, isWritten, rename(new, path) == 0 else { throw complaint(path) }
  }

  private static func complaint(_ path: String) -> Complaint {
    Complaint(
      file: path, problem: String(cString: strerror(errno)),
      remedy: "see that it is yours and that its disk has room")
  }
}
