import Collect
import Commands
import Files
import Foundation
import Model
import Node
import Testing
import World
import Xen

/// What is asked of a node is run here, with the real commands and with busybox's, and understood by those who read it.
@Suite struct ProbesTests {
  /// What the probes find on the node, in a folder of its own.
  private struct Ground {
    let folder: String
    var reach: Reach.Nodes

    init(_ folder: String) {
      self.folder = folder
      reach = Reach.Nodes()
      reach.transport = .local
      reach.become = ["env", "PATH=\(Far.path)"]
      (reach.commandDeadline, reach.deadline) = (.seconds(120), .seconds(300))
      reach.pilotLogs = "\(folder)/my logs/workspace-pilot-*.txt"
      reach.workspaceControl = "\(folder)/workspace"
      reach.dhcp = "\(folder)/dhcpd.conf"
    }

    func write(_ name: String, _ text: String) throws {
      let file = URL(filePath: "\(folder)/\(name)")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }

    func ask() async throws -> [ObservationKind: RawObservation] {
      let probes = Node.probes(of: "wn1", reach) + Xen.probes(of: "wn1", reach)
      let arrived = Arrived()
      await LocalTransport(reach).ask(
        [NodeErrand(node: "wn1", address: "wn1", probes: probes)], clock: ObserverClock()
      ) { arrived.add($0.node, $1) }
      let answers = try #require(arrived.answers["wn1"])
      #expect(answers.map(\.observation.kind) == probes.map(\.kind))
      return Dictionary(answers.map { ($0.observation.kind, $0.observation) }, uniquingKeysWith: { $1 })
    }
  }

  private func read(_ observation: RawObservation?) throws -> (coverage: Coverage, rows: [Row]) {
    let observation = try #require(observation)
    var list = RowList()
    let reading = Node.read(observation, into: &list) ?? Xen.read(observation, into: &list)
    return (try #require(reading).coverage, list.rows)
  }

  private static let slot = "0aa5d8a6-1c52-4a0e-9a8f-4c1b5e0f1a01"
  private static let log = "2026-11-22 20:56:59,508 DEBUG @2291: current memory MB = 882\n"

  @Test func aNodeWithoutPilotsAndResidueIsWhollySeen() async throws {
    let folder = try PrivateFolder()
    let seen = try await Ground(folder.path).ask()
    for kind in [ObservationKind.nodeClock, .nodePilots, .nodeResidue, .nodeMemory, .xenInfo, .xenList] {
      #expect(try read(seen[kind]).coverage == .complete, "\(kind.rawValue)")
    }
    #expect(seen[.nodeResidue]?.stdout == [])
    #expect(
      seen[.nodeClock]?.started ?? Instant(milliseconds: 0) <= seen[.xenList]?.started
        ?? Instant(milliseconds: 0))
    // This machine has no balloon driver, and that is told.
    #expect(seen[.xenBalloon]?.ending != .exit(0))
    #expect(seen[.xenStore]?.ending == .exit(0))
    #expect(seen[.pilotSettings] == nil)
  }

  @Test func theClockIsThisMachines() async throws {
    let folder = try PrivateFolder()
    let row = try #require(try read(try await Ground(folder.path).ask()[.nodeClock]).rows.first)
    guard case .integer(let skew)? = row["skew_ms"] else { throw Missing() }
    #expect(abs(skew) < 5000)
    #expect(row["boot_id"] != .null)
  }

