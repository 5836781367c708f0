public import Commands
public import Model
public import World

/// The workspace service's records on this machine: its two databases, as the site makes them readable, and the text files
/// beside them.
public struct ServiceSources: Sendable {
  private let reach: Reach
  private let absent: Set<ObservationKind>
  private let clock: ObserverClock

  /// `site` says which sources it does not have; they are not asked.
  public init(reach: Reach, site: Site, clock: ObserverClock) {
    self.reach = reach
    absent = site.absentSources
    self.clock = clock
  }

  /// Asks those of the given kinds that are this type's, all at the same time. What is not configured has no answer; what is
  /// and can't be read has one that says why.
  public func answers(_ kinds: Set<ObservationKind>) async -> [Answer] {
    await withTaskGroup(of: (Int, [Answer]).self) { group in
      for (place, kind) in Self.kinds.enumerated() where kinds.contains(kind) && !absent.contains(kind) {
        group.addTask { (place, await answers(kind)) }
      }
      let all = await group.reduce(into: []) { $0.append($1) }
      return all.sorted { $0.0 < $1.0 }.flatMap(\.1)
    }
  }

  private static let kinds: [ObservationKind] = [
    .dbMain, .dbAccounting, .dbReservations, .dbEvents, .dbNotifications, .serviceSettings,
  ]

  private func answers(_ kind: ObservationKind) async -> [Answer] {
    guard kind == .dbMain || kind == .dbAccounting else {
      return await ServiceFiles(service: reach.service, clock: clock).answers(kind)
    }
    let started = clock.now
    do throws(DatabaseRefusal) {
      return try await database(kind).map { [$0] } ?? []
    } catch {
      return [
        Answer(
          RawObservation(
            kind: kind, command: [reach.database.engine.rawValue], started: started, finished: clock.now,
            ending: .failure(error.reason), stdout: []))
      ]
    }
  }

  private func database(_ kind: ObservationKind) async throws(DatabaseRefusal) -> Answer? {
    let database = reach.database
    switch database.engine {
    case .none: return nil
    case .embedded:
      throw DatabaseRefusal(
        "the service keeps its Derby database to itself: enable Derby's network server, or hand over a copy (trueup config "
          + "check tells how)")
    case .derbyServer: return try await DerbyDatabase(kind: kind, reach: reach, clock: clock).fromServer()
    case .derbyCopy: return try await DerbyDatabase(kind: kind, reach: reach, clock: clock).fromCopy()
    case .sqlite:
      let path = kind == .dbMain ? database.main : database.accounting
      guard !path.isEmpty else {
        throw DatabaseRefusal("site.toml does not say where it is: set database.\(kind.databaseKey)")
      }
      return try SQLiteDatabase(
        kind: kind, path: path, busyTimeout: database.connectTimeout, isMirror: database.mirror
      ).read(clock: clock)
    case .postgresql:
      return await PostgreSQLDatabase(database).read(kind, clock: clock)
    }
  }
}
