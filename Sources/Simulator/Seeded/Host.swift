import Model

/// A node: what Xen, the MOM and the pilots have there.
struct Host: Hashable, Sendable {
  struct Guest: Hashable, Sendable {
    let domid: Int
    let machine: Int
    let kib: Int64

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
  /// Xen's own.
  static let overhead: Int64 = 5
  var balloon: Balloon
  var guests: [Guest] = []
  var nextDomid = 1
  var runs: [Run] = []
  private var lastPid = 2200
  /// Counts its boots.
  var boot = 1
  var booted: Instant
  /// Its MOM has told that it is there.
  var isKnown = true
  /// Nil while it is up.
  private(set) var wentDown: Instant?
  var isUp: Bool { wentDown == nil }
  var isOffline = false
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
    balloon = Self.balloon(terms.baseline, terms.spare)
    booted = Instant(milliseconds: clock.milliseconds - Int64(1000 * (3600 + dice.below(86_400))))
    tellingSince = Instant(milliseconds: clock.milliseconds - Int64(dice.below(45_000)))
  }

  private static func balloon(_ baseline: Int64, _ spare: Int64) -> Balloon {
    Balloon(
      current: baseline * 1024, target: baseline * 1024, free: spare * 1024, driver: 0,
      limit: baseline * 1024)
  }

  /// MiB that the machine has.
  var total: Int64 { baseline + spare + Self.overhead }

  mutating func newPid() -> Int {
    lastPid += 7
    return lastPid
  }

  /// Everything that ran is gone.
  mutating func crash(at moment: Instant) {
    isKnown = false
    wentDown = moment
    guests = []
    runs = []
    boot += 1
  }

  mutating func start(at moment: Instant) {
    wentDown = nil
    booted = moment
    nextDomid = 1
    balloon = Self.balloon(baseline, spare)
  }

  // MARK: The MOM's books

  mutating func setBooks(_ change: (inout [Int]) -> Void, at moment: Instant) {
    catchUp(to: moment)
    change(&books)
  }

  /// When the MOM told the server last, if the node was up all the time.
  func lastTold(at moment: Instant) -> Instant {
    Instant(milliseconds: moment.milliseconds - (moment.milliseconds - tellingSince.milliseconds) % 45_000)
  }

  /// What it has told at the last of its times stays told until the next one.
  mutating func catchUp(to moment: Instant) {
    let last = lastTold(at: moment)
    if isUp, last > tellingSince {
      told = books
      tellingSince = last
    }
  }
}
