import Configuration
import Files
import Glibc

/// Files that the user names: rules, site files, what is kept of an audit. Captures have a door of their own, which never
/// leaves their folder.
enum Disk {
  /// The bytes of a file.
  static func read(_ path: String) throws(Refusal) -> [UInt8] {
    var bytes: [UInt8] = []
    try pieces(of: path) { bytes += $0 }
    return bytes
  }

  /// The bytes of a file, as they are read.
  static func pieces(of path: String, _ take: (ArraySlice<UInt8>) -> Void) throws(Refusal) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Refusal("\(path): \(lastError())") }
    defer { close(file) }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count == 0 { return }
      if count > 0 {
        take(chunk.prefix(count))
      } else if errno != EINTR {
        throw Refusal("\(path): \(lastError())")
      }
    }
  }

  /// The names in a folder, in the order of their bytes.
  static func names(in path: String) throws(Refusal) -> [String] {
    do { return try Files.names(in: path) } catch { throw Refusal(error.described) }
  }

  /// Writes a new file for its owner alone; what is there already is not touched.
  static func create(_ path: String, _ bytes: [UInt8]) throws(Refusal) {
    do { try Files.create(path, bytes) } catch { throw Refusal(error.described) }
  }

  /// Puts a file in the place of what has its name, whole or not at all.
  static func replace(_ path: String, _ bytes: [UInt8]) throws(Refusal) {
    do { try Files.replace(path, bytes) } catch { throw Refusal(error.described) }
  }

  /// Writes behind what a file has.
  static func append(_ path: String, _ bytes: [UInt8]) throws(Refusal) {
    do { try Files.append(path, bytes) } catch { throw Refusal(error.described) }
  }

  /// What is to be known of a file before it is used; nil where there is none.
  static func facts(_ path: String) -> ConfigurationCheck.FileFacts? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    return ConfigurationCheck.FileFacts(
      isFolder: isFolder, isReadable: access(path, isFolder ? R_OK | X_OK : R_OK) == 0,
      isShared: status.st_mode & 0o077 != 0)
  }

  /// The environment that this program was started with.
  static func environment() throws(Refusal) -> [String: String] {
    let entries = try read("/proc/self/environ").split(separator: 0).map { entry in
      entry.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
    }
    let pairs = entries.filter { $0.count == 2 }.map { parts in
      (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self))
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// Where this program lies.
  static var program: String {
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let count = buffer.withUnsafeMutableBytes { bytes in
      bytes.bindMemory(to: CChar.self).baseAddress.map { readlink("/proc/self/exe", $0, bytes.count) } ?? 0
    }
    return String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self)
  }

  private static func lastError() -> String { String(cString: strerror(errno)) }
}
