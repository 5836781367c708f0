/// Where a value stands in a document: `round[2].observation[1].exit`, counted from 1 as a person counts
/// headers.
public struct TomlPath: Hashable, Sendable {
  private(set) var steps: [Step] = []

  enum Step: Hashable, Sendable {
    case key(String)
    /// Counted from 0.
    case index(Int)
  }

  public func appending(_ key: String) -> TomlPath { appending(.key(key)) }

  func appending(_ step: Step) -> TomlPath {
    var path = self
    path.steps.append(step)
    return path
  }

  /// The path of what it stands in; nil for the document itself.
  var parent: TomlPath? {
    guard !steps.isEmpty else { return nil }
    var path = self
    path.steps.removeLast()
    return path
  }

  public var described: String {
    steps.reduce(into: "") { text, step in
      switch step {
      case .key(let key): text += text.isEmpty ? key : ".\(key)"
      case .index(let index): text += "[\(index + 1)]"
      }
    }
  }
}
