import Collect
import Commands
import Foundation
import Model
import SQLite
import Testing
import World

@Suite("A database in an SQLite file")
struct SQLiteTests {
  private let clock = ObserverClock()
  private let start: Instant

  init() { start = Instant(milliseconds: clock.now.milliseconds - 1000) }

  private func ask(_ path: String, isMirror: Bool = true) async throws -> Answer {
    var reach = Reach()
    reach.database.engine = .sqlite
    reach.database.main = path
    reach.database.connectTimeout = .milliseconds(50)
    reach.database.mirror = isMirror
    let answers = await ServiceSources(reach: reach, site: Site(), clock: clock).answers([.dbMain])
    return try #require(answers.first)
  }

  private func failure(_ path: String) async throws -> String {
    guard case .failure(let reason) = try await ask(path).observation.ending else { return "no failure" }
    return reason
  }

  /// Opened by the program that keeps it.
  private func mirror(_ path: String, mode: String, slots: Int) throws -> Database {
    let database = try Database(path: path, readOnly: false)
    _ = try database.prepare("PRAGMA journal_mode = \(mode)").step()
    try database.execute("CREATE TABLE pilot_groups (groupid CHAR(36), vmid INT)")
    for slot in 0..<slots { try database.execute("INSERT INTO pilot_groups VALUES ('a', \(slot))") }
    return database
  }

  private func slots(_ answer: Answer) -> Int {
    lines(answer.observation).lines.count { $0.hasPrefix("db_slot_group") }
  }

  @Test(
    "is answered as it stands, with what its write-ahead log has, and nothing beside it changes",
    arguments: ["WAL", "DELETE"])
  func open(mode: String) async throws {
    let scratch = try Scratch()
    let path = scratch.path + "/what? 100%.sqlite"
    // Another process: within one, SQLite's connections share their view of a write-ahead log.
    let keeper = Command(
      [
        "sqlite3", path,
        "PRAGMA journal_mode = \(mode); CREATE TABLE pilot_groups (groupid CHAR(36), vmid INT); "
          + "INSERT INTO pilot_groups VALUES ('a', 1), ('a', 2), ('b', 3)",
        ".shell echo ready; sleep 600",
      ], deadline: .seconds(600))
    let (pieces, arrivals) = AsyncStream<[UInt8]>.makeStream()
    let keeping = Task {
      _ = await keeper.run(clock: clock) { _, piece, _ in arrivals.yield(piece) }
      arrivals.finish()
    }
    defer { keeping.cancel() }
    var said = ""
    for await piece in pieces {
      said += String(decoding: piece, as: UTF8.self)
      if said.contains("ready") { break }
    }
    try #require(said.contains("ready"), "sqlite3 did not start: make deps")

    let before = try contents(of: scratch.path)
    #expect(before.count == (mode == "WAL" ? 3 : 1))
    let answer = try await ask(path)
    #expect(try contents(of: scratch.path) == before)
    #expect(answer.observation.ending == .exit(0))
    #expect(slots(answer) == 3)
    #expect(lines(answer.observation).reading?.coverage == .complete)
    #expect(
      answer.produced.map { (start...clock.now).contains($0) } == true, "a mirror is as old as its file")
    #expect(try await ask(path, isMirror: false).produced == nil, "and any other tells of now")
  }

  @Test("in WAL mode is read alone while nobody has it open, and no file is made for that")
  func closed() async throws {
    let scratch = try Scratch()
    let path = scratch.path + "/main.sqlite"
    _ = try mirror(path, mode: "WAL", slots: 2)
    let before = try contents(of: scratch.path)
    #expect(before.keys.sorted() == ["main.sqlite"])
    let answer = try await ask(path)
    #expect(slots(answer) == 2)
    #expect(lines(answer.observation).reading?.coverage == .complete)
    #expect(try contents(of: scratch.path) == before)
  }

  @Test("with a write-ahead log that was left behind is refused, and no file is made")
  func leftBehind() async throws {
    let scratch = try Scratch()
    let path = scratch.path + "/main.sqlite"
    let keeper = try mirror(path, mode: "WAL", slots: 2)
    let copy = scratch.path + "/copy.sqlite"
    for ending in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: path + ending, toPath: copy + ending)
    }
    let before = try contents(of: scratch.path)
    #expect(
      try await failure(copy)
        == "\(copy) is in WAL mode and its -wal file was left behind: open it once with the program that writes it"
    )
    #expect(try contents(of: scratch.path) == before)
    try keeper.execute("INSERT INTO pilot_groups VALUES ('b', 9)")
  }

  @Test("what can't be read is told with its path")
  func refusals() async throws {
    let scratch = try Scratch()
    let path = scratch.path + "/main.sqlite"
    #expect(try await failure(path) == "\(path): No such file or directory")
    #expect(try await failure("") == "site.toml does not say where it is: set database.main")
    try Data().write(to: URL(filePath: path))
    #expect(try await failure(path) == "\(path) is empty")
    try Data(repeating: 7, count: 4096).write(to: URL(filePath: path))
    #expect(try await failure(path) == "\(path): SQLite says: file is not a database")
    try FileManager.default.removeItem(atPath: path)
    let keeper = try mirror(path, mode: "DELETE", slots: 1)
    try keeper.execute("BEGIN EXCLUSIVE")
    #expect(try await failure(path) == "\(path): SQLite says: database is locked")
  }
}
