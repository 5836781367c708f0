public import Model

/// What a report may tell beside what the audit found. All of it may be missing.
public struct Backdrop: Sendable {
  /// The rules in force: their titles, and what is behind them.
  public var rules: [Rule]
  /// The memory of each node, in the order of their names.
  public var ledger: [MemoryLine]
  /// Of the program.
  public var version: String
  /// A picture of a node as an SVG element, by the node's name; it is put into a page as it is.
  public var pictures: [String: String] = [:]

  public init(rules: [Rule] = [], ledger: [MemoryLine] = [], version: String = "") {
    self.rules = rules
    self.ledger = ledger
    self.version = version
  }

  func rule(_ id: String) -> Rule? { rules.first { $0.id == id } }
}
