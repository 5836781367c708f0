public import Model
public import World

/// A deed that the simulated world was told to do.
public struct DoneDeed: Hashable, Sendable {
  public let deed: Deed
  public let started: Instant
  public let finished: Instant
  public let outcome: Deed.Outcome
}
