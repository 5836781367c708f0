import Commands
import Model
public import World

/// The one POSIX script that asks a node everything. It runs in dash, bash and busybox, and leaves nothing behind.
///
/// Both streams begin with a line that tells the secret of all later marks: it is made at the node, so who reads the script
/// in a list of processes cannot put marks into what is about to be printed. Then each command stands between a mark that it
/// begins and one that it ended, with its exit status. A mark is 0x1E, the secret, a word, and a newline; what was printed
/// before it needs none.
///
/// A watchdog ticks. A command that was running at the tick before is killed with its process group, by SIGKILL since
/// xentop ignores SIGTERM; one that even so does not end is left behind at the next tick. So a script needs two processes
/// beside its commands, whatever their number.
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
    let asked = probes.enumerated().map { "ask \($0) \(Shell.line($1.command))\n" }
    text = Self.prologue(nonce: halves, tick: tick) + asked.joined() + Self.epilogue
  }

  // Here `t` counts the ticks since a command began, and `seen` those that `wait` was interrupted by. A command that hung
  // through two has the word "hung" for its status. The watchdog leaves when its parent is no longer the script: the number
  // may be another's by then.
  private static func prologue(nonce: [String], tick: Duration) -> String {
    """
    export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin:/usr/local/sbin"
    group=; command -v setsid >/dev/null && group=setsid
    read -r secret </proc/sys/kernel/random/uuid
    secret="\(nonce.joined(separator: "\"\"")) $secret"
    mark() { printf '\\036%s\\n' "$secret$1"; printf '\\036%s\\n' "$secret$1" >&2; }
    kill_group() { kill -9 -"$p" || kill -9 "$p"; } 2>/dev/null
    tick() { t=$((t + 1)); [ -z "$p" ] || [ $t -lt 2 ] || kill_group; }
    ask() {
      i=$1 t=0 seen=0; shift
      mark " b$i"
      $group "$@" </dev/null & p=$!
      wait $p 2>/dev/null; r=$?
      while [ $r -gt 128 ] && [ $t -gt $seen ] && [ $t -lt 3 ]; do seen=$t; wait $p 2>/dev/null; r=$?; done
      [ $t -lt 2 ] || [ $r -le 128 ] || r=hung
      [ -z "$group" ] || kill -9 -$p 2>/dev/null
      p=
      mark " e$i $r"
    }
    trap tick USR1
    trap '[ -z "$p" ] || kill_group; kill $watchdog; exit 143' HUP INT TERM
    {
      trap 'kill $!; wait; exit' TERM
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
    """
}
