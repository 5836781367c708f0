public import Model
public import World

extension Persistence {
  /// How an act is carried out on the service's records; empty for an act that is none of this package's. `facts` is what
  /// `questions` asked of a fresh snapshot.
  ///
  /// The service keeps its data in memory too, so it must be stopped for all but its own way of destroying a machine. Each
  /// change finds its rows by all that was seen of them, and the ledger is a step of its own: what is changed in one database
  /// can't depend on the other.
  public static func deeds(
    for act: Act, on facts: Facts, _ service: Reach.Service = Reach.Service()
  ) throws(DeedRefusal) -> [Deed] {
    let machine = act.integer("machine")
    switch act.verb {
    case .endMachine: return [.transaction(try MachineEnd(machine, facts).transaction())]
    case .endSlot: return [.transaction(try SlotEnd(act, facts).transaction())]
    case .freeAddress: return [.transaction(try AddressMark(act, facts).freeing())]
    case .markAddress: return [.transaction(try AddressMark(act, facts).marking())]
    case .recountNode: return [.transaction(try NodeRecount(act, facts).transaction())]
    case .alignCounter: return [.transaction(try CounterAlignment.transaction(to: machine, facts))]
    case .resetCursor: return try CursorReset(act.text("file"), facts).deeds(service)
    case .closeAccount: return [.transaction(try AccountEnd.transaction(act, facts))]
    case .destroyMachine: return destruction(of: machine, service)
    case .drainNode, .undrainNode, .deleteJob, .endPilot, .removeGuest, .setDom0Memory, .nudgeDom0, .purgeJob,
      .clearMomJob, .destroyDomain, .removeResidue:
      return []
    }
  }

  /// The service's own way: guest, job, address and rows in one go. It waits for the node.
  private static func destruction(of machine: Int64, _ service: Reach.Service) -> [Deed] {
    guard !service.destroy.isEmpty else { return [] }
    let command = service.destroy.map { $0.replacing("{machine}", with: String(machine)) }
    return [.command(command, at: .service, deadline: .seconds(120))]
  }
}
