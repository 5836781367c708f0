import Collect
import Commands
import Foundation
import Model
import Testing
import World

@Suite("The service's text files")
struct FileTests {
  private let clock = ObserverClock()
  private let all: Set<ObservationKind> = [
    .dbMain, .dbAccounting, .dbReservations, .dbEvents, .dbNotifications, .serviceSettings, .torqueJobs,
  ]

  private func ask(
    _ reach: Reach, _ kinds: Set<ObservationKind>, site: Site = Site()
  ) async -> [RawObservation] {
    await ServiceSources(reach: reach, site: site, clock: clock).answers(kinds).map(\.observation)
  }

  private func write(_ text: String, _ path: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path))
  }

  @Test("stay readable where the databases are the service's own, and each says what it is")
  func embedded() async throws {
    let scratch = try Scratch()
    let home = scratch.path
    let uuid = "5b0c9b1e-7a52-4e0c-9d3a-000000000007"
    try write(
      "dn=\"/CN=A\", minutes=60, uuid=\"\(uuid)\", eprkey=7, creation=\"x\"\n",
      home + "/current-reservations.txt")
    try write(
      "CREATED: time=\"x\", uuid=\"\(uuid)\", eprkey=7, dn=\"/CN=A\", requestMinutes=60, charge=60\n",
      home + "/accounting-events.txt")
    let event = "2010-05-03 10:00:00,123 INFO  x.y [Thread-1,z:1] [NIMBUS-EVENT][id-7]: created\n"
    try write(
      "2010-05-03 09:00:00,123 INFO  x.y nothing\n" + event + "\u{0}binary\n", home + "/container.log")
    try write("12345", home + "/pilotnotifications.txt")
    try write("a=1\n", home + "/a b.conf")
    try write("b=2\n", home + "/c.conf")
    var reach = Reach()
    reach.service.home = home
    reach.service.log = home + "/container.log"
    reach.service.notifications = [home + "/*notifications.txt"]
    reach.service.configuration = [home + "/*.conf"]

    let observed = await ask(reach, all)
    #expect(
      observed.map(\.kind) == [
        .dbMain, .dbAccounting, .dbReservations, .dbEvents, .dbEvents, .dbNotifications, .serviceSettings,
      ])
    for database in observed.prefix(2) {
      guard case .failure(let reason) = database.ending else { throw NoFailure() }
      #expect(
        reason.hasPrefix("the service keeps its Derby database to itself: enable Derby's network server"))
    }
    for observation in observed.dropFirst(2) {
      #expect(observation.ending == .exit(0))
      #expect(lines(observation).reading?.coverage == .complete)
    }
    #expect(lines(observed[2]).lines.count == 1)
    #expect(lines(observed[3]).lines.count == 1)
    #expect(String(decoding: observed[4].stdout, as: UTF8.self) == event)
    #expect(String(decoding: observed[5].stdout, as: UTF8.self) == "\(home)/pilotnotifications.txt 5\n")
    #expect(lines(observed[6]).lines.count == 2)
  }

  @Test("that are not there are named, and what is not configured is not asked")
  func missing() async throws {
    let scratch = try Scratch()
    var reach = Reach()
    reach.database.engine = .none
    #expect(await ask(reach, all).isEmpty)

    reach.service.home = scratch.path
    reach.service.log = scratch.path + "/container.log"
    reach.service.notifications = [scratch.path + "/*.txt"]
    let observed = await ask(reach, all)
    #expect(observed.map(\.kind) == [.dbReservations, .dbEvents, .dbEvents, .dbNotifications])
    let files = ["current-reservations.txt", "accounting-events.txt", "container.log", "*.txt"]
    for (observation, file) in zip(observed, files) {
      guard case .failed(let problem)? = lines(observation).reading?.coverage else { throw NoFailure() }
      #expect(problem.message.contains("\(scratch.path)/\(file)"))
    }
    #expect(
      await ask(reach, [.dbEvents, .dbReservations], site: Site(absentSources: [.dbEvents])).map(\.kind)
        == [.dbReservations])
  }

  @Test("of a log without an event nothing is told, and that is all of it")
  func quietLog() async throws {
    let scratch = try Scratch()
    var reach = Reach()
    reach.service.log = scratch.path + "/container.log"
    try write("2010-05-03 09:00:00,123 INFO  nothing\n", reach.service.log)
    let observation = try #require(await ask(reach, [.dbEvents]).first)
    #expect(observation.stdout.isEmpty)
    #expect(lines(observation).reading?.coverage == .complete)
  }
}

private struct NoFailure: Error {}
