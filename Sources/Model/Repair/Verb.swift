/// What a plan can do: a closed list. No rule carries a command line.
///
/// Each says here what must hold right before it, when it comes, and what undoes it. How it is carried out is known to the
/// packages of the outside alone; how the snapshot tells that a guard holds, to `Audit`.
public enum Verb: String, CaseIterable, Sendable {
  /// Takes a node out of the batch system's hands, with trueup's marker in its note (`pbsnodes -o -N`).
  case drainNode = "node.drain"
  /// Gives back a node that trueup drained, and no other.
  case undrainNode = "node.undrain"
  /// Deletes a pilot job and waits for the pilot's own restore (`qdel -W`).
  case deleteJob = "job.delete"
  /// Ends a pilot process that outlived its job: TERM, its grace, KILL.
  case endPilot = "pilot.end"
  /// Removes a guest with its record, DHCP entry and images (`workspace-control --remove --deleteall`).
  case removeGuest = "guest.remove"
  /// Sets dom0's memory to what it must be and waits for it to arrive (`xl mem-set 0`).
  case setDom0Memory = "dom0.set"
  /// Wakes a balloon driver that gave up: a MiB below the target, then the target.
  case nudgeDom0 = "dom0.nudge"
  /// Has the service destroy a machine: guest, job, address and rows in one go.
  case destroyMachine = "machine.destroy"
  /// Ends a machine's rows as the service would have: the service must be stopped.
  case endMachine = "machine.end"
  /// Ends one slot row: the service must be stopped.
  case endSlot = "slot.end"
  /// Marks an address free: the service must be stopped.
  case freeAddress = "address.free"
  /// Marks an address used: the service must be stopped.
  case markAddress = "address.mark"
  /// Removes a job whose node was rebooted since it began from the server's books (`qdel -p`).
  case purgeJob = "job.purge"
  /// Removes a job that the server does not know from a MOM's books (`momctl -c`).
  case clearMomJob = "mom.clear"
  /// Destroys a domain that no other way removes; its residue is removed after it (`xl destroy`).
  case destroyDomain = "domain.destroy"
  /// Removes what a guest left on its node: record, DHCP entry, image.
  case removeResidue = "residue.remove"
  /// Sets a pool node's available memory to what its machines leave: the service must be stopped.
  case recountNode = "node-memory.recount"
  /// Raises the counter of machine ids to the highest in use: the service must be stopped.
  case alignCounter = "counter.align"
  /// Empties a notification file and sets its cursor to 0, both together: the service must be stopped.
  case resetCursor = "cursor.reset"
  /// Ends a lease in the accounting ledger: the service must be stopped.
  case closeAccount = "account.close"

