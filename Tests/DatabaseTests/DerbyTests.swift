import Collect
import Commands
import Foundation
import Model
import Testing
import World

@Suite("The service's Derby databases", .serialized)
struct DerbyTests {
  private let clock = ObserverClock()
  private let databases: Set<ObservationKind> = [.dbMain, .dbAccounting]

  private func ask(_ reach: Reach, _ kinds: Set<ObservationKind>) async -> [Answer] {
    var reach = reach
    // No test is about time here, and the machine may be busy.
    reach.database.deadline = .seconds(300)
    // Java starts twice as fast when it does not set out to run for long.
    if reach.database.ij == ["ij"] {
      reach.database.ij = ["env", "JAVA_ARGS=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC", "ij"]
    }
    return await ServiceSources(reach: reach, site: Site(), clock: clock).answers(kinds)
  }

  @Test("over the network server both are read whole, and no secret is to be seen anywhere")
  func server() async throws {
    let server = try await DerbyServer.shared.value
    let reach = server.reach()
    let watch = Task { await Processes.watch(for: server.password, of: "tables.sql") }
    let answers = await ask(reach, databases)
    watch.cancel()
    #expect(answers.map(\.observation.kind) == [.dbMain, .dbAccounting])
    for answer in answers {
      let observation = answer.observation
      #expect(observation.ending == .exit(0))
      let (rows, reading) = lines(observation)
      #expect(reading?.coverage == .complete)
      #expect(rows == (try DerbyServer.expected(observation.kind)))
      #expect(answer.produced == nil)
      let unknown = reading?.unreadable.filter { $0.reason.contains("unknown column site_note") } ?? []
      #expect(unknown.isEmpty == (observation.kind == .dbMain))
      for text in [
        observation.stdout, observation.stderr, Array(observation.command.joined(separator: " ").utf8),
      ] {
        let text = String(decoding: text, as: UTF8.self)
        #expect(![server.password, "user-data-secret", "site-secret"].contains { text.contains($0) })
      }
      let script = try #require(observation.command.last)
      #expect(!FileManager.default.fileExists(atPath: (script as NSString).deletingLastPathComponent))
    }
    #expect(await watch.value == Processes.Seen(asked: true, secret: false))
  }

