public import Model

/// Something that became different in the simulated world, and when.
public struct Effect: Hashable, Sendable {
  public let at: Instant
  public let change: Change

  public enum Change: Hashable, Sendable {
    /// A node was taken out of the batch system's hands, or given back.
    case nodeMarked(node: String, isOffline: Bool)
    /// The batch server asked a running job to end.
    case jobAsked(job: String)
    case jobEnded(job: String)
    /// The server removed a job from its books, and nothing else.
    case jobPurged(job: String)
    case jobForgottenByMom(node: String, job: String)
    /// dom0 was told to have another amount of memory.
    case memorySet(node: String, kib: Int64)
    case domainDestroyed(node: String, domid: Int64, name: String?)
    case pilotEnded(node: String, pid: Int64, slot: String)
    case residueRemoved(node: String, kind: String, name: String)
    /// A transaction was committed.
    case rowsChanged(database: ObservationKind)
    case fileEmptied(path: String)
    /// The service has ended a machine.
    case machineDestroyed(machine: Int64)
  }
}
