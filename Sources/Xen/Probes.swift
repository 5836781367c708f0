public import Model
public import World

extension Xen {
  /// What is asked of a node's dom0. What asks xenstored comes last: where that is dead, `list` and `xenstore-ls` hang for
  /// ever, while the kernel's files and `info` still answer (measured on Xen 4.17).
  ///
  /// Never `xl list -l`: it writes `memory/target` and `memory/static-max` where they are absent.
  public static func probes(of node: String, _ reach: Reach.Nodes) -> [Probe] {
    let toolstack = reach.toolstack.rawValue
    func probe(_ kind: ObservationKind, _ command: [String], byteLimit: Int = 1 << 20) -> Probe {
      Probe(kind, node: node, command: command, deadline: reach.commandDeadline, byteLimit: byteLimit)
    }
    var probes = [
      probe(.nodeMemory, ["cat", "/proc/meminfo"]),
      probe(.xenBalloon, ["sh", "-c", balloon]),
      probe(.xenInfo, [toolstack, "info"]),
      probe(.xenList, [toolstack, "list"]),
    ]
    if reach.toolstack == .xl {
      probes.append(probe(.xenStore, ["xenstore-ls", "-f", "/local/domain"], byteLimit: 16 << 20))
    }
    return probes
  }

  /// The balloon driver: Xen 3.x has the one file, Linux from 2.6.37 on the others.
  private static let balloon = """
    [ ! -e /proc/xen/balloon ] || exec cat /proc/xen/balloon
    cd /sys/devices/system/xen_memory/xen_memory0 && exec tail -n +1 target_kb info/current_kb
    """
}