  public struct Parameter: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case text, integer }
    public let name: String
    public let kind: Kind
    /// Some sources do not tell it; then it is no guard either.
    public let mayBeUnknown: Bool
  }

  /// What it needs to know. All of it names the thing by what cannot recur, not only by what is short.
  public var parameters: [Parameter] {
    func text(_ name: String) -> Parameter { Parameter(name: name, kind: .text, mayBeUnknown: false) }
    func integer(_ name: String) -> Parameter { Parameter(name: name, kind: .integer, mayBeUnknown: false) }
    switch self {
    case .drainNode, .undrainNode: return [text("node")]
    case .deleteJob: return [text("job"), text("slot")]
    case .endPilot:
      return [
        text("node"), integer("pid"), text("slot"),
        Parameter(name: "started", kind: .text, mayBeUnknown: true),
      ]
    case .removeGuest:
      return [
        text("node"), text("domain"), integer("domid"),
        Parameter(name: "uuid", kind: .text, mayBeUnknown: true),
      ]
    case .setDom0Memory, .nudgeDom0: return [text("node"), integer("memory_kib")]
    case .destroyMachine, .endMachine: return [integer("machine")]
    case .endSlot: return [text("slot"), integer("machine"), text("job")]
    case .freeAddress, .markAddress: return [text("association"), text("address")]
    case .purgeJob: return [text("job"), text("node")]
    case .clearMomJob: return [text("node"), text("job")]
    case .destroyDomain:
      return [
        text("node"), integer("domid"), Parameter(name: "uuid", kind: .text, mayBeUnknown: true),
        Parameter(name: "domain", kind: .text, mayBeUnknown: true),
      ]
    case .removeResidue: return [text("node"), text("kind"), text("name")]
    case .recountNode: return [text("node"), integer("available_kib")]
    case .alignCounter: return [integer("machine")]
    case .resetCursor: return [text("file")]
    case .closeAccount: return [text("uuid"), integer("machine")]
    }
  }

  /// What must hold when it is about to be done, read again less than a second before.
  public var guards: [Guard] {
    switch self {
    case .drainNode: [.nodeKnown, .nodeNotOffline]
    case .undrainNode: [.nodeKnown, .drainedByTrueup]
    case .deleteJob: [.pilotJobOfService, .jobNotEnding, .noMachineByJob, .noForeignGuestAtRisk]
    case .endPilot: [.pilotAsSeen, .pilotJobGone, .noGuest, .noOtherLease]
    case .removeGuest, .destroyDomain: [.domainAsSeen, .noLeaseOfDomain]
    case .setDom0Memory:
      [
        .drainedByTrueup, .noPilot, .noPilotJob, .noGuest, .lockFree, .balloonStill, .memoryFree,
        .memoryWithinBounds,
      ]
    case .nudgeDom0:
      [
        .drainedByTrueup, .noPilot, .noPilotJob, .noGuest, .lockFree, .balloonGaveUp, .memoryFree,
        .memoryWithinBounds,
      ]
    case .destroyMachine: [.machineKnown, .machineNotLeaving, .noJobOfMachine, .noForeignJobByHandle]
    case .endMachine: [.serviceStopped, .noJobOfMachine, .noDomainOfMachine]
    case .endSlot: [.serviceStopped, .slotAsSeen, .noJobOfSlot, .noMachineOfSlot]
    case .freeAddress: [.serviceStopped, .addressUnused, .noUnknownGuest]
    case .markAddress: [.serviceStopped, .addressHeld]
    case .purgeJob: [.pilotJobOfService, .nodeRebootedSince]
    case .clearMomJob: [.jobUnknownToServer, .noPilot]
    case .removeResidue: [.noDomainOfName, .noMachineOfName]
    case .recountNode: [.serviceStopped, .nodeMemoryAsCounted]
    case .alignCounter: [.serviceStopped, .counterBehind]
    case .resetCursor: [.serviceStopped, .nothingUnread]
    case .closeAccount: [.serviceStopped, .noMachineOfAccount]
    }
  }

  /// What undoes it.
  public enum Inverse: Hashable, Sendable {
    case verb(Verb)
    /// The journal keeps what was there before, and puts it back.
    case formerState
    case irreversible

    /// In words.
    public var worded: String {
      switch self {
      case .verb(let verb): verb.rawValue
      case .formerState: "the journal"
      case .irreversible: "nothing: irreversible"
      }
    }
  }

  public var inverse: Inverse {
    switch self {
    case .drainNode: .verb(.undrainNode)
    case .undrainNode: .verb(.drainNode)
    case .setDom0Memory, .nudgeDom0, .endMachine, .endSlot, .freeAddress, .markAddress, .recountNode,
      .alignCounter,
      .resetCursor, .closeAccount:
      .formerState
    case .deleteJob, .endPilot, .removeGuest, .destroyMachine, .purgeJob, .clearMomJob, .destroyDomain,
      .removeResidue:
      .irreversible
    }
  }

  /// When it comes among the steps on a node: drained first, pilots gone, guests, memory, rows last since they are the only
  /// link between job, machine, node and address, then given back.
  public enum Phase: Int, Comparable, Sendable {
    case drain, jobs, pilots, guests, residue, memory, rows, ledger, undrain

    public static func < (left: Phase, right: Phase) -> Bool { left.rawValue < right.rawValue }
  }

  public var phase: Phase {
    switch self {
    case .drainNode: .drain
    case .deleteJob, .purgeJob: .jobs
    case .endPilot, .clearMomJob: .pilots
    case .destroyMachine, .removeGuest, .destroyDomain: .guests
    case .removeResidue: .residue
    case .setDom0Memory, .nudgeDom0: .memory
    case .endMachine, .endSlot, .freeAddress, .markAddress, .recountNode, .alignCounter, .resetCursor: .rows
    case .closeAccount: .ledger
    case .undrainNode: .undrain
    }
  }

  /// Whether `repair --preen` may do it: absolute, undone by one step, and nobody's property.
  public var isSafe: Bool {
    switch self {
    case .drainNode, .undrainNode, .setDom0Memory, .nudgeDom0: true
    case .deleteJob, .endPilot, .removeGuest, .destroyMachine, .endMachine, .endSlot, .freeAddress,
      .markAddress,
      .purgeJob, .clearMomJob, .destroyDomain, .removeResidue, .recountNode, .alignCounter, .resetCursor,
      .closeAccount:
      false
    }
  }
}
