import Foundation

enum Processes {
  /// The commands that are still alive of a node. A zombie has no command line.
  static func living(of node: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.filter { Int($0) != nil }.compactMap { pid in
      let line = words(pid, "cmdline")
      return !line.isEmpty && words(pid, "environ").contains("TRUEUP_NODE=\(node)")
        ? line.joined(separator: " ") : nil
    }
  }

  private static func words(_ pid: String, _ file: String) -> [Substring] {
    let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/\(file)") ?? Data()
    return String(decoding: bytes, as: UTF8.self).split(separator: "\0")
  }
}
