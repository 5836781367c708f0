import Model
import Node
import Torque
import World
import Xen

/// Deeds as the doors make them of acts.
enum Acts {
  static func deeds(
    _ verb: Verb, _ arguments: [String: Value], note: String = "trueup", former: String = "",
    lock: String = "", toolstack: Reach.Toolstack = .xl
  ) -> [Deed] {
    guard let act = Act(verb, arguments) else { return [] }
    var nodes = Reach.Nodes()
    nodes.pilotLock = lock
    nodes.toolstack = toolstack
    return Torque.deeds(for: act, note: note, former: former, grace: .seconds(8), Reach.Torque())
      + Xen.deeds(for: act, nodes) + Node.deeds(for: act, grace: .seconds(8), nodes)
  }

  static func drain(_ node: String, note: String = "trueup") -> [Deed] {
    deeds(.drainNode, ["node": .text(node)], note: note)
  }

  static func undrain(_ node: String, former: String = "") -> [Deed] {
    deeds(.undrainNode, ["node": .text(node)], former: former)
  }

  static func delete(_ job: String) -> [Deed] {
    deeds(.deleteJob, ["job": .text(job), "slot": .text("any")])
  }

  static func purge(_ job: String) -> [Deed] {
    deeds(.purgeJob, ["job": .text(job), "node": .text("any")])
  }

  static func setMemory(_ node: String, _ kib: Int64, lock: String = "", toolstack: Reach.Toolstack = .xl)
    -> [Deed]
  {
    deeds(
      .setDom0Memory, ["node": .text(node), "memory_kib": .integer(kib)], lock: lock, toolstack: toolstack)
  }

  static func nudge(_ node: String, _ kib: Int64, lock: String = "") -> [Deed] {
    deeds(.nudgeDom0, ["node": .text(node), "memory_kib": .integer(kib)], lock: lock)
  }

  static func destroy(_ domid: Int64, on node: String) -> [Deed] {
    deeds(.destroyDomain, ["node": .text(node), "domid": .integer(domid)])
  }

  static func remove(_ domain: String, on node: String) -> [Deed] {
    deeds(.removeGuest, ["node": .text(node), "domain": .text(domain), "domid": .integer(4)])
  }

  static func endPilot(_ pid: Int64, of slot: String, on node: String) -> [Deed] {
    deeds(.endPilot, ["node": .text(node), "pid": .integer(pid), "slot": .text(slot)])
  }

  static func forget(_ host: String, on node: String) -> [Deed] {
    deeds(.removeResidue, ["node": .text(node), "kind": .text("dhcp"), "name": .text(host)])
  }
}
