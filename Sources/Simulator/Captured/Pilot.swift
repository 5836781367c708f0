/// A pilot's process on a node.
struct Pilot: Hashable, Sendable {
  let node: String
  let pid: Int64
  let slot: String
  /// MiB that it took from dom0 and gives back.
  let memory: Int64
  /// Between SIGTERM and SIGKILL by its own reckoning.
  let grace: Duration
}
