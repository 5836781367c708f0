import Model

/// A node: what Xen, the MOM and the pilots have there.
struct Host: Hashable, Sendable {
  struct Guest: Hashable, Sendable {
    let domid: Int
    let machine: Int
    /// The slot that it was started in: no other machine ever has that, whatever its number is.
    let slot: String
    let kib: Int64
    var hasCrashed = false

    var name: String { "wrksp-\(machine)" }
  }

  /// A pilot's process.
  struct Run: Hashable, Sendable {
    enum Phase: Hashable, Sendable {
      case starting, reserving, reserved, leaving, restoring
    }

    let pid: Int
    let job: Int
    let slot: String
    /// MiB.
    let memory: Int64
    let duration: Duration
    let started: Instant
    var phase = Phase.starting
    /// It has taken its memory from dom0, and not given it back.
    var hasTaken = false
  }

  let name: String
  /// MiB.
  let baseline: Int64
  private let spare: Int64
  private let isBounded: Bool
  /// Xen's own.
  static let overhead: Int64 = 5
  var balloon: Balloon
  var guests: [Guest] = []
  var nextDomid = 1
  /// Domids of what was destroyed and does not go away.
  var dying: [Int] = []
  /// The next guest that is destroyed will not go away at once.
  var isClinging = false
  var runs: [Run] = []
  /// Whose process holds the pilots' lock.
  var lock: Int?
  private var lastPid = 2200
  /// Counts its boots.
  var boot = 1
  var booted: Instant
  enum Mom: Hashable, Sendable { case works, hangs, isDead }

  var mom = Mom.works
  /// Since when the server has heard nothing of it.
  private(set) var silentSince: Instant?
  private(set) var isUp = true
  /// Its MOM does what it is told.
  var obeys: Bool { isUp && mom == .works }
  var isOffline = false
  /// By somebody who had a reason.
  var isKeptOffline = false
  var note = ""
  /// Jobs in the MOM's books.
  private(set) var books: [Int] = []
  /// What the MOM told the server last, every 45 s.
  private(set) var told: [Int] = []
  private var tellingSince: Instant

  init(_ number: Int, _ terms: Cluster.Terms, at clock: Instant, _ dice: inout Dice) {
    name = "gsn-wn\(number)"
    baseline = terms.baseline
    spare = terms.spare
    isBounded = terms.isBounded
    balloon = Self.balloon(terms.baseline, terms.spare, terms.isBounded)
    booted = Instant(milliseconds: clock.milliseconds - Int64(1000 * (3600 + dice.below(86_400))))
    tellingSince = Instant(milliseconds: clock.milliseconds - Int64(dice.below(45_000)))
  }

  private static func balloon(_ baseline: Int64, _ spare: Int64, _ isBounded: Bool) -> Balloon {
    Balloon(
      current: baseline * 1024, target: baseline * 1024, free: spare * 1024, driver: 0,
      limit: isBounded ? baseline * 1024 : nil)
  }

  /// MiB that living pilots have taken from dom0.
  var taken: Int64 { runs.filter(\.hasTaken).map(\.memory).reduce(0, +) }

  /// MiB that the machine has.
  var total: Int64 { baseline + spare + Self.overhead }

  mutating func newPid() -> Int {
    lastPid += 7
    return lastPid
  }

  /// Everything that ran is gone.
  mutating func crash(at moment: Instant) {
    stopMom(at: moment)
    isUp = false
    guests = []
    dying = []
    runs = []
    boot += 1
  }

  mutating func start(at moment: Instant) {
    isUp = true
    booted = moment
    nextDomid = 1
    balloon = Self.balloon(baseline, spare, isBounded)
  }

  /// It is killed, or stopped by a signal.
  mutating func stopMom(_ mom: Mom = .isDead, at moment: Instant) {
    catchUp(to: moment)
    self.mom = mom
    silentSince = silentSince ?? moment
  }

  mutating func startMom() {
    mom = .works
    silentSince = nil
  }

  // MARK: The MOM's books

  mutating func setBooks(_ change: (inout [Int]) -> Void, at moment: Instant) {
    catchUp(to: moment)
    change(&books)
  }

  /// When the MOM told the server last.
  func lastTold(at moment: Instant) -> Instant {
    let end = silentSince ?? moment
    return Instant(
      milliseconds: end.milliseconds - (end.milliseconds - tellingSince.milliseconds) % 45_000)
  }

  /// What it has told at the last of its times stays told until the next one.
  mutating func catchUp(to moment: Instant) {
    let last = lastTold(at: moment)
    if last > tellingSince {
      told = books
      tellingSince = last
    }
  }
}
