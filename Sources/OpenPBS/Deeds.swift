public import Model
public import World

extension OpenPBS {
  /// How an act is carried out at the batch server; empty for an act that is none of its own.
  ///
  /// A node is given back with `-r`: `-c` would also clear *down* (`pbsnodes.c`). `note` is what a drained node is marked
  /// with, and `former` the note that it had before.
  public static func deeds(
    for act: Act, note: String, former: String, _ reach: Reach.Torque
  ) throws(DeedRefusal) -> [Deed] {
    if let reason = refusal(of: act.verb) { throw DeedRefusal(reason) }
    let isDrain = act.verb == .drainNode
    guard isDrain || act.verb == .undrainNode else { return [] }
    guard note.utf8.count <= noteLimit || !isDrain else {
      throw DeedRefusal(
        "the node's comment and trueup's mark are longer together than the \(noteLimit) bytes that pbsnodes -C sets")
    }
    let command = [reach.path(of: "pbsnodes"), isDrain ? "-o" : "-r", "-C", isDrain ? note : former]
    return [.command(command + [act.text("node")], at: .batchServer, deadline: reach.deadline)]
  }

  /// Why an act that TORQUE can carry out is not for this batch system; nil for any other.
  public static func refusal(of verb: Verb) -> String? {
    switch verb {
    case .deleteJob:
      """
      qdel of OpenPBS takes no delay, so the queue's kill_delay alone decides whether the pilot can give back its memory: \
      see that it is longer than the pilot's grace, then qdel the job
      """
    case .purgeJob:
      "OpenPBS has no way to take a job out of the books alone: its qdel -W force kills what runs of it, too"
    case .clearMomJob: "OpenPBS has no command that clears a job from a MOM's books"
    case .drainNode, .undrainNode, .endPilot, .removeGuest, .setDom0Memory, .nudgeDom0, .destroyMachine,
      .endMachine, .endSlot, .freeAddress, .markAddress, .destroyDomain, .removeResidue, .recountNode,
      .alignCounter, .resetCursor, .closeAccount:
      nil
    }
  }

  /// `pbsnodes` cuts a comment behind these bytes without a word.
  private static let noteLimit = 79
}
