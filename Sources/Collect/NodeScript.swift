import Commands
import Model
public import World

/// The one POSIX script that asks a node everything. It runs in dash, bash and busybox, and leaves nothing behind.
///
/// Both streams begin with a line that tells the secret of all later marks: it is made at the node, so who reads the script
/// in a list of processes cannot put marks into what is about to be printed. A mark stands behind each command's output, and
/// the next command's follows: 0x1E, the secret, the exit status, and a newline. Before it none is needed.
///
/// A watchdog ticks. A command that was running at the tick before is killed with all that it started, by SIGKILL since
/// xentop ignores SIGTERM; one that even so does not end is left behind at the next tick. So a script needs two processes
/// beside its commands, whatever their number. A `setsid` for each, to kill it by its group, was measured to cost as much
/// as a third of the commands themselves; so the victims are looked up in /proc when there are some.
public struct NodeScript: Sendable {
  /// What the far end's shell is given.
  public let text: String
  /// 128 random bits, by which the first line is known from what a login prints.
  let nonce: String
  /// Between two ticks of the watchdog: the longest deadline of the probes.
  let tick: Duration

  public init(_ probes: [Probe]) {
    var random = SystemRandomNumberGenerator()
    self.init(probes, nonce: [random.next(), random.next()])
  }

  init(_ probes: [Probe], nonce: [UInt64]) {
    let halves = nonce.map { String($0, radix: 16) }
    self.nonce = halves.joined()
    tick = probes.map(\.deadline).max() ?? .seconds(5)
    let asked = probes.map { "ask \(Shell.line($0.command))\n" }
    text = Self.prologue(nonce: halves, tick: tick) + asked.joined() + Self.epilogue
  }

  // Here `t` counts the ticks since a command began, and `seen` those that `wait` was interrupted by. A command that hung
  // through two has the word "hung" for its status. The watchdog leaves when its parent is no longer the script: the number
  // may be another's by then. In /proc/PID/stat the parent is the second word behind the name, which ends with the last ")".
  private static func prologue(nonce: [String], tick: Duration) -> String {
    """
    export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin:/usr/local/sbin"
    read -r secret </proc/sys/kernel/random/uuid
    secret="\(nonce.joined(separator: "\"\"")) $secret"
    mark() { printf '\\036%s\\n' "$secret$1"; printf '\\036%s\\n' "$secret$1" >&2; }
    kill_tree() {
      tree=" $p " grown=yes
      while [ $grown ]; do
        grown=
        for stat in /proc/[0-9]*/stat; do
          read -r line <$stat || continue
          child=${line%% *} line=${line##*) }
          line=${line#* }
          case $tree in *" $child "*) continue ;; *" ${line%% *} "*) tree="$tree$child " grown=yes ;; esac
        done
      done
      kill -9 $tree
    } 2>/dev/null
    tick() { t=$((t + 1)); [ -z "$p" ] || [ $t -lt 2 ] || kill_tree; }
    ask() {
      t=0 seen=0
      "$@" </dev/null & p=$!
      wait $p 2>/dev/null; r=$?
      while [ $r -gt 128 ] && [ $t -gt $seen ] && [ $t -lt 3 ]; do seen=$t; wait $p 2>/dev/null; r=$?; done
      [ $t -lt 2 ] || [ $r -le 128 ] || r=hung
      p=
      mark " $r"
    }
    trap tick USR1
    {
      trap 'kill -9 $!; wait; exit' TERM
      while sleep \(tick.secondsWorded) & wait $!; do
        read -r _ _ _ parent _ </proc/self/stat
        [ "$parent" = $$ ] || exit
        kill -USR1 $$
      done
    } </dev/null >/dev/null 2>&1 & watchdog=$!
    mark

    """
  }

  private static let epilogue = """
    kill $watchdog
    wait $watchdog
    exit 0
    """
}