  @Test("what it refuses is told with what to look at, and without the password")
  func refusals() async throws {
    let server = try await DerbyServer.shared.value
    let scratch = try Scratch()
    let file = scratch.path + "/ij.properties"
    try Data("ij.password=not-the-secret\n".utf8).write(to: URL(filePath: file))
    var reach = server.reach()
    reach.database.passwordFile = file

    #expect(
      await failure(reach)
        == "\(file) can be read by others, and a password is in it: chmod 600 \(file)")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    let wrong = await failure(reach)
    #expect(
      wrong.contains("ERROR 08004")
        && wrong.hasSuffix("; are database.user and database.password_file right?"))
    #expect(!wrong.contains("not-the-secret"))

    reach.database.passwordFile = scratch.path + "/none"
    #expect(await failure(reach) == "\(scratch.path)/none: No such file or directory")
    reach = server.reach()
    reach.database.port = 1
    #expect(await failure(reach).contains("on port 1 with message Connection refused"))
    reach = server.reach()
    reach.database.ij = ["no-such-ij"]
    #expect(
      await failure(reach).hasSuffix(
        "No such file or directory: install derby-tools and Java, or set database.ij"))
    reach = server.reach()
    reach.database.main = "nimbus/WorkspacePersistenceDB;password=guest-secret"
    let told = await failure(reach)
    #expect(told.contains("database.password_file") && !told.contains("guest-secret"))
  }

  @Test(
    "a copy is read where the service is stopped; the original keeps every byte, though locks were left in it"
  )
  func copy() async throws {
    let server = try await DerbyServer.shared.value
    var reach = Reach()
    reach.service.home = server.stopped
    reach.database.engine = .derbyCopy
    let before = try contents(of: server.stopped)
    #expect(before.keys.contains("WorkspacePersistenceDB/dbex.lck"))
    let answer = try #require(await ask(reach, [.dbMain]).first)
    #expect(try contents(of: server.stopped) == before)
    let (rows, reading) = lines(answer.observation)
    #expect(reading?.coverage == .complete)
    #expect(rows == (try DerbyServer.expected(.dbMain)))
    #expect(answer.produced == nil)
    let script = try #require(answer.observation.command.last)
    #expect(!FileManager.default.fileExists(atPath: (script as NSString).deletingLastPathComponent))
    #expect(!FileManager.default.fileExists(atPath: "derby.log"))
  }

  @Test("a snapshot elsewhere is as old as its newest file")
  func snapshot() async throws {
    let server = try await DerbyServer.shared.value
    let scratch = try Scratch()
    let folder = scratch.path + "/WorkspaceAccountingDB"
    try FileManager.default.copyItem(atPath: server.stopped + "/WorkspaceAccountingDB", toPath: folder)
    let newest = Date(timeIntervalSince1970: 1_220_000_000)
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      let time = name == "log/log1.dat" ? newest : newest - 60
      try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: folder + "/" + name)
    }
    var reach = Reach()
    reach.database.engine = .derbyCopy
    reach.database.accounting = folder
    // The copy is made before Derby is asked.
    reach.database.ij = ["true"]
    let answer = try #require(await ask(reach, [.dbAccounting]).first)
    #expect(answer.produced == Instant(milliseconds: 1_220_000_000_000))
  }

  @Test("a folder that a process has open is refused plainly, and not touched")
  func held() async throws {
    let server = try await DerbyServer.shared.value
    var reach = Reach()
    reach.service.home = server.home + "/nimbus"
    reach.database.engine = .derbyCopy
    let before = try contents(of: reach.service.home)
    let path = reach.service.home + "/WorkspacePersistenceDB"
    #expect(
      await failure(reach).wholeMatch(
        of: try Regex(
          NSRegularExpression.escapedPattern(for: path)
            + #" is held by process \d+ \(java\): stop the service, or enable Derby's network server "#
            + #"\(trueup config check tells how\)"#)) != nil)
    #expect(try contents(of: reach.service.home) == before)
  }

  @Test("a folder that leads elsewhere is refused, for Derby would open that")
  func outside() async throws {
    let scratch = try Scratch()
    let folder = scratch.path + "/db"
    try FileManager.default.createDirectory(atPath: folder + "/seg0", withIntermediateDirectories: true)
    var reach = Reach()
    reach.database.engine = .derbyCopy
    reach.database.main = folder
    #expect(await failure(reach).hasSuffix("is no folder of a Derby database: it has no service.properties"))
    try Data("logDevice=/srv/log\n".utf8).write(to: URL(filePath: folder + "/service.properties"))
    #expect(await failure(reach).contains("keeps its log in another folder (logDevice=/srv/log)"))
    try FileManager.default.createSymbolicLink(atPath: folder + "/log", withDestinationPath: "/srv/log")
    #expect(await failure(reach).contains("/db/log is neither a file nor a folder"))
  }

  @Test("a folder that is written to while it is copied is refused")
  func written() async throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path + "/db", withIntermediateDirectories: true)
    let file = scratch.path + "/db/service.properties"
    var reach = Reach()
    reach.database.engine = .derbyCopy
    reach.database.main = scratch.path + "/db"
    reach.database.ij = ["true"]
    let writer = Command(["sh", "-c", "while :; do echo >>\"$1\"; done", "sh", file], deadline: .seconds(60))
    let writing = Task { await writer.run(clock: clock) }
    while !FileManager.default.fileExists(atPath: file) { await Task.yield() }
    let refusal =
      "\(scratch.path)/db was written to while it was copied: stop the service, or take a snapshot"
    // A busy machine may let the writer rest while a copy is made, but not every time.
    var told = ""
    for _ in 0..<100 where told != refusal { told = await failure(reach) }
    #expect(told == refusal)
    writing.cancel()
    _ = await writing.value
  }

  private func failure(_ reach: Reach) async -> String {
    guard case .failure(let reason)? = await ask(reach, [.dbMain]).first?.observation.ending else {
      return "no failure"
    }
    return reason
  }
}

/// What others can see of the processes that run.
enum Processes {
  struct Seen: Equatable {
    /// A command with this script was met.
    var asked = false
    /// In the arguments or the environment of any process.
    var secret = false
  }

  /// Looks on until it is cancelled.
  static func watch(for secret: String, of script: String) async -> Seen {
    var seen = Seen()
    while !Task.isCancelled {
      for process in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      where Int(process) != nil {
        let arguments = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
        let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ") ?? Data()
        let text = String(decoding: arguments + environment, as: UTF8.self)
        seen.asked = seen.asked || text.contains(script)
        seen.secret = seen.secret || text.contains(secret)
      }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return seen
  }
}
