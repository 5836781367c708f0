import Model

/// The workspace service: what its database has, and what it is about.
struct Service: Hashable, Sendable {
  struct Machine: Hashable, Sendable {
    let id: Int
    var state = 0
    var target = 8
    /// When its row is to go, at the latest; 0 before it began.
    var term: Instant?
    var started: Instant?
    var isReachable = true
    var isOperable = false
    var node: Int?
    /// When its running time is over: its row of the scheduler.
    var shutdown: Instant?
    /// Its place in the pool of addresses.
    let address: Int
    let duration: Duration
    /// MiB.
    let memory: Int64
    /// A trial asked for it, and tells it to go: no other client does.
    let isDriven: Bool
  }

  struct Slot: Hashable, Sendable {
    let id: String
    let machine: Int
    let job: Int
    let duration: Duration
    var isPending = true
    var isTerminal = false
    var node: Int?
  }

  /// What a creation has come to before there are rows of it.
  struct Creation: Hashable, Sendable {
    let address: Int
    let slot: String
    let duration: Duration
    let memory: Int64
    /// The node that it was asked for on.
    let host: Int?
    var job: Int?
  }

  var isRunning = true
  /// It stays stopped though it was to start by itself.
  var isHeld = false
  /// Counts its starts: what an earlier life was about is forgotten.
  var life = 1
  var machines: [Int: Machine] = [:]
  var slots: [Slot] = []
  /// Which addresses of the pool are marked used.
  var isUsed: [Bool]
  var lastMachine = 0
  var creations: [Int: Creation] = [:]
  /// Machines whose destruction is under way in this life.
  var destructions: Set<Int> = []

  init(addresses: Int) { isUsed = Array(repeating: false, count: addresses) }

  /// It runs, and did not start anew since.
  func lives(_ life: Int) -> Bool { isRunning && life == self.life }

  /// Where the first slot row stands that a message is about.
  func slot(_ id: String, on host: Int?) -> Int? { slots.firstIndex { $0.id == id && $0.node == host } }
}
