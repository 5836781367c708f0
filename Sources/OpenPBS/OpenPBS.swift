import Batch
import Model
public import World

/// The door to OpenPBS: what `qstat` and `pbsnodes` print with `-F json`, as rows of the snapshot.
///
/// Sources, read and not run: `qstat.c`, `pbsnodes.c` and `pbs_cjson.c` of OpenPBS (git cd7ab5eda), and what sites show of
/// versions 14.1 to 2024.1. The accounting log is that of TORQUE with a few records more, and is read there.
public enum OpenPBS {
  /// Reads one observation; nil when its form is not this package's. Objects begin all of its forms and none of TORQUE's.
  ///
  /// With `-F json` something is always printed. So of no bytes at all the command alone can tell whose they are not.
  public static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading? {
    let isEmpty = observation.stdout.isEmpty && observation.command.contains { $0 == "json" || $0 == "-Fjson" }
    guard isEmpty || Listing.recognises(observation.stdout) else { return nil }
    let reading: Reading
    switch observation.kind {
    case .torqueJobs: reading = JobsJson.read(observation, into: &sink)
    case .torqueNodes: reading = NodesJson.read(observation.stdout, into: &sink)
    case .torqueServer: reading = ServerJson.read(observation.stdout, into: &sink)
    case .torqueSettings: reading = QueuesJson.read(observation.stdout, into: &sink)
    case .torqueAccounting, .torqueMom, .xenList, .xenLong, .xenInfo, .xenStore, .xenBalloon, .nodeMemory,
      .nodeClock, .nodePilots, .nodeResidue, .pilotSettings, .dbMain, .dbAccounting, .dbReservations,
      .dbEvents, .dbNotifications, .serviceSettings:
      return nil
    }
    return observation.judged(reading)
  }
}
