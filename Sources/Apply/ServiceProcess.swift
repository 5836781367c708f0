import Glibc
import World

/// Looks for the service's process by a part of its command line.
enum ServiceProcess {
  /// trueup itself and what it was started by may have the words in their own arguments.
  static func look(for fragment: String) -> ServiceSigns.Sign {
    guard let folder = opendir("/proc") else { return .unseen("/proc can't be read") }
    defer { closedir(folder) }
    let own = ancestors()
    var isWhole = access("/proc/1", F_OK) == 0
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let process = pid_t(name), !own.contains(process) else { continue }
      switch contents(of: "/proc/\(process)/cmdline") {
      case .success(let bytes):
        let line = String(decoding: bytes.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
        if line.contains(fragment) { return .alive("process \(process) has \(fragment) in its command line") }
      case .failure(let error):
        // One that ended meanwhile is none.
        if error.code != ENOENT, error.code != ESRCH { isWhole = false }
      }
    }
    return isWhole ? .absent : .unseen("not every process may be seen by this account: run trueup as root")
  }

  private struct SystemError: Error { let code: Int32 }

  private static func contents(of path: String) -> Result<[UInt8], SystemError> {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return .failure(SystemError(code: errno)) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(file, &piece, piece.count)
      if count > 0 {
        bytes += piece.prefix(count)
      } else if count == 0 {
        return .success(bytes)
      } else if errno != EINTR {
        return .failure(SystemError(code: errno))
      }
    }
  }

  /// This process and those above it.
  private static func ancestors() -> Set<pid_t> {
    var found: Set<pid_t> = []
    var process = getpid()
    while process > 0, found.insert(process).inserted {
      guard case .success(let bytes) = contents(of: "/proc/\(process)/stat") else { break }
      // The name, which stands between brackets, may hold anything.
      let rest = bytes.lastIndex(of: UInt8(ascii: ")")).map { bytes[($0 + 1)...] } ?? []
      let words = rest.split(separator: UInt8(ascii: " "))
      process = words.count > 1 ? pid_t(String(decoding: words[1], as: UTF8.self)) ?? 0 : 0
    }
    return found
  }
}
