public import Model

/// A site that lives by itself: TORQUE, Xen, pilots and the workspace service (TP2.2, pilot mode), moved by events that follow
/// from a seed. The same seed, terms and faults give the same site, on every machine.
///
/// It holds the truth that an audit can only look for: see `divergences`. Its figures are those of `docs/simulator.md`, which
/// also lists what is not modelled.
public struct Cluster: Sendable {
  public let terms: Terms
  public private(set) var clock: Instant
  var dice: Dice
  var agenda = Agenda<Happening>()
  var hosts: [Host] = []
  var jobs: [Int: Job] = [:]
  var lastJob: Int
  var batch: BatchServer
  var service: Service
  /// Faults by their numbers that do not happen in this run, though their turn comes.
  let spared: Set<Int>
  /// How many faults have had their turn.
  public internal(set) var faultCount = 0
  /// Messages that will be lost or doubled or late.
  var ailments: [Ailment] = []
  /// The service dies in the next creation or destruction that comes to this step.
  var fuse: Fuse?
  /// No machines are asked for any more, and no faults happen.
  var isQuiet = false
  /// What a repair did that it must not.
  public internal(set) var harms: [String] = []
  /// What happened, a line each; kept where somebody wants to read it.
  public private(set) var story: [String] = []
  private let isTold: Bool

  /// - Parameters:
  ///   - spared: faults that are left out, by their numbers in the story.
  ///   - isTold: the story is kept.
  ///   - birth: when it begins; a seed is the same site whenever that is.
  public init(
    seed: UInt64, terms: Terms = Terms(), sparing spared: Set<Int> = [], isTold: Bool = false,
    born birth: Instant = Instant(milliseconds: 1_795_305_600_000)
  ) {
    self.terms = terms
    self.spared = spared
    self.isTold = isTold
    dice = Dice(seed: seed)
    clock = birth
    lastJob = terms.firstJob - 1
    batch = BatchServer(started: Instant(milliseconds: clock.milliseconds - 86_400_000))
    service = Service(addresses: 2 * terms.nodes * terms.slots + 2)
    for number in 1...terms.nodes {
      hosts.append(Host(number, terms, at: clock, &dice))
    }
    plan(.asks, in: dice.milliseconds(100...10_000))
    if terms.faults != nil { plan(.breaks, in: dice.milliseconds(20_000...200_000)) }
    if terms.isTended { plan(.tends, in: dice.milliseconds(1000...60_000)) }
  }

  // MARK: Time

  mutating func plan(_ event: Happening, in duration: Duration) { agenda.add(event, at: clock + duration) }

  /// Lets time pass, and everything happen that has its time in it. `watch` is called after each event.
  public mutating func advance(by duration: Duration, watch: (Cluster) -> Void = { _ in }) {
    let end = clock + duration
    while let moment = agenda.next, moment <= end, let next = agenda.removeFirst() {
      pass(to: next.at)
      happen(next.event)
      watch(self)
    }
    pass(to: end)
  }

  /// From here on nothing is asked for and nothing breaks: what is left to happen happens.
  public mutating func quieten() { isQuiet = true }

  /// Pilots run, or will.
  public var isBusy: Bool {
    hosts.contains { !$0.runs.isEmpty } || !jobs(in: ["R", "E"]).isEmpty
      || !jobs(in: ["Q"]).isEmpty && hosts.contains { !$0.isOffline }
  }

  private mutating func pass(to moment: Instant) {
    for place in hosts.indices { hosts[place].balloon.advance(from: clock, to: moment) }
    clock = max(clock, moment)
  }

  mutating func tell(_ line: String) {
    if isTold { story.append("\(clock.rfc3339)  \(line)") }
  }

  private mutating func happen(_ event: Happening) {
    switch event {
    case .asks: ask()
    case .breaks: breakSomething()
    case .creates(let machine, let step, let life): if service.lives(life) { create(machine, step) }
    case .destroys(let machine, let step, let life): if service.lives(life) { destroy(machine, step) }
    case .moves(let machine, let state, let life): if service.lives(life) { move(machine, to: state) }
    case .sweeps: sweep()
    case .tends: tend()
    case .serverStarts: startServer()
    case .scrubs(let host, let boot, let kib):
      if hosts[host].boot == boot { hosts[host].balloon.release(kib) }
    case .vanishes(let host, let boot, let domid):
      if hosts[host].boot == boot { hosts[host].dying.removeAll { $0 == domid } }
    case .serviceStarts: if !service.isHeld { startService() }
    case .hears(let message): hear(message)
    case .dispatches: dispatch()
    case .begins(let job): begin(job)
    case .signals(let job, let isKill): signal(job, isKill: isKill)
    case .buries(let job): bury(job)
    case .completes(let job): complete(job)
    case .forgets(let job): jobs[job] = nil
    case .reserves(let pilot): reserve(pilot)
    case .reports(let pilot): report(pilot)
    case .wakes(let pilot): wake(pilot)
    case .releases(let pilot): release(pilot)
    case .restores(let pilot): restore(pilot)
    case .leaves(let pilot): leave(pilot)
    case .boots(let host): boot(host)
    case .momStarts(let host): startMom(host)
    }
  }
}

/// Something that happens at its time, without anybody doing anything more.
enum Happening: Hashable, Sendable {
  /// Somebody wants a machine.
  case asks
  /// Something goes wrong.
  case breaks
  /// A step of a machine's creation, its destruction, or its way to its state, in one life of the service.
  case creates(machine: Int, step: Int, life: Int)
  case destroys(machine: Int, step: Int, life: Int)
  case moves(machine: Int, to: Int, life: Int)
  /// The service looks for what is over.
  case sweeps
  case serviceStarts
  /// A pilot's message is with the service.
  case hears(Message)
  /// The scheduler places what is queued.
  case dispatches
  /// A job's pilot starts on its node.
  case begins(Job)
  case signals(job: Int, isKill: Bool)
  /// The MOM sees that nothing of a job is left.
  case buries(job: Int)
  case completes(job: Int)
  case forgets(job: Int)
  /// Steps of a pilot's life.
  case reserves(PilotName)
  case reports(PilotName)
  case wakes(PilotName)
  case releases(PilotName)
  case restores(PilotName)
  case leaves(PilotName)
  case boots(host: Int)
  case serverStarts
  /// Memory of a guest that is gone is Xen's again.
  case scrubs(host: Int, boot: Int, kib: Int64)
  /// A domain that was destroyed goes away at last.
  case vanishes(host: Int, boot: Int, domid: Int)
  /// The site's own script looks for memory that is missing.
  case tends
  case momStarts(host: Int)
}

/// A pilot's process in one life of its node.
struct PilotName: Hashable, Sendable {
  let host: Int
  let pid: Int
  let boot: Int
}

/// What a pilot tells the service.
struct Message: Hashable, Sendable {
  enum Word: Hashable, Sendable {
    case reserved, reservedFailed, earlyUnreserving, unreserving
    case killed([Int])
  }

  let word: Word
  let slot: String
  let host: Int
  /// When it was written.
  let at: Instant
}
