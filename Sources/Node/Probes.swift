public import Model
public import World

extension Node {
  /// What is asked of a node beside Xen. Its clock comes first: nothing stands before it in the call, so its moment is
  /// known best.
  ///
  /// What comes from the configuration is an argument and never a part of a script, so nothing in it is a command.
  public static func probes(of node: String, _ reach: Reach.Nodes) -> [Probe] {
    func probe(_ kind: ObservationKind, _ command: [String], byteLimit: Int) -> Probe {
      Probe(kind, node: node, command: command, deadline: reach.commandDeadline, byteLimit: byteLimit)
    }
    func script(_ text: String, _ arguments: String...) -> [String] { ["sh", "-c", text, "sh"] + arguments }

    var probes = [
      probe(.nodeClock, script(clock), byteLimit: 1 << 20),
      probe(.nodePilots, script(pilots, reach.pilotLogs, reach.pilotLock), byteLimit: 64 << 20),
    ]
    if !reach.workspaceControl.isEmpty || !reach.dhcp.isEmpty {
      probes.append(
        probe(.nodeResidue, script(residue, reach.workspaceControl, reach.dhcp), byteLimit: 16 << 20))
    }
    if !reach.pilotProgram.isEmpty {
      probes.append(probe(.pilotSettings, ["cat", "--", reach.pilotProgram], byteLimit: 4 << 20))
    }
    return probes
  }

  /// Busybox's `date` knows no `%N`, and prints it as it stands.
  private static let clock = """
    now=$(date +%s.%N) && echo "${now%.%N}" && exec tail -n +1 /proc/uptime /proc/sys/kernel/random/boot_id
    """

  /// The processes, the lock file with its inode, who holds locks, and the logs. Anybody may write into the logs' folder:
  /// a link there could lead to a file that only root may read, so none is followed.
  private static let pilots = """
    logs=$1 lock=$2 IFS=
    ps -ef || exit
    set --
    if [ -n "$lock" ]; then
      [ ! -e "$lock" ] || ls -li -- "$lock" || exit
      set -- /proc/locks
    fi
    for log in $logs; do
      [ ! -f "$log" ] || [ -L "$log" ] || set -- "$@" "$log"
    done
    [ $# = 0 ] || exec tail -v -n +1 -- "$@"
    """

  /// A folder or a file that is not there holds no residue.
  private static let residue = """
    status=0
    [ ! -d "$1" ] || find -H "$1" -maxdepth 2 || status=$?
    [ ! -f "$2" ] || tail -v -n +1 -- "$2" || status=$?
    exit $status
    """
}
