public import Model

/// What dom0 of a node had at a moment.
public struct Sample: Hashable, Sendable {
  public let at: Instant
  public let memoryKib: Int64

  public init(at: Instant, memoryKib: Int64) {
    self.at = at
    self.memoryKib = memoryKib
  }
}

/// The unit in which a series tells memory.
public enum MemoryUnit: String, CaseIterable, Sendable {
  case mib, kib
}
