import Model
public import World

/// What standard commands on a node tell of it beside Xen: its clock, its pilots, what guests left behind, and the
/// pilot's settings.
///
/// No single command prints these: a collector, or a person, joins several. The common form is that of
/// `tail -n +1 FILE...`: parts headed by `==> PATH <==`, which may be preceded by lines without a head (`ps`, `date`).
/// The forms were taken from real captures, from logs that the unmodified pilot wrote, and from the nimbus sources.
/// It knows nothing of TORQUE, Xen or the database, and gives no verdict.
public enum Node {
  /// Reads one observation; nil when its kind is not this package's.
  public static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading? {
    let reading: Reading
    switch observation.kind {
    case .nodeClock:
      reading = ClockReader.read(observation, into: &sink)
    case .nodePilots:
      reading = PilotsReader.read(observation, into: &sink)
    case .nodeResidue:
      reading = ResidueReader.read(observation, into: &sink)
    case .pilotSettings:
      reading = SettingsReader.read(observation, into: &sink)
    case .torqueJobs, .torqueNodes, .torqueServer, .torqueSettings, .torqueAccounting, .torqueMom, .xenList,
      .xenLong,
      .xenInfo, .xenStore, .xenBalloon, .nodeMemory, .dbMain, .dbAccounting, .dbReservations, .dbEvents,
      .dbNotifications, .serviceSettings:
      return nil
    }
    return observation.judged(reading)
  }
}
