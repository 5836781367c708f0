public import Commands
public import Model
import Synchronization
public import World

/// ClusterShell, for sites that outgrow one machine's connections: one `clush` asks all nodes, through its tree if the site
/// has one.
///
/// It passes output on by lines that it labels with the node, and takes a carriage return for a line's end. So the far end
/// writes that, and the backslash, in another way. GNU's sed does it at the nodes, line by line, so that what was said before
/// a node died has already come.
public struct ClushTransport: NodeTransport {
  private let reach: Reach.Nodes

  public init(_ reach: Reach.Nodes) { self.reach = reach }

  public func ask(
    _ errands: [NodeErrand], clock: ObserverClock,
    arrived: @escaping @Sendable (NodeErrand, [Answer]) -> Void
  ) async {
    for errand in errands where !Self.isPlain(errand.address) {
      let answers = NodeAnswers(to: errand, of: NodeScript(errand.probes), started: clock.now)
      let why = "clush would not take the address \(errand.address) for one node: give it a plain one"
      arrived(errand, answers.answers(ending: .failure(why), finished: clock.now))
    }
    // Nearly always all nodes are asked the same.
    let plain = errands.filter { Self.isPlain($0.address) }
    let alike = Dictionary(grouping: plain) { $0.probes.map(\.command) }.values
    for errands in alike.sorted(by: { $0[0].node < $1[0].node }) {
      let script = NodeScript(errands[0].probes)
      let gathering = ClushGathering(errands, script, started: clock.now, arrived: arrived)
      let each = errands.compactMap(\.deadline).max() ?? reach.deadline
      let outcome = await Command(
        arguments(errands, script, deadline: each), deadline: deadline(errands.count, each: each)
      )
      .run(clock: clock) { stream, bytes, moment in gathering.take(bytes, from: stream, at: moment) }
      gathering.finish(outcome, deadline: each)
    }
  }

  public func close() async {}

  private func arguments(_ errands: [NodeErrand], _ script: NodeScript, deadline: Duration) -> [String] {
    Self.arguments(
      reach, to: errands.map(\.address), ["-u", String(OpenSSH.seconds(deadline))],
      reach.become + farEnd(script))
  }

  /// A call of clush, which gives the command to a shell there.
  static func arguments(
    _ reach: Reach.Nodes, to addresses: [String], _ options: [String], _ command: [String]
  ) -> [String] {
    ["clush", "--nostdin", "--color=never", "-f", String(reach.concurrency)]
      + options + ["-o", Shell.line(OpenSSH.options(reach))]
      + (reach.user.isEmpty ? [] : ["-l", reach.user]) + reach.clushOptions
      + addresses.flatMap { ["-w", $0] } + ["--", Shell.line(command)]
  }

  /// Both streams through sed. `stdbuf` is of coreutils from 7.5 on; without it, sed reads byte by byte.
  private func farEnd(_ script: NodeScript) -> [String] {
    let filter = #"""
      escape() {
        export LC_ALL=C
        set -- -e 's/\\/\\\\/g' -e 's/\r/\\r/g'
        if command -v stdbuf >/dev/null; then stdbuf -oL sed "$@"; else sed -u "$@"; fi
      }
      { sh -c "$1" 2>&1 >&3 3>&- | escape >&2; } 3>&1 | escape
      """#
    return ["sh", "-c", filter, "sh", script.text]
  }

  /// Brackets, commas and the like would name a set of nodes, and a colon ends a label.
  static func isPlain(_ address: String) -> Bool {
    !address.isEmpty && address.utf8.first != 45
      && address.utf8.allSatisfy { byte in
        switch byte {
        case 45, 46, 48...57, 65...90, 95, 97...122: true
        default: false
        }
      }
  }

  /// Of all nodes, so many at a time, each with its own time-out that clush keeps.
  private func deadline(_ count: Int, each: Duration) -> Duration {
    let turns = (count + reach.concurrency - 1) / max(1, reach.concurrency)
    return (each + reach.connectTimeout) * (turns + 1)
  }
}
