import Batch
import Json
import Model
import World

/// `pbsnodes -av -F json`: the virtual nodes. A host has one of its own name, and may have others for its parts: `wn1[0]`.
enum NodesJson {
  static let form = "pbsnodes -av -F json"

  static func read(_ bytes: [UInt8], into sink: inout some RowSink) -> Reading {
    var listing = Listing(of: "nodes", groups: ["resources_available"])
    var names: Set<String> = []
    var hostsInParts: [String] = []
    listing.read(bytes) { node in
      let name = NodeNames.short(String(decoding: node.name, as: UTF8.self))
      if let host = host(of: node), host != name {
        hostsInParts.append(host)
        return nil
      }
      names.insert(name)
      return insert(node, into: &sink)
    }
    // A server without nodes is not worth looking at, and one that does not answer prints as little.
    if listing.isEmpty { listing.append(Problem("expected at least one node, found none")) }
    if let host = hostsInParts.first(where: { !names.contains($0) }) {
      listing.append(Problem("of node \(host) only parts are told"))
    }
    let remark = Problem("\(hostsInParts.count) virtual nodes are parts of a host and left alone")
    return Reading(form: form, coverage: listing.coverage, remarks: hostsInParts.isEmpty ? [] : [remark])
  }

  private static func host(of node: Thing) -> String? {
    guard let host = node.text("resources_available.host"), isNodeName(host) else { return nil }
    return NodeNames.short(String(decoding: host, as: UTF8.self))
  }

  private static func insert(_ node: Thing, into sink: inout some RowSink) -> Problem? {
    guard isNodeName(node.name) else {
      return Problem("expected a node's name, found \(quoted(node.name))", offset: node.bytes.lowerBound)
    }
    let name = String(decoding: node.name, as: UTF8.self)
    var draft = Draft("lrms_node", bytes: node.bytes, isAmbiguous: node.isAmbiguous)
    draft.set("node", .node(name))
    draft.set("name", .text(name))
    setState(of: node, in: &draft)
    node.put("resources_available.ncpus", as: "processors", into: &draft) { $0.integer($1, $2) }
    node.put("comment", as: "note", into: &draft) { $0.text($1, $2) }
    sink.insert(draft.row)
    return insertJobs(of: node, called: name, into: &sink)
  }

  /// Where the server has lost a host, or can't find it, its jobs may run on unseen: all that is down.
  private static let down: Set<Substring> = ["down", "state-unknown", "Stale", "unresolvable"]

  private static func setState(of node: Thing, in draft: inout Draft) {
    var told: String?
    node.put("state", as: "state", into: &draft) { told = $0.text($1, $2) }
    if let told {
      let words = told.split(separator: ",")
      draft.set("is_down", Value(words.contains(where: down.contains)))
      draft.set("is_offline", Value(words.contains("offline")))
    } else if !node.all("state").isEmpty {
      draft.defect("is_down", "the state is not understood")
      draft.defect("is_offline", "the state is not understood")
    }
  }

  /// Jobs by their ids; a job that is there for each of its processors may be there more than once.
  private static func insertJobs(
    of node: Thing, called name: String, into sink: inout some RowSink
  ) -> Problem? {
    let lists = node.all("jobs")
    guard let list = lists.first else { return nil }
    guard lists.count == 1, case .other = list.value else {
      return Problem("expected one list of jobs of node \(name)", offset: node.bytes.lowerBound)
    }
    var ids: Set<ArraySlice<UInt8>> = []
    var problem: Problem?
    for item in list.items {
      guard case .text(let id) = item, isJobId(id) else {
        let found = item.described ?? "nothing"
        problem = Problem(
          "expected a job's id in the jobs of node \(name), found \(found)", offset: node.bytes.lowerBound)
        continue
      }
      guard ids.insert(id).inserted else { continue }
      var draft = Draft("lrms_node_job", bytes: node.bytes, isAmbiguous: node.isAmbiguous, columns: 2)
      draft.set("node", .node(name))
      draft.set("job", .text(String(decoding: id, as: UTF8.self)))
      sink.insert(draft.row)
    }
    return problem
  }
}
