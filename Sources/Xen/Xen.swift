/// What Xen's own commands and dom0's kernel print, read into the snapshot's terms.
///
/// Pure: no file, no clock, no process. It may know the forms of `xl` (Xen 4.x), `xm` (Xen 3.x),
/// `xenstore-ls`, the balloon driver and `/proc/meminfo`; it may not know which command was run, nor what the
/// rest of the site says. Each form is recognised from its bytes, because captures are also made by hand from
/// saved output.
///
/// Any bytes give a reading. KiB, MiB and bytes are told apart where they are read and are KiB from there on.

import Model
public import World

public enum Xen {
  /// Reads one observation; nil when its kind is not this package's.
  public static func read(_ observation: RawObservation, into sink: inout some RowSink) -> Reading? {
    guard let source = Source(observation.kind) else { return nil }
    guard !observation.stdout.isEmpty else {
      // A living Xen or kernel prints something for each of these: nothing is never "none".
      return observation.judged(
        Reading(form: "nothing", coverage: .failed(Problem("nothing was printed"))))
    }
    let reading =
      switch source {
      case .list: DomainList.read(observation, into: &sink)
      case .long: ConfigList.read(observation, into: &sink)
      case .info: HostInfo.read(observation, into: &sink)
      case .store: Store.read(observation, into: &sink)
      case .balloon: Balloon.read(observation, into: &sink)
      case .memory: MemoryInfo.read(observation, into: &sink)
      }
    return observation.judged(reading)
  }

  private enum Source {
    case list, long, info, store, balloon, memory

    init?(_ kind: ObservationKind) {
      switch kind {
      case .xenList: self = .list
      case .xenLong: self = .long
      case .xenInfo: self = .info
      case .xenStore: self = .store
      case .xenBalloon: self = .balloon
      case .nodeMemory: self = .memory
      case .torqueJobs, .torqueNodes, .torqueServer, .torqueSettings, .torqueAccounting, .torqueMom,
        .nodeClock,
        .nodePilots, .nodeResidue, .pilotSettings, .dbMain, .dbAccounting, .dbReservations,
        .dbEvents, .dbNotifications, .serviceSettings:
        return nil
      }
    }
  }
}
