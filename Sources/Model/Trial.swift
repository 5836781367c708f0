/// What a preflight judges the site for.
public struct Trial: Hashable, Sendable {
  /// The names of its nodes, as a GLOB pattern: `gsn-wn*`, `gsn-wn[1-4]`.
  public var nodes: String
  /// Slots on each of them at the same time.
  public var slots: Int
  /// The memory of one. Nil: what a slot has on this site.
  public var slotMemory: Kibibytes?

  public init(nodes: String = "*", slots: Int = 1, slotMemory: Kibibytes? = nil) {
    self.nodes = nodes
    self.slots = slots
    self.slotMemory = slotMemory
  }
}
