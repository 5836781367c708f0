import Foundation

enum Processes {
  /// The commands of a node that live on. A killed one may need a moment to go.
  static func living(of node: String) async -> [String] {
    var left = alive(of: node)
    for _ in 0..<100 {
      if left.isEmpty { break }
      try? await Task.sleep(for: .milliseconds(100))
      left = alive(of: node)
    }
    return left
  }

  /// A zombie has no command line.
  private static func alive(of node: String) -> [String] {
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
