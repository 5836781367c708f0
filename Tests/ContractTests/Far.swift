import Collect
import Commands
import Foundation
import Model
import Testing
import World

/// The ways to a node that must bring the same.
enum Way: String, CaseIterable, CustomTestStringConvertible {
  case local, ssh, clush

  var testDescription: String { rawValue }
}

/// Nodes that can be asked, for as long as a test runs. Over ssh and clush, a real sshd has an address for each.
struct Far {
  let transport: any NodeTransport
  let reach: Reach.Nodes
  let sshd: Sshd?

  static let standIns = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "stand-ins").path

  /// The stand-ins before what is really there.
  static let path = "\(standIns):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"

  /// `become` stands before what each node is given to do.
  static func with(
    _ way: Way, _ nodes: [String], commandDeadline: Duration = .seconds(120),
    deadline: Duration = .seconds(300),
    become: [String] = [], _ body: (Far) async throws -> Void
  ) async throws {
    var reach = Reach.Nodes()
    reach.transport = Reach.Transport(rawValue: way.rawValue) ?? .local
    reach.deadline = deadline
    reach.commandDeadline = commandDeadline
    reach.become = become
    if way == .local {
      reach.become += ["env", "PATH=\(path)"]
      return try await use(reach, nil, body)
    }
    try await Sshd.with(nodes) { sshd in
      reach.sshConfig = sshd.clientConfiguration
      try await use(reach, sshd, body)
    }
  }

  private static func use(_ reach: Reach.Nodes, _ sshd: Sshd?, _ body: (Far) async throws -> Void)
    async throws
  {
    let far = Far(transport: try reach.openTransport(), reach: reach, sshd: sshd)
    let result: Result<Void, any Error>
    do { result = .success(try await body(far)) } catch { result = .failure(error) }
    await far.transport.close()
    try result.get()
  }

  /// Asks each node some commands, and gives its answers by its name.
  func ask(
    _ nodes: [String], _ commands: [[String]], byteLimit: Int = 1 << 20, address: (String) -> String = { $0 }
  ) async -> [String: [Answer]] {
    let errands = nodes.map { node in
      NodeErrand(
        node: node, address: address(node),
        probes: commands.map {
          Probe(.xenList, node: node, command: $0, deadline: reach.commandDeadline, byteLimit: byteLimit)
        })
    }
    let arrived = Arrived()
    await transport.ask(errands, clock: ObserverClock()) { arrived.add($0.node, $1) }
    #expect(arrived.order.sorted() == nodes.sorted(), "each node arrives once")
    return arrived.answers
  }
}
