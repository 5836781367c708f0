public import Model

/// Where trials are run: a live cluster, or one that does not exist.
public protocol TrialSite: Sendable {
  /// The clock of whoever runs the trials.
  var now: Instant { get }
  /// Nodes that are worked on at the same time.
  var hands: Int { get }
  /// Lets time pass. dom0's memory is recorded meanwhile.
  func sleep(until moment: Instant) async throws
  /// Runs a command on this machine.
  func run(_ command: [String], deadline: Duration) async -> CommandAnswer
  /// Whether the site is fit. What it said is kept.
  func preflight() async throws -> Bool
  /// Audits the site after so many trials. What was found is kept.
  func audit(after trial: Int) async throws -> ExitStatus
  /// Mends what an audit finds. What was done is kept.
  func repair(_ what: TrialPlan.Repairing, after trial: Int) async throws -> ExitStatus
  /// Keeps what a guest printed.
  func keep(guest output: String, of node: String, trial: Int) async throws
}

/// How a command went.
public struct CommandAnswer: Hashable, Sendable {
  public let output: String
  /// Nil where it ended with 0.
  public let failure: String?
  /// It was ended by its deadline, by a signal or because all is called off: what it did is not known.
  public let isBroken: Bool

  public init(output: String, failure: String?, isBroken: Bool = false) {
    self.output = output
    self.failure = failure
    self.isBroken = isBroken
  }

  /// What it printed last.
  var lastWord: String { output.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? "" }
}
