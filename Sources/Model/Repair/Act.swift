/// A verb with its arguments: one thing to do.
public struct Act: Hashable, Sendable {
  public let verb: Verb
  /// In the order of the verb's parameters.
  public let arguments: [Argument]

  public struct Argument: Hashable, Sendable {
    public let name: String
    public let value: Value
  }

  /// Nil where an argument is missing, of another kind, or unknown and needed: nothing is planned on a guess.
  public init?(_ verb: Verb, _ arguments: [String: Value]) {
    var ordered: [Argument] = []
    for parameter in verb.parameters {
      let value = arguments[parameter.name] ?? .null
      switch (value, parameter.kind) {
      case (.integer, .integer), (.text, .text): break
      case (.null, _) where parameter.mayBeUnknown: break
      default: return nil
      }
      ordered.append(Argument(name: parameter.name, value: value))
    }
    self.verb = verb
    self.arguments = ordered
  }

  /// One line, the same for the same act: `dom0.set node=gsn-wn1 memory_kib=903168`.
  public var line: String {
    ([verb.rawValue]
      + arguments.compactMap { argument in
        switch argument.value {
        case .null: nil
        case .integer(let number): "\(argument.name)=\(number)"
        case .real(let number): "\(argument.name)=\(number)"
        case .text(let text), .node(let text): "\(argument.name)=\(MessageTemplate.visible(text))"
        }
      }).joined(separator: " ")
  }

  /// An argument that is a text; empty where it is unknown.
  public func text(_ name: String) -> String {
    if case .text(let text)? = self[name] { text } else { "" }
  }

  /// An argument that is a number; 0 where it is unknown.
  public func integer(_ name: String) -> Int64 {
    if case .integer(let number)? = self[name] { number } else { 0 }
  }

  public subscript(name: String) -> Value? { arguments.first { $0.name == name }?.value }
}
