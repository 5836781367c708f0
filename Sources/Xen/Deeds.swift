public import Model
public import World

extension Xen {
  /// How an act is carried out in dom0; empty for an act that is none of Xen's.
  ///
  /// `mem-set` ends with 0 when the target was stored, which is not yet memory. `xl` takes KiB by its suffix, and MiB without
  /// one, whatever its manual page says; `xm` knows MiB only.
  public static func deeds(for act: Act, _ reach: Reach.Nodes) -> [Deed] {
    let tool = reach.toolstack.rawValue
    func run(_ command: [String]) -> [Deed] {
      [.command(command, at: .node(act.text("node")), deadline: reach.commandDeadline)]
    }
    func amount(_ kib: Int64) -> String {
      switch reach.toolstack {
      case .xl: "\(kib)k"
      case .xm: "\(kib / 1024)"
      }
    }
    let memory = act.integer("memory_kib")
    switch act.verb {
    case .setDom0Memory: return run(locked([tool, "mem-set", "0", amount(memory)], reach))
    case .nudgeDom0:
      // The same target again does not wake a driver that gave up; another one does.
      return run(
        locked(["sh", "-c", nudge, "sh", tool, amount(memory - 1024), amount(memory)], reach))
    case .destroyDomain: return run([tool, "destroy", String(act.integer("domid"))])
    case .drainNode, .undrainNode, .deleteJob, .endPilot, .removeGuest, .destroyMachine, .endMachine,
      .endSlot,
      .freeAddress, .markAddress, .purgeJob, .clearMomJob, .removeResidue, .recountNode, .alignCounter,
      .resetCursor,
      .closeAccount:
      return []
    }
  }

  /// Pilots from 2.7 on hold their lock while they read and set dom0's memory: so is it held here. It is opened, and never
  /// made.
  private static func locked(_ command: [String], _ reach: Reach.Nodes) -> [String] {
    reach.pilotLock.isEmpty ? command : ["sh", "-c", lock, "sh", reach.pilotLock] + command
  }

  private static let lock = #"exec 9<"$1" && flock -w 2 9 || exit 75; shift; "$@" 9<&-"#
  private static let nudge = #""$1" mem-set 0 "$2" && sleep 1 && "$1" mem-set 0 "$3""#
}
