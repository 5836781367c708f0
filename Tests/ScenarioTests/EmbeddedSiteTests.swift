import Foundation
import Testing

/// The workspace service as it is installed: a process that has its two Derby databases open, and writes text files beside
/// them.
private final class Service {
  /// `derby.system.home`.
  let folder: URL
  var home: URL { folder.appending(path: "nimbus") }
  private let process = Process()
  private let script = Pipe()

  struct NotStarted: Error { let said: String }

  /// Real Derby, with the tables of TP2.2. `files` are the bytes of what the service writes beside it.
  init(in folder: URL, files: URL) throws {
    self.folder = folder
    try FileManager.default.createDirectory(
      at: folder.appending(path: "nimbus"), withIntermediateDirectories: true)
    for name in ["current-reservations.txt", "accounting-events.txt"] {
      try FileManager.default.copyItem(at: files.appending(path: name), to: home.appending(path: name))
    }
    let said = folder.appending(path: "ij.log")
    _ = FileManager.default.createFile(atPath: said.path, contents: nil)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["ij"]
    process.environment = [
      "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
      "JAVA_ARGS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dderby.system.home=\(folder.path)",
    ]
    process.currentDirectoryURL = folder
    process.standardInput = script
    process.standardOutput = try FileHandle(forWritingTo: said)
    process.standardError = process.standardOutput
    try process.run()
    let tables = try String(contentsOf: Program.root.appending(path: "Fixtures/tp2.2.sql"), encoding: .utf8)
    script.fileHandleForWriting.write(
      Data(
        """
        connect 'jdbc:derby:nimbus/WorkspaceAccountingDB;create=true';
        connect 'jdbc:derby:nimbus/WorkspacePersistenceDB;create=true';
        \(tables)
        VALUES 'all is there';

        """.utf8))
    while !(try String(contentsOf: said, encoding: .utf8)).contains("\nall is there") {
      guard process.isRunning else {
        throw NotStarted(said: "is there an ij? make deps: \(try String(contentsOf: said, encoding: .utf8))")
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
  }

  /// What its folder holds: each file with its size, its bytes and the time of its last change.
  func contents() throws -> [String: String] {
    var found: [String: String] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: home.path) {
      let path = home.appending(path: name).path
      let facts = try FileManager.default.attributesOfItem(atPath: path)
      let bytes = FileManager.default.contents(atPath: path)?.base64EncodedString()
      let changed = (facts[.modificationDate] as? Date)?.timeIntervalSince1970
      found[name] = "\(changed ?? 0) \(facts[.size] ?? "") \(bytes ?? "a folder")"
    }
    return found
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }
}

/// Nothing is set up for trueup there: what most sites are on the first day.
@Suite("The default live site, whose Derby only its own service can read")
struct EmbeddedSiteTests {
  private static let databases = ["WorkspacePersistenceDB", "WorkspaceAccountingDB"]

  private func start() throws -> (LiveSite, Service) {
    let live = try LiveSite("embedded-storm", databases: true)
    let service = try Service(in: live.scratch.url.appending(path: "services"), files: live.bytes)
    let settings = """

      [service]
      home = "\(service.home.path)"
      log = "\(live.file("services.log").path)"

      """
    let site = try String(contentsOf: live.site, encoding: .utf8)
    try (site + settings).write(to: live.site, atomically: true, encoding: .utf8)
    return (live, service)
  }

  @Test("is judged by what the service writes beside it, and its databases keep every byte")
  func untouched() async throws {
    let (live, service) = try start()
    let before = try service.contents()
    for name in Self.databases {
      for lock in ["db.lck", "dbex.lck"] { #expect(before.keys.contains("\(name)/\(lock)")) }
    }

    // It says what is wrong with that, and what to do about it.
    let check = try await Program.run(["config", "check", "--site", live.site.path])
    #expect(check.status == 0, "\(check.output)")
    let told = check.output.split(separator: "\n").filter { $0.contains("`database.engine` is \"embedded\"") }
    #expect(told.count == 1)
    for words in [
      "what stays readable is current-reservations.txt, accounting-events.txt and the [NIMBUS-EVENT] lines",
      "derby.drda.startNetworkServer=true in \(service.folder.path)/derby.properties, restart the service",
      "engine = \"derby-server\", user = \"guest\" and password_file", "docs/collectors-database.md",
    ] { #expect(told.first?.contains(words) == true, "\(words)") }

    let kept = live.scratch.url.appending(path: "kept").path
    let audit = try await live.run("audit", "--keep-capture", kept)
    expectStandIns(audit)
    let replayed = try await Program.run(["audit", "--capture", kept])
    #expect(replayed.output == audit.output)
    #expect(replayed.status == audit.status)

    // Told to read the folder, it does not either: the service has it.
    let copying = try await live.run("audit", "--single-look", "--set", "database.engine=derby-copy")
    let held = /failed +db.main: .*WorkspacePersistenceDB is held by process \d+ \(java\)/
    #expect(copying.output.contains(held), "\(copying.output)")
    #expect(try service.contents() == before)
  }

  /// Findings by TORQUE, Xen and the text files, and why the rest is not judged.
  private func expectStandIns(_ audit: Program.Outcome) {
    #expect(audit.status == 12, "\(audit.error)")
    for words in [
      "dom0 of gsn-wn1 is 192 MiB short", "dom0 of gsn-wn2 is 64 MiB short",
      "dom0 of gsn-wn3 is 64 MiB short",
      "guest wrksp-17 (domid 4) runs on gsn-wn1, but no job leases its memory any more",
      "guest wrksp-50 (domid 4) runs on gsn-wn3, but the database has no machine 50",
      "of machine 19 is held, but job that leased it has ended", ": 10 confirmed",
      "Seen whole: torque.jobs, torque.nodes, db.reservations, db.events", "by stand-ins    11 rules",
    ] { #expect(audit.output.contains(words), "\(words)") }
    for source in ["db.main", "db.accounting"] {
      #expect(
        audit.output.contains(
          "failed   \(source): the service keeps its Derby database to itself: enable Derby's network server")
      )
    }
    #expect(audit.output.contains(/not judged +address-conflict, .*: db.main: the service keeps its Derby/))
  }

  @Test("is captured, and the capture is audited anywhere, to the same findings and always the same bytes")
  func captured() async throws {
    let (live, service) = try start()
    let before = try service.contents()
    let folder = live.scratch.url.appending(path: "capture").path
    let capture = try await Program.run(
      ["capture", "--site", live.site.path, "-o", folder, "--wait", "1"], environment: live.environment,
      withRules: false)
    #expect(capture.status == 8)
    #expect(capture.error.contains("db.main: the service keeps its Derby database to itself"))
    #expect(try service.contents() == before)
    let moved = live.scratch.url.appending(path: "elsewhere").path
    for format in ["text", "json", "lines"] {
      let here = try await Program.run(["audit", "--capture", folder, "-f", format])
      if format == "text" { expectStandIns(here) }
      try FileManager.default.moveItem(atPath: folder, toPath: moved)
      let there = try await Program.run(["audit", "--capture", moved, "-f", format])
      try FileManager.default.moveItem(atPath: moved, toPath: folder)
      #expect(there.output == here.output)
      #expect(there.status == 12)
    }
  }
}
