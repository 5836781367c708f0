// Files of this machine, the same for all who use them: what is in a folder, a new file, a folder for a while. Each user puts
// what fails into words of its own. Captures are read by a door of their own, which never leaves their folder.

import Glibc

/// The door to files.
public enum Files {
  /// The names in a folder, in the order of their bytes.
  public static func names(in path: String) throws(FileError) -> [String] {
    try names(in: path, below: AT_FDCWD)
  }

  /// The names in a folder that lies in one which is open.
  static func names(in path: String, below parent: Int32) throws(FileError) -> [String] {
    let descriptor = openat(parent, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(at: path) }
    guard let folder = fdopendir(descriptor) else {
      defer { close(descriptor) }
      throw FileError(at: path)
    }
    defer { closedir(folder) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    // A folder that could not be read to its end is no shorter folder.
    if errno != 0 { throw FileError(at: path) }
    return names.sorted()
  }

  /// Writes a new file for its owner alone. What is there already, a link too, is not touched.
  public static func create(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try write(bytes, into: path, opened: O_CREAT | O_EXCL)
  }

  /// Writes behind what a file has.
  public static func append(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    try write(bytes, into: path, opened: O_APPEND)
  }

  /// Puts a file in the place of what has its name, or of nothing: who reads it meanwhile reads the one or the other, and a
  /// program that is ended on the way leaves what was there. It is for those whom the umask lets, as a shell's `>` is. What is
  /// no ordinary file, a link or a device, is left alone.
  public static func replace(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw FileError(path: path, reason: "is no ordinary file, and nothing is put in its place")
    }
    let partial = "\(path).\(getpid()).partial"
    // One that another run left, whose number came again.
    unlink(partial)
    do throws(FileError) {
      try write(bytes, into: partial, opened: O_CREAT | O_EXCL, mode: 0o666, isForced: true)
      guard rename(partial, path) == 0 else { throw FileError(at: path) }
    } catch {
      unlink(partial)
      throw error
    }
  }

  /// - Parameter isForced: whether the bytes are on the disk at the end, and not only on their way.
  private static func write(
    _ bytes: [UInt8], into path: String, opened flags: Int32, mode: mode_t = 0o600, isForced: Bool = false
  ) throws(FileError) {
    let file = open(path, O_WRONLY | O_CLOEXEC | flags, mode)
    guard file >= 0 else { throw FileError(at: path) }
    var written = 0
    var error: FileError?
    while written < bytes.count, error == nil {
      let count = bytes.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count > 0 { written += count }
      if count < 0, errno != EINTR { error = FileError(at: path) }
    }
    if isForced, error == nil, fsync(file) != 0 { error = FileError(at: path) }
    // Some file systems tell only now that there was no room.
    if close(file) != 0, error == nil { error = FileError(at: path) }
    if let error { throw error }
  }
}
