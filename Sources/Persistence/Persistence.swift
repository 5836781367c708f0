internal import Model
public import World

/// The one door to the workspace service's records: its two databases, in whatever form a site can copy them,
/// and the text files beside them. It knows how the service stores things, and nothing of jobs, domains or
/// rules.
///
/// The service keeps an embedded Derby database, which only its own process can open. So a site hands over a
/// copy: an SQLite file, SQL text or what Derby's `ij` printed. Facts are from the service's sources, TP2.2
/// to 2.10.1.
public enum Persistence {
  /// Reads one observation; nil when its kind is not this package's.
  public static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading? {
    let bytes = observation.stdout
    let reading: Reading
    switch observation.kind {
    case .dbMain: reading = database(bytes, MainTables.all, into: &sink)
    case .dbAccounting: reading = database(bytes, AccountingTables.all, into: &sink)
    case .dbReservations: reading = Reservations.read(bytes, into: &sink)
    case .dbEvents: reading = Events.read(bytes, into: &sink)
    case .dbNotifications: reading = NotificationFiles.read(bytes, into: &sink)
    case .serviceSettings: reading = ServiceSettings.read(bytes, into: &sink)
    case .torqueJobs, .torqueNodes, .torqueServer, .torqueSettings, .torqueAccounting, .torqueMom, .xenList,
      .xenLong,
      .xenInfo, .xenStore, .xenBalloon, .nodeMemory, .nodeClock, .nodePilots, .nodeResidue, .pilotSettings:
      return nil
    }
    return observation.judged(reading)
  }

  private static func database(
    _ bytes: [UInt8], _ tables: [TableMap], into sink: inout some RowSink
  ) -> Reading {
    if SQLiteFile.isRecognised(bytes) { return SQLiteFile.read(bytes, tables: tables, into: &sink) }
    if DerbyListing.isRecognised(bytes) {
      return DerbyListing.read(bytes, tables: tables, into: &sink)
    }
    if SQLScript.isRecognised(bytes) { return SQLScript.read(bytes, tables: tables, into: &sink) }
    let found = bytes.isEmpty ? "nothing" : "'\(Text.printable(bytes.prefix(40)))'"
    return Reading(
      form: "unknown",
      coverage: .failed(
        Problem("expected an SQLite file, SQL text or a listing of Derby's ij, found \(found)", offset: 0)))
  }
}
