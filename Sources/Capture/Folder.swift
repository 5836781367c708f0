import Glibc
import World

/// A folder that is open, and never left: a capture may come from anywhere, so that nothing in it may lead
/// out of it. No link is followed, and only plain files are opened; opening a device can do something.
final class Folder {
  /// More than this is not read: it would not fit the memory.
  private static let sizeLimit = 1 << 31

  private let descriptor: Int32
  /// The folder within this one that was last read from, left open: most files of a capture lie beside one another.
  private var recent: (names: ArraySlice<String>, folder: Folder)?

  /// Why a file can't be had, as a sentence without a full stop.
  struct Refusal: Error {
    let reason: String
  }

  init(opening path: String) throws(Refusal) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { throw Refusal(reason: "can't open the folder: \(lastError())") }
  }

  private init(owning descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// All bytes of a file at a path within the folder.
  func read(_ path: String) throws(Refusal) -> [UInt8] {
    var shown: String { Text.printable(Array(path.utf8)) }
    let names = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let last = names.last, !path.isEmpty, !names.contains(where: { ["", ".", ".."].contains($0) }),
      !path.utf8.contains(0)
    else { throw Refusal(reason: "\(shown) is not a plain path within the capture") }
    let inner = names.dropLast()
    if let recent, recent.names == inner { return try recent.folder.readPlain(last, shown: shown) }
    var folder = self
    for name in inner {
      let next = openat(folder.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if next < 0 {
        throw Refusal(reason: "\(shown): can't open \(Text.printable(Array(name.utf8))): \(lastError())")
      }
      folder = Folder(owning: next)
    }
    if folder !== self { recent = (inner, folder) }
    return try folder.readPlain(last, shown: shown)
  }

  private func readPlain(_ name: String, shown: @autoclosure () -> String) throws(Refusal) -> [UInt8] {
    var before = stat()
    guard fstatat(descriptor, name, &before, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw Refusal(reason: "\(shown()): \(lastError())")
    }
    if let other = Self.kind(before) { throw Refusal(reason: "\(shown()) is \(other), not a plain file") }
    let file = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard file >= 0 else { throw Refusal(reason: "\(shown()): \(lastError())") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, Self.kind(status) == nil, status.st_ino == before.st_ino else {
      throw Refusal(reason: "\(shown()) was exchanged while it was read")
    }
    guard let size = Int(exactly: status.st_size), size <= Self.sizeLimit else {
      throw Refusal(reason: "\(shown()) is larger than \(Self.sizeLimit >> 20) MiB")
    }
    return try Self.contents(of: file, size: size, shown: shown())
  }

  private static func contents(
    of file: Int32, size: Int, shown: @autoclosure () -> String
  ) throws(Refusal) -> [UInt8] {
    var problem: String?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size, let base = buffer.baseAddress {
        let got = Glibc.read(file, base + count, size - count)
        if got > 0 { count += got }
        if got == 0 { problem = "became shorter while it was read" }
        if got < 0, errno != EINTR { problem = lastError() }
        if problem != nil { return }
      }
    }
    if let problem { throw Refusal(reason: "\(shown()): \(problem)") }
    return bytes
  }

  /// What a thing is called that is no plain file.
  private static func kind(_ status: stat) -> String? {
    switch status.st_mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a folder"
    case S_IFLNK: "a symbolic link"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}

/// The system's words for what just failed.
func lastError() -> String { String(cString: strerror(errno)) }
