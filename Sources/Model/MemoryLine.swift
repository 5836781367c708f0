/// The memory of one node: a line of the snapshot's `memory_ledger`. Much of it is an interval, since `xl list` tells whole
/// MiB, and a lease that begins or ends may count or not.
public struct MemoryLine: Sendable {
  public let node: String
  /// dom0's memory with no lease, and who says so; nil where nobody does.
  public var baseline: Kibibytes?
  public var baselineFrom: String?
  /// What dom0 has.
  public var dom0: ClosedRange<Kibibytes>?
  /// All of the node's memory, and what of it is Xen's to give.
  public var total: Kibibytes?
  public var free: Kibibytes?
  /// How many hold memory by right, and how much of it.
  public var leases = 0
  public var leased: ClosedRange<Kibibytes>?
  public var guests = 0
  public var guestMemory: ClosedRange<Kibibytes>?
  /// What the baseline, less what leases explain, has more than dom0; nil where that can't be told. Memory that nobody gave
  /// back is positive.
  public var residual: ClosedRange<Kibibytes>?
  /// What is certainly gone, in whole slots.
  public var missing: Kibibytes?
  /// What kind of difference that is: `none`, `quanta`, `drift`, `over`, ...
  public var kind: String?
  /// Why the residual can't be told: what it rests on was not wholly seen. Nil where it was.
  public var unseen: String?

  public init(node: String) { self.node = node }
}
