/// What must hold right before an act. Each is asked of a fresh look; what was not wholly seen says no.
public enum Guard: String, CaseIterable, Sendable {
  case nodeKnown, nodeNotOffline, drainedByTrueup
  case pilotJobOfService, jobNotEnding, noMachineByJob, noForeignGuestAtRisk, nodeRebootedSince
  case jobUnknownToServer, pilotAsSeen, pilotJobGone, noOtherLease
  case noPilot, noPilotJob, noGuest, lockFree, balloonStill, balloonGaveUp, memoryFree, memoryWithinBounds
  case domainAsSeen, noLeaseOfDomain, noDomainOfName, noMachineOfName
  case machineKnown, machineNotLeaving, noJobOfMachine, noForeignJobByHandle, noDomainOfMachine
  case slotAsSeen, noJobOfSlot, noMachineOfSlot
  case addressUnused, noUnknownGuest, addressHeld
  case nodeMemoryAsCounted, counterBehind, nothingUnread, noMachineOfAccount
  /// The one that no source of the snapshot tells: the service's process, its port and Derby's lock do.
  case serviceStopped

  /// In words, without a full stop.
  public var sentence: String {
    switch self {
    case .nodeKnown: "the batch system knows the node"
    case .nodeNotOffline: "nobody else has taken the node offline"
    case .drainedByTrueup: "the node is drained by trueup"
    case .pilotJobOfService:
      "the job is of the service's account and writes its output into this service's pilot-logs"
    case .jobNotEnding: "the job is not exiting already"
    case .noMachineByJob: "no machine lives by the job"
    case .noForeignGuestAtRisk: "no other lease's guest is on its nodes while free memory is below the lease"
    case .nodeRebootedSince: "every node of the job was rebooted after it began"
    case .jobUnknownToServer: "the server does not know the job"
    case .pilotAsSeen: "the process has this pid, this slot and this start time"
    case .pilotJobGone: "its job is gone"
    case .noOtherLease: "no other lease is on the node"
    case .noPilot: "no pilot process is alive on the node"
    case .noPilotJob: "no job of the service is running or exiting on the node"
    case .noGuest: "no guest is on the node"
    case .lockFree: "nobody holds the pilots' lock"
    case .balloonStill: "dom0's balloon is not on its way somewhere else: it is there, or gave up"
    case .balloonGaveUp: "dom0's balloon stands still below its target"
    case .memoryFree: "Xen has the memory free"
    case .memoryWithinBounds:
      "the amount is no more than dom0 may have, and leaves it what it uses and a margin"
    case .domainAsSeen: "the domain has this domid, uuid and name, and is not Domain-0"
    case .noLeaseOfDomain: "no job and no pilot leases memory to it"
    case .noDomainOfName: "no domain of this name is on the node"
    case .noMachineOfName: "no machine of this name is in the database"
    case .machineKnown: "the machine is in the database"
    case .machineNotLeaving: "the service is not destroying it already"
    case .noJobOfMachine:
      "its job is gone, from the server and from every MOM, and no pilot of its slot is alive"
    case .noForeignJobByHandle: "its slot's handle names no job that is somebody else's"
    case .noDomainOfMachine: "no domain of it is on any node"
    case .slotAsSeen: "the slot's row has this machine and this job"
    case .noJobOfSlot: "no job and no pilot of the slot is alive"
    case .noMachineOfSlot: "no machine lives by the slot"
    case .addressUnused: "no machine, no domain's interface and no DHCP entry has the address"
    case .noUnknownGuest: "no guest runs that the database does not know"
    case .addressHeld: "a machine has the address"
    case .nodeMemoryAsCounted: "the machines on the node take what they took"
    case .counterBehind: "the counter is still behind"
    case .nothingUnread: "no message behind the cursor is unread"
    case .noMachineOfAccount: "no machine of this id is in the database"
    case .serviceStopped: "the service is stopped"
    }
  }
}
