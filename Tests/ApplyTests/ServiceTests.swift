import Apply
import Commands
import Foundation
import Glibc
import Model
import Testing
import World

@Suite("Whether the service runs")
struct ServiceTests {
  private static func state(_ change: (inout Reach.Service) -> Void) async throws -> ServiceState {
    try await LiveSite { change(&$0.service) }.service()
  }

  private static func isRunning(_ state: ServiceState) -> String? {
    if case .running(let how) = state { how } else { nil }
  }

  @Test("is not known where nothing says how it shows")
  func nothing() async throws {
    guard case .unknown(let reason) = try await Self.state({ _ in }) else {
      Issue.record("known")
      return
    }
    #expect(reason.contains("set service.process, service.port or service.home"))
  }

  @Test("shows by a process's command line, and not by trueup's own")
  func process() async throws {
    let word = "org.globus.\(UInt64.random(in: 0 ... .max))"
    #expect(try await Self.state { $0.process = word } == .stopped)
    // Whatever this process was started with is no sign.
    #expect(try await Self.state { $0.process = CommandLine.arguments[0] } == .stopped)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "sleep 60; :", "sh", word]
    try process.run()
    defer { process.terminate() }
    // A process that is only just being made has no command line yet.
    let line = "/proc/\(process.processIdentifier)/cmdline"
    while FileManager.default.contents(atPath: line)?.isEmpty != false {
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(
      Self.isRunning(try await Self.state { $0.process = word })
        == "process \(process.processIdentifier) has \(word) in its command line")
  }

  @Test("shows by a port that answers")
  func port() async throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    try #require(bound)
    let port = Int(UInt16(bigEndian: address.sin_port))
    // Bound, and nobody listens.
    #expect(try await Self.state { $0.port = port } == .stopped)
    #expect(listen(socket, 1) == 0)
    #expect(Self.isRunning(try await Self.state { $0.port = port }) == "port \(port) of this machine answers")
    // One sign of life is enough.
    #expect(
      Self.isRunning(
        try await Self.state { service in
          service.port = port
          service.process = "no such process \(UUID().uuidString)"
        }) != nil)
  }

  @Test("shows by Derby's lock, which a process holds or left behind")
  func lock() async throws {
    let script = root.appending(path: "Tests/servers/derby.sh").path
    let started = await Command([script, "start"], deadline: .seconds(180)).run(clock: ObserverClock())
    let told = String(decoding: started.stdout, as: UTF8.self).split(separator: "\n")
    let home = try #require(told.first { $0.hasPrefix("HOME=") }?.dropFirst(5))
    let held = Self.isRunning(try await Self.state { $0.home = "\(home)/nimbus" })
    #expect(held?.contains("WorkspacePersistenceDB is held by process") == true, "\(held ?? "")")
    let scratch = try Scratch()
    let folder = "\(scratch.path)/WorkspacePersistenceDB"
    guard case .unknown(let reason) = try await Self.state({ $0.home = scratch.path }) else {
      Issue.record("known")
      return
    }
    #expect(reason == "\(scratch.path) has none of the service's databases")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    #expect(try await Self.state { $0.home = scratch.path } == .stopped)
    try Data("x".utf8).write(to: URL(filePath: "\(folder)/db.lck"))
    let left = Self.isRunning(try await Self.state { $0.home = scratch.path })
    #expect(left?.hasPrefix("\(folder)/db.lck is there: the service runs, or was killed") == true)
    #expect(
      try await Self.state { service in
        service.home = scratch.path
        service.process = "no such process \(UUID().uuidString)"
      } == .stopped)
  }
}
