/// One cell of the snapshot.
public enum Value: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  /// The name of a node as some source spelt it. The snapshot stores the one name that the site knows it by.
  case node(String)

  public init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
  public init(_ number: Int64?) { self = number.map { .integer($0) } ?? .null }
  public init(_ text: String?) { self = text.map { .text($0) } ?? .null }
  public init(_ flag: Bool?) { self = flag.map { .integer($0 ? 1 : 0) } ?? .null }
  /// Stored in KiB.
  public init(_ memory: Kibibytes?) { self = memory.map { .integer($0.count) } ?? .null }
  /// Stored in milliseconds since the epoch.
  public init(_ moment: Instant?) { self = moment.map { .integer($0.milliseconds) } ?? .null }
}

extension Value {
  /// As text: what a fingerprint, a node's name or a healer needs.
  public var text: String? {
    switch self {
    case .null: nil
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .text(let text), .node(let text): text
    }
  }
}
