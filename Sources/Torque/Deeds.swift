public import Model
public import World

extension Torque {
  /// How an act is carried out at the batch server; empty for an act that is none of its own.
  ///
  /// Exit status 0 of these commands proves nothing (`pbsnodes -o` of an unknown node, `momctl -c` of an unknown job; seen on
  /// 2.5.13). `note` is what a drained node is marked with, and `former` the note that it had before.
  public static func deeds(
    for act: Act, note: String, former: String, grace: Duration, _ reach: Reach.Torque
  ) -> [Deed] {
    func run(_ command: String, _ arguments: String..., lasting more: Duration = .zero) -> [Deed] {
      [.command([reach.path(of: command)] + arguments, at: .batchServer, deadline: reach.deadline + more)]
    }
    let node = act.text("node")
    let job = act.text("job")
    switch act.verb {
    case .drainNode: return run("pbsnodes", "-o", "-N", note, node)
    case .undrainNode: return run("pbsnodes", "-c", "-N", former, node)
    case .deleteJob:
      let delay = deletionDelay(grace: grace)
      // A qdel waits for the MOM (3.3 to 3.8 s each on 2.5.13).
      return run("qdel", "-W", String(delay.seconds), job, lasting: delay)
    case .purgeJob: return run("qdel", "-p", job)
    case .clearMomJob: return run("momctl", "-h", node, "-c", job)
    case .endPilot, .removeGuest, .setDom0Memory, .nudgeDom0, .destroyMachine, .endMachine, .endSlot,
      .freeAddress,
      .markAddress, .destroyDomain, .removeResidue, .recountNode, .alignCounter, .resetCursor, .closeAccount:
      return []
    }
  }

  /// Between SIGTERM and SIGKILL of a job that is deleted: the pilot's grace and 10 s more.
  public static func deletionDelay(grace: Duration) -> Duration { .seconds(grace.seconds + 10) }
}
