import Model

extension Cluster {
  /// What a site is like.
  public struct Terms: Hashable, Sendable {
    public var nodes = 3
    /// Pilots that a node has room for at the same time.
    public var slots = 1
    /// MiB that dom0 has with no lease.
    public var baseline: Int64 = 882
    /// MiB that Xen has free then.
    public var spare: Int64 = 8
    /// MiB of one slot.
    public var memory: Int64 = 64
    /// Xen lets dom0 have no more than that (`dom0_mem=...,max:`).
    public var isBounded = true
    /// How long Xen cleans what a guest had, at most, before it is free.
    public var scrubbing: Duration = .zero
    public var grace: Duration = .seconds(8)
    /// Added by the service to each lease.
    public var padding: Duration = .seconds(2)
    /// Between SIGTERM and SIGKILL: up to TORQUE 4.2.9 a MOM waits 5 s, whatever the server's kill_delay is.
    public var window: Duration = .seconds(5)
    /// The pilot takes the place of the job's shell. Else the shell dies of SIGTERM, and the pilot outlives its job.
    public var isExecuted = true
    /// Pilots of 2.7 and later: one at a time reads and sets dom0's memory.
    public var isLocked = false
    /// Of a hundred guests that start, so many cost dom0 1 to 5 MiB that its toolstack does not give back.
    public var creep = 0
    /// How long a job that is over is listed.
    public var keepCompleted: Duration = .seconds(60)
    /// How long the site's epilogue takes.
    public var epilogue: Duration = .zero
    /// The first job's number, and how many there are before they begin again at 0.
    public var firstJob = 0
    public var numbers = 100_000_000
    /// Of a hundred answers of a source, so many are slow, cut, stale or do not come.
    public var glitches = 0
    /// A script of the site's own gives dom0 its memory back where no job is, every minute.
    public var isTended = false
    /// Nodes that a repair works on at the same time: one, so that a seed tells everything.
    public var lanes = 1
    /// Between two requests for a machine, about.
    public var pace: Duration = .seconds(60)
    /// Between two faults, about; nil: none ever happens.
    public var faults: Duration?

    public init() {}

    /// A site that is like no other: whatever can differ does, from seed to seed.
    public static func drawn(by seed: UInt64) -> Terms {
      // Not the dice of its life.
      var dice = Dice(seed: ~seed)
      var terms = Terms()
      terms.nodes = 2 + dice.below(3)
      terms.slots = dice.chance(30) ? 2 : 1
      terms.isBounded = dice.chance(70)
      terms.scrubbing = .milliseconds(dice.chance(30) ? 400 : 0)
      terms.grace = .seconds(dice.chance(70) ? 8 : 4)
      terms.isExecuted = dice.chance(75)
      terms.isLocked = dice.chance(40)
      terms.keepCompleted = .seconds([0, 60, 60, 300][dice.below(4)])
      terms.epilogue = .seconds(dice.chance(20) ? 8 : 0)
      if dice.chance(25) {
        terms.numbers = 14
        terms.firstJob = dice.below(14)
      }
      terms.glitches = dice.chance(40) ? 4 : 0
      terms.isTended = dice.chance(15)
      terms.faults = .seconds(60 + dice.below(120))
      return terms
    }

    /// A site like no other on which everything is as the manuals advise, and nothing breaks.
    public static func sound(by seed: UInt64) -> Terms {
      var terms = drawn(by: seed)
      (terms.faults, terms.glitches, terms.scrubbing) = (nil, 0, .zero)
      (terms.isExecuted, terms.isLocked, terms.slots, terms.grace) = (true, true, 1, .seconds(4))
      return terms
    }
  }
}
