public import Model
public import World

extension Node {
  /// How an act is carried out on a node beside Xen; empty for an act that is none of this package's.
  ///
  /// What comes from outside is an argument and never a part of a script, so nothing in it is a command.
  public static func deeds(for act: Act, grace: Duration, _ reach: Reach.Nodes) -> [Deed] {
    func run(_ command: [String], lasting more: Duration = .zero) -> [Deed] {
      [.command(command, at: .node(act.text("node")), deadline: reach.commandDeadline + more)]
    }
    func script(_ text: String, _ arguments: String...) -> [String] { ["sh", "-c", text, "sh"] + arguments }
    /// It ends with 18 and 27 where there is nothing left to remove, and takes a while where images are large.
    func remove(_ domain: String) -> [Deed] {
      reach.workspaceControl.isEmpty
        ? []
        : run(
          ["\(reach.workspaceControl)/bin/workspace-control", "--remove", "--deleteall", "--name", domain],
          lasting: .seconds(60))
    }
    switch act.verb {
    case .endPilot:
      return run(
        script(end, String(act.integer("pid")), act.text("slot"), String(grace.seconds)),
        lasting: grace + .seconds(2))
    case .removeGuest: return remove(act.text("domain"))
    case .removeResidue:
      let name = act.text("name")
      return act.text("kind") == "dhcp" ? run(script(forget, reach.dhcp, name)) : remove(name)
    case .drainNode, .undrainNode, .deleteJob, .setDom0Memory, .nudgeDom0, .destroyMachine, .endMachine,
      .endSlot,
      .freeAddress, .markAddress, .purgeJob, .clearMomJob, .destroyDomain, .recountNode, .alignCounter,
      .resetCursor,
      .closeAccount:
      return []
    }
  }

  /// Ends a process by its number as long as it is the pilot of this slot: first SIGTERM, after its grace SIGKILL.
  private static let end = #"""
    pid=$1 slot=$2 left=$3
    is_pilot() { tr '\0' ' ' 2>/dev/null </proc/"$pid"/cmdline | grep -qF -- "$slot"; }
    is_pilot || exit 0
    kill -TERM "$pid"
    while [ "$left" -gt 0 ] && is_pilot; do sleep 1; left=$((left - 1)); done
    ! is_pilot || kill -KILL "$pid"
    """#

  /// Takes a host's entry out of the DHCP server's configuration, under the lock that workspace-control takes.
  private static let forget = #"""
    exec 9>>"$1.lock" && flock -w 5 9 || exit 75
    new=$(mktemp "$1.XXXXXX") && cp -p -- "$1" "$new" && HOST=$2 awk '
      $1 == "host" && $2 == ENVIRON["HOST"] { skipped = 1 }
      !skipped { print }
      skipped && /}/ { skipped = 0 }
    ' "$1" >"$new" && mv -- "$new" "$1" || { status=$?; rm -f -- "$new"; exit $status; }
    """#
}
