import Batch
import Json
import Model
import World

/// `qstat -B -f -F json`: the server's own account of itself, with the number of its jobs.
///
/// Its `total_jobs` counts those of its history, too (`req_stat_svr`), which a list has only where it was asked for. So the
/// jobs of all states that are no history are counted here: `Transit:0 Queued:1 Held:0 Waiting:0 Running:2 Exiting:0 Begun:0`.
enum ServerJson {
  static let form = "qstat -B -f -F json"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var listing = Listing(of: "Server")
    var count = 0
    listing.read(bytes) { server, _ in
      count += 1
      var draft = Draft("lrms_server", bytes: server.bytes, isAmbiguous: server.isAmbiguous, columns: 4)
      draft.text("name", server.name)
      server.put("server_state", as: "state", into: &draft) { $0.text($1, $2) }
      server.put("state_count", as: "total_jobs", into: &draft) { draft, column, text in
        if let count = jobs(text) {
          draft.set(column, .integer(count))
        } else {
          draft.defect(column, "expected numbers of jobs such as Running:2, found \(quoted(text))")
        }
      }
      server.put("pbs_version", as: "version", into: &draft) { $0.text($1, $2) }
      sink.insert(draft.row)
      return nil
    }
    if count != 1 { listing.append(Problem("expected one server, found \(count)")) }
    return Reading(form: form, coverage: listing.coverage)
  }

  private static func jobs(_ text: ArraySlice<UInt8>) -> Int64? {
    let numbers = text.split(separator: 32).map { state in
      state.firstIndex(of: UInt8(ascii: ":")).flatMap { Quantity.natural(state[($0 + 1)...]) }
    }
    let known = numbers.compactMap(\.self).filter { $0 < 1 << 40 }
    return known.isEmpty || known.count < numbers.count ? nil : known.reduce(0, +)
  }
}
