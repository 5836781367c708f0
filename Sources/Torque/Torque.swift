import Model
public import World

/// The door to TORQUE: what `qstat`, `pbsnodes`, `qmgr`, `momctl` and the accounting log print, as rows of
/// the snapshot.
///
/// It knows the forms (`domain/torque.md`, measured on 2.5.13 and 6.1) and nothing of how the bytes were got,
/// of Xen or of the database. Which form some bytes have is told by the bytes, never by the command that is
/// said to have run.
public enum Torque {
  /// Reads one observation; nil when its kind is not this package's.
  public static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading? {
    let bytes = observation.stdout
    let reading: Reading
    switch observation.kind {
    case .torqueJobs: reading = jobs(bytes, into: &sink)
    case .torqueNodes: reading = nodes(bytes, into: &sink)
    case .torqueServer: reading = ServerText.read(bytes, into: &sink)
    case .torqueSettings: reading = SettingsText.read(bytes, into: &sink)
    case .torqueAccounting: reading = AccountingLog.read(bytes, into: &sink)
    case .torqueMom: reading = MomText.read(bytes, of: observation.node, into: &sink)
    case .xenList, .xenLong, .xenInfo, .xenStore, .xenBalloon, .nodeMemory, .nodeClock, .nodePilots,
      .nodeResidue, .pilotSettings, .dbMain, .dbAccounting, .dbReservations, .dbEvents,
      .dbNotifications, .serviceSettings:
      return nil
    }
    return observation.judged(reading)
  }

  /// No bytes at all are no jobs: so 2.5.13 prints them. Whether the command really succeeded is for `judged`
  /// to say.
  private static func jobs(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    if bytes.isEmpty { return Reading(form: "qstat (no jobs)") }
    if XmlScanner.recognises(bytes) { return JobsXml.read(bytes, into: &sink) }
    if JobsText.recognises(bytes) { return JobsText.read(bytes, into: &sink) }
    return JobsTable.read(bytes, into: &sink)
  }

  private static func nodes(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    XmlScanner.recognises(bytes) ? NodesXml.read(bytes, into: &sink) : NodesText.read(bytes, into: &sink)
  }
}
