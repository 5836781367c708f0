// Plan x outside x journal -> outcome. A plan's findings are proved anew, each step is guarded by a fresh look, its intent
// is on disk before it is done, and what it did is read back. It may not know how anything outside is spelt: the deeds come
// from whoever knows the packages.

public import Audit
public import Model
public import World

/// What a repair is told by whoever knows the packages of the outside.
public struct Ways: Sendable {
  /// A snapshot of what a look brought, with memory samples of earlier looks.
  public let snapshot: @Sendable (_ samples: [Answer], _ answers: [Answer]) throws -> Snapshot
  /// How an act is carried out, by what was just seen. Throws a `Complaint` where it can't be.
  public let deeds: @Sendable (Act, Snapshot) throws -> [Deed]

  public init(
    snapshot: @escaping @Sendable (_ samples: [Answer], _ answers: [Answer]) throws -> Snapshot,
    deeds: @escaping @Sendable (Act, Snapshot) throws -> [Deed]
  ) {
    self.snapshot = snapshot
    self.deeds = deeds
  }
}
