import Glibc

/// What the system refused, and where.
public struct FileError: Error, Sendable {
  public let path: String
  /// The system's words.
  public let reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// What just failed at a path.
  init(at path: String) { self.init(path: path, reason: String(cString: strerror(errno))) }

  public var described: String { "\(path): \(reason)" }
}
