/// What is wrong with a file that a person wrote, where, and what to do about it: rule files, site files and
/// manifests are all refused in this one form.
public struct Complaint: Error, Hashable, Sendable {
  /// The file as it was named to us.
  public let file: String
  /// Counted from 1; nil where it could not be told.
  public let line: Int?
  /// What is wrong, as a sentence without a full stop.
  public let problem: String
  /// What to write instead, as a sentence without a full stop.
  public let remedy: String

  public init(file: String, line: Int? = nil, problem: String, remedy: String) {
    self.file = file
    self.line = line
    self.problem = problem
    self.remedy = remedy
  }

  /// `site.toml:12: problem; remedy`, the form that editors jump to.
  public var described: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return remedy.isEmpty ? "\(place): \(problem)" : "\(place): \(problem); \(remedy)"
  }
}

/// All that is wrong with a file: never only the first thing.
public struct Complaints: Error, Hashable, Sendable {
  public let all: [Complaint]

  public init(_ all: [Complaint]) { self.all = all }
}
