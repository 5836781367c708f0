public import Commands
import Files
public import Model
import Synchronization
public import World

/// OpenSSH to each node. The connection stays open for a minute, so a second look and the samples between cost no new login.
public final class SshTransport: NodeTransport {
  private struct State: ~Copyable {
    /// Of the connections' sockets; nil when closed.
    var folder: PrivateFolder?
    var addresses: Set<String> = []
  }

  private let reach: Reach.Nodes
  let controlPath: String
  private let state: Mutex<State>

  /// A socket's path has 107 bytes at most, and OpenSSH needs 58 of them for its name: a slash, 40 digits for whom it
  /// leads to, and while it is made a dot and 16 letters.
  private static let folderByteLimit = 107 - 58

  public init(_ reach: Reach.Nodes) throws(Complaint) {
    let folder = try PrivateFolder()
    guard folder.path.utf8.count <= Self.folderByteLimit else {
      throw Complaint(
        file: folder.path, problem: "the path is too long for the sockets of OpenSSH",
        remedy: "set TMPDIR to a folder with a shorter one")
    }
    self.reach = reach
    controlPath = folder.path + "/%C"
    state = Mutex(State(folder: folder))
  }

  public func ask(
    _ errands: [NodeErrand], clock: ObserverClock,
    arrived: @escaping @Sendable (NodeErrand, [Answer]) -> Void
  ) async {
    state.withLock { $0.addresses.formUnion(errands.map(\.address)) }
    await NodeCall.ask(errands, atOnce: reach.concurrency, clock: clock, arrived: arrived) {
      [self] errand, script in
      Command(
        arguments(
          to: errand.address, ["-o", "ControlMaster=auto", "-o", "ControlPersist=60"],
          reach.become + ["sh", "-c", script.text]),
        deadline: errand.deadline ?? reach.deadline)
    }
  }

  /// The connections end at once, or, when the task is cancelled and time is short, by themselves within a minute.
  public func close() async {
    let addresses = state.withLock { Array($0.addresses) }
    _ = await Bounded.map(addresses, atOnce: reach.concurrency) { [self] address in
      await Command(arguments(to: address, ["-O", "exit"]), deadline: .seconds(2)).run(clock: ObserverClock())
    }
    state.withLock { $0.folder = nil }
  }

  /// Over the connection that stays open.
  func arguments(to address: String, _ options: [String], _ command: [String] = []) -> [String] {
    OpenSSH.arguments(reach, to: address, ["-o", "ControlPath=\(controlPath)"] + options, command)
  }
}
