import Batch
import Json
import Model
import World

/// `qstat -Q -f -F json`: the queues with their settings, of which a row each.
enum QueuesJson {
  static let form = "qstat -Q -f -F json"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var listing = Listing(of: "Queue")
    listing.read(bytes) { queue in
      for attribute in queue.attributes {
        guard let text = attribute.text, !counts.contains(attribute.name) else { continue }
        sink.insert(setting(of: queue, attribute.name[...], text))
      }
      if queue.all("kill_delay").isEmpty {
        sink.insert(setting(of: queue, ascii("kill_delay")[...], ascii(builtInKillDelay)[...]))
      }
      return nil
    }
    if listing.isEmpty { listing.append(Problem("expected at least one queue, found none")) }
    return Reading(form: form, coverage: listing.coverage)
  }

  /// They tell what is in the queue, and are no settings of it.
  private static let counts = [ascii("total_jobs"), ascii("state_count")]

  /// Seconds between SIGTERM and SIGKILL where the queue has no setting of its own (`svr_startjob`); TORQUE has 2.
  private static let builtInKillDelay: StaticString = "10"

  private static func setting(of queue: Thing, _ attribute: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>)
    -> Row
  {
    var draft = Draft("lrms_setting", bytes: queue.bytes, isAmbiguous: queue.isAmbiguous, columns: 4)
    draft.set("object", .text("queue"))
    draft.text("name", queue.name)
    draft.text("attribute", attribute)
    draft.text("value", value)
    return draft.row
  }
}
