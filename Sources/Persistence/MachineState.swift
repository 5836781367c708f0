/// The names of the service's state numbers (`WorkspaceConstants.java`, `DataConvert.java`; -128 and -256
/// from 2.8).
enum MachineState {
  /// The name of a state; nil for a number that no release has.
  static func name(of state: Int64) -> String? {
    switch state {
    case -256: "DestroySucceeded"
    case -128: "DestroyFailed"
    case -2: "Invalid"
    case -1: "ScheduledOnly"
    case 0...28: names[Int(state)]
    case 29: "Corrupted"
    case 30...58: "Corrupted(\(names[Int(state) - 30]))"
    default: nil
    }
  }

  /// Whether it never moves by itself again.
  static func isCorrupted(_ state: Int64) -> Bool { (29...58).contains(state) }

  private static let names = [
    "Unstaged", "StagingIn", "Unpropagated", "Propagating", "PropagatingToStart",
    "PropagatingToPause", "Propagated", "Starting", "Started", "Serializing", "Serialized",
    "Pausing", "Paused", "Reboot", "ShuttingDown", "ReadyingForTransport", "ReadyForTransport",
    "StagingOut", "StagedOut", "CancellingStagingIn", "CancellingUnpropagated",
    "CancellingPropagating", "CancellingPropagatingToStart", "CancellingPropagatingToPause",
    "CancellingAtVMM", "CancellingReadyingForTransport", "CancellingReadyForTransport",
    "CancellingStagingOut", "Destroying",
  ]
}
