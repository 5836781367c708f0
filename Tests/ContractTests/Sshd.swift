import Commands
import Files
import Foundation
import Glibc
import Testing
import World

/// A real sshd on loopback with keys of its own: each node is an address.
struct Sshd {
  let folder: String
  /// What `ssh -F` is given: it names the nodes.
  var clientConfiguration: String { "\(folder)/client" }

  /// A node whose host key nobody knows.
  static let stranger = "stranger"
  /// Where nobody listens.
  static let refuser = "refuser"

  static func with(_ nodes: [String], _ body: (Sshd) async throws -> Void) async throws {
    let folder = try PrivateFolder()
    let sshd = Sshd(folder: folder.path)
    let port = try await sshd.prepare(nodes + [stranger])
    try await withThrowingTaskGroup(of: Command.Outcome?.self) { group in
      let server = Command(
        ["/usr/sbin/sshd", "-D", "-e", "-f", "\(sshd.folder)/server"], deadline: .seconds(300))
      group.addTask { [log = sshd.log] in
        let outcome = await server.run(clock: ObserverClock())
        try? Data(outcome.stderr).write(to: URL(filePath: log))
        return outcome
      }
      while !answers(port) {
        try await Task.sleep(for: .milliseconds(20))
        try #require(!FileManager.default.fileExists(atPath: sshd.log), "sshd ended: \(sshd.said)")
      }
      try await body(sshd)
      group.cancelAll()
    }
  }

  private var log: String { "\(folder)/log" }
  private var said: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

  /// Writes the keys and the configurations, and gives the port.
  private func prepare(_ nodes: [String]) async throws -> Int {
    try #require(access("/usr/sbin/sshd", X_OK) == 0, "there is no /usr/sbin/sshd: make deps")
    if getuid() == 0 { mkdir("/run/sshd", 0o755) }
    for key in ["host", "user"] {
      let made = await Command(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(key)"], deadline: .seconds(300)
      ).run(clock: ObserverClock())
      try #require(made.ending == .exit(0), "ssh-keygen: \(made)")
    }
    let port = try Self.freePort()
    let key = try String(contentsOfFile: "\(folder)/host.pub", encoding: .utf8)
    let addresses = nodes.indices.map { "127.0.9.\($0 + 1)" }
    let known = zip(nodes, addresses).filter { $0.0 != Self.stranger }.map { "[\($0.1)]:\(port) \(key)" }
    try write("known", known.joined())
    try FileManager.default.copyItem(atPath: "\(folder)/user.pub", toPath: "\(folder)/authorized")
    try write("server", server(Array(zip(nodes, addresses)), port: port))
    try write("client", client(Array(zip(nodes, addresses)), port: port))
    return port
  }

  private func server(_ nodes: [(name: String, address: String)], port: Int) -> String {
    """
    Port \(port)
    HostKey \(folder)/host
    AuthorizedKeysFile \(folder)/authorized
    PidFile none
    StrictModes no
    UsePAM no
    MaxStartups 500
    LogLevel VERBOSE
    \(nodes.map { "ListenAddress \($0.address)" }.joined(separator: "\n"))
    \(nodes.map { "Match LocalAddress \($0.address)\n  SetEnv TRUEUP_NODE=\($0.name) PATH=\(Far.path)" }
      .joined(separator: "\n"))

    """
  }

  private func client(_ nodes: [(name: String, address: String)], port: Int) -> String {
    """
    Port \(port)
    IdentityFile \(folder)/user
    IdentitiesOnly yes
    UserKnownHostsFile \(folder)/known
    GlobalKnownHostsFile /dev/null
    \((nodes + [(Self.refuser, "127.0.9.250")]).map { "Host \($0.name)\n  HostName \($0.address)" }
      .joined(separator: "\n"))

    """
  }

  private func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
  }

  private static func freePort() throws -> Int {
    let (socket, address) = try bound(port: 0)
    defer { close(socket) }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  private static func bound(port: UInt16) throws -> (Int32, sockaddr_in) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.9.1")
    address.sin_port = port.bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(socket, pointer, size) == 0 ? getsockname(socket, pointer, &size) : -1
      }
    }
    try #require(result == 0, "no free port")
    return (socket, address)
  }

  private static func answers(_ port: Int) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.9.1")
    address.sin_port = in_port_t(port).bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