  @Test func logsAreReadAndLinksAmongThemAreNot() async throws {
    let folder = try PrivateFolder()
    let ground = Ground(folder.path)
    try ground.write("my logs/workspace-pilot-\(Self.slot).txt", Self.log)
    try ground.write("secret", "2026-11-22 20:56:59,508 DEBUG @2291: current memory MB = 1\n")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/my logs/workspace-pilot-\(Self.slot.replacing("a", with: "b")).txt",
      withDestinationPath: "\(folder.path)/secret")
    let pilots = try read(try await ground.ask()[.nodePilots])
    #expect(pilots.coverage == .complete)
    let logs = pilots.rows.filter { $0.table.description == "pilot_log" }
    #expect(logs.map { $0["slot"] } == [.text(Self.slot)])
    #expect(logs.map { $0["memory_kib"] } == [.integer(882 * 1024)])
  }

  @Test func whoHoldsTheLockIsSeen() async throws {
    let folder = try PrivateFolder()
    var ground = Ground(folder.path)
    ground.reach.pilotLock = "\(folder.path)/workspace-pilot.lock"
    #expect(try read(try await ground.ask()[.nodePilots]).coverage == .complete, "nobody made the file yet")
    try ground.write("workspace-pilot.lock", "")
    let pilots = try read(try await ground.ask()[.nodePilots])
    #expect(pilots.coverage == .complete)
    let lock = try #require(pilots.rows.first { $0.table.description == "pilot_lock" })
    #expect(lock["path"] == .text(ground.reach.pilotLock))
    #expect(lock["holder"] == .null)
    #expect(lock.defects == [])
  }

  @Test func whatGuestsLeftIsFoundBehindALinkToo() async throws {
    let folder = try PrivateFolder()
    var ground = Ground(folder.path)
    try ground.write("real/persistence/wrksp-7", "")
    try ground.write("real/secureimages/wrksp-7/ttylinux", "")
    try ground.write("dhcpd.conf", "### DHCP-CONFIG-AUTOMATIC-BEGINS ###\n")
    try FileManager.default.createSymbolicLink(
      atPath: ground.reach.workspaceControl, withDestinationPath: "\(folder.path)/real")
    let residue = try read(try await ground.ask()[.nodeResidue])
    #expect(residue.coverage == .complete)
    #expect(residue.rows.map { $0["kind"] }.contains(.text("record")))
    #expect(residue.rows.map { $0["kind"] }.contains(.text("image")))

    ground.reach.dhcp = ""
    #expect(try read(try await ground.ask()[.nodeResidue]).rows.count == 2)
  }

  @Test func thePilotsSettingsAreReadWhereTheyAreNamed() async throws {
    let folder = try PrivateFolder()
    var ground = Ground(folder.path)
    ground.reach.pilotProgram = "\(folder.path)/pilot.conf"
    #expect(try await ground.ask()[.pilotSettings]?.ending == .exit(1))
    try ground.write("pilot.conf", "[xen]\nminmem: 256\n")
    #expect(try read(try await ground.ask()[.pilotSettings]).coverage == .complete)
  }

  @Test func oldXenIsAskedByItsOwnCommand() async throws {
    let folder = try PrivateFolder()
    var ground = Ground(folder.path)
    ground.reach.toolstack = .xm
    let seen = try await ground.ask()
    #expect(seen[.xenList]?.command == ["xm", "list"])
    #expect(try read(seen[.xenList]).coverage == .complete)
    #expect(seen[.xenStore] == nil)
  }

  /// As on the smallest of nodes: no command but busybox's.
  @Test func busyboxKnowsAllThatIsAsked() async throws {
    let folder = try PrivateFolder()
    var ground = Ground(folder.path)
    let commands = ["cat", "date", "env", "find", "ls", "ps", "setsid", "sh", "sleep", "tail", "kill"]
    try FileManager.default.createDirectory(atPath: "\(folder.path)/bin", withIntermediateDirectories: true)
    let busybox = try #require(
      ["/bin/busybox", "/usr/bin/busybox"].first { FileManager.default.isExecutableFile(atPath: $0) },
      "there is no busybox: make deps")
    for command in commands {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder.path)/bin/\(command)", withDestinationPath: busybox)
    }
    ground.reach.become = ["env", "PATH=\(Far.standIns):\(folder.path)/bin", "\(folder.path)/bin/env"]
    ground.reach.pilotLock = "\(folder.path)/workspace-pilot.lock"
    try ground.write("workspace-pilot.lock", "")
    try ground.write("my logs/workspace-pilot-\(Self.slot).txt", Self.log)
    try ground.write("workspace/mnt/wrksp-9/file", "")
    try ground.write("dhcpd.conf", "### DHCP-CONFIG-AUTOMATIC-BEGINS ###\n")
    let seen = try await ground.ask()
    for kind in [ObservationKind.nodeClock, .nodePilots, .nodeResidue, .nodeMemory, .xenInfo, .xenList] {
      let (coverage, rows) = try read(seen[kind])
      #expect(coverage == .complete, "\(kind.rawValue)")
      #expect(!rows.isEmpty, "\(kind.rawValue)")
    }
  }

  private struct Missing: Error {}
}
