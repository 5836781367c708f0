/// What an observation looks at: the `what` of a capture's manifest.
public enum ObservationKind: String, CaseIterable, Sendable {
  case torqueJobs = "torque.jobs"
  case torqueNodes = "torque.nodes"
  case torqueServer = "torque.server"
  case torqueSettings = "torque.settings"
  case torqueAccounting = "torque.accounting"
  case torqueMom = "torque.mom"
  case xenList = "xen.list"
  case xenLong = "xen.long"
  case xenInfo = "xen.info"
  case xenStore = "xen.store"
  case xenBalloon = "xen.balloon"
  case nodeMemory = "node.memory"
  case nodeClock = "node.clock"
  case nodePilots = "node.pilots"
  case nodeResidue = "node.residue"
  case pilotSettings = "pilot.settings"
  case dbMain = "db.main"
  case dbAccounting = "db.accounting"
  case dbReservations = "db.reservations"
  case dbEvents = "db.events"
  case dbNotifications = "db.notifications"
  case serviceSettings = "service.settings"

  /// Whether each node has its own, or the site has one.
  public var isPerNode: Bool {
    switch self {
    case .torqueMom, .xenList, .xenLong, .xenInfo, .xenStore, .xenBalloon, .nodeMemory, .nodeClock,
      .nodePilots, .nodeResidue, .pilotSettings:
      true
    case .torqueJobs, .torqueNodes, .torqueServer, .torqueSettings, .torqueAccounting, .dbMain, .dbAccounting,
      .dbReservations, .dbEvents, .dbNotifications, .serviceSettings:
      false
    }
  }
}

extension ObservationKind {
  /// What it means that a round has the same source of the same node more than once.
  public enum Repetition: Sendable {
    /// Other forms of one thing, or a later look at it: the best of them speaks.
    case alternatives
    /// Parts of one thing, told apart by their commands: files of a log, a process list and the logs beside it.
    case parts
    /// Readings over time, all of them kept.
    case samples
  }

  public var repetition: Repetition {
    switch self {
    case .torqueJobs, .torqueNodes, .torqueSettings, .torqueMom, .xenList, .xenLong, .xenInfo, .xenStore,
      .nodeMemory, .nodeClock, .dbMain, .dbAccounting, .dbReservations:
      .alternatives
    case .torqueAccounting, .nodePilots, .nodeResidue, .pilotSettings, .serviceSettings, .dbEvents,
      .dbNotifications:
      .parts
    case .xenBalloon, .torqueServer: .samples
    }
  }
}
