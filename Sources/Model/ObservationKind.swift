/// What an observation looks at: the `what` of a capture's manifest.
public enum ObservationKind: String, CaseIterable, Sendable {
  case torqueJobs = "torque.jobs"
  case torqueNodes = "torque.nodes"
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
    case .torqueJobs, .torqueNodes, .torqueSettings, .torqueAccounting, .dbMain, .dbAccounting,
      .dbReservations, .dbEvents, .dbNotifications, .serviceSettings:
      false
    }
  }
}
