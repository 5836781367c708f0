import Files
import Glibc
import Model
import Nightly

/// What the reader of a nightly run knows of its failures. It is a small file and no part of the history, since that may be
/// what fails.
struct FailureNote {
  /// The first that can be written is taken: beside the history, so that it outlives a restart, or where temporary files lie.
  private let paths: [String]

  /// - Parameters:
  ///   - history: the file; nil where it is none.
  ///   - run: what tells this run from others on this machine.
  init(beside history: String?, of run: [String]) {
    let name = "trueup-cron-\(geteuid())-\(Fingerprint(of: run).hex)"
    let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    let folders = [
      history.map { path in path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "." },
      temporary.isEmpty ? "/tmp" : temporary,
    ]
    paths = folders.compactMap(\.self).uniqued.map { "\($0)/\(name)" }
  }

  /// What is known; nothing where there is no note, or none that can be believed.
  var memory: Memory {
    paths.lazy.compactMap { try? PrivateFile.read($0) }.compactMap(Memory.init(text:)).first ?? Memory()
  }

  /// Keeps it. Where there is no place that can be written, the next run says the same again: rather twice than never.
  func keep(_ memory: Memory) {
    var isKept = memory.isEmpty
    for path in paths {
      if isKept {
        unlink(path)
      } else {
        isKept = (try? PrivateFile.replace(path, memory.text)) != nil
      }
    }
  }
}
