import Batch
import Json
import Model
import World

/// `qstat -B -f -F json`: the server's own account of itself, with the number of its jobs.
enum ServerJson {
  static let form = "qstat -B -f -F json"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var listing = Listing(of: "Server")
    var count = 0
    listing.read(bytes) { server in
      count += 1
      var draft = Draft("lrms_server", bytes: server.bytes, isAmbiguous: server.isAmbiguous, columns: 4)
      draft.text("name", server.name)
      server.put("server_state", as: "state", into: &draft) { $0.text($1, $2) }
      server.put("total_jobs", as: "total_jobs", into: &draft) { $0.integer($1, $2) }
      server.put("pbs_version", as: "version", into: &draft) { $0.text($1, $2) }
      sink.insert(draft.row)
      return nil
    }
    if count != 1 { listing.append(Problem("expected one server, found \(count)")) }
    return Reading(form: form, coverage: listing.coverage)
  }
}
