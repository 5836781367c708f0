import Model

/// A job of the batch system.
struct Job: Hashable, Sendable {
  let number: Int
  /// The slot that its pilot is for.
  let slot: String
  /// MiB.
  let memory: Int64
  let walltime: Duration
  /// The only node that it may run on: `-l nodes=NODE`.
  let wanted: Int?
  /// Q, R, E or C.
  var state: Character = "Q"
  var host: Int?
  let queued: Instant
  var started: Instant?
  var ended: Instant?
  var modified: Instant
  /// Its shell's.
  var session: Int?
  /// SIGTERM was sent.
  var isAsked = false
  /// Its processor there, counted from 0.
  var place = 0

  var id: String { "\(number).\(Cluster.server)" }
  var isOver: Bool { state == "C" }
}
