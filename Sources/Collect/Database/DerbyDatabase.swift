internal import Commands
internal import Files
internal import Model
internal import World

/// One of the service's two Derby databases, listed by `ij`.
struct DerbyDatabase: Sendable {
  let kind: ObservationKind
  let reach: Reach
  let clock: ObserverClock
  private var database: Reach.Database { reach.database }

  /// Over Derby's network server, which the service runs where the site enabled it.
  func fromServer() async throws(DatabaseRefusal) -> Answer {
    let url = try serverURL()
    let passwordFile = database.passwordFile.isEmpty ? nil : try PasswordFile.checked(database.passwordFile)
    let ij = try Ij(program: database.ij, passwordFile: passwordFile, deadline: database.deadline)
    var (command, outcome) = try await ij.list(kind, at: url, schema: database.schema, clock: clock)
    if case .failure(let reason) = outcome.ending {
      outcome.ending = .failure(reason + remedy(for: reason))
    }
    return Answer(outcome, kind, command)
  }

  /// From a private copy of its folder, opened within `ij` itself. The original is read like any files, and only while
  /// nobody has it open.
  ///
  /// The service's own folder, below `service.home`, tells what is now: nobody else writes there. Any other was copied from it
  /// some time before, not earlier than its newest file was written; that is when the answer was `produced`.
  func fromCopy() async throws(DatabaseRefusal) -> Answer {
    let name = kind == .dbMain ? "WorkspacePersistenceDB" : "WorkspaceAccountingDB"
    let home = reach.service.home
    guard !configured.isEmpty || !home.isEmpty else {
      throw DatabaseRefusal(
        "site.toml does not say where it is: set service.home or database.\(kind.databaseKey)")
    }
    let path = try FileFacts(resolving: configured.isEmpty ? home + "/" + name : configured).path
    let isOwn = (try? FileFacts(resolving: home)).map { path.hasPrefix($0.path + "/") } ?? false
    let original = DerbyFolder(path: path)
    let ij = try Ij(program: database.ij, deadline: database.deadline)
    let copy = ij.folder.path + "/database"
    let newest = try await original.copy(to: copy, deadline: database.deadline, clock: clock)
    let (command, outcome) = try await ij.list(
      kind, at: "jdbc:derby:" + copy, schema: database.schema, clock: clock)
    return Answer(outcome, kind, command, produced: isOwn ? nil : min(newest, outcome.started))
  }

  private var configured: String { kind == .dbMain ? database.main : database.accounting }

  /// The service accepts passwords only as its own clients send them, by mechanism 8; attributes behind the configured name
  /// go first.
  private func serverURL() throws(DatabaseRefusal) -> String {
    let own = kind == .dbMain ? "nimbus/WorkspacePersistenceDB" : "nimbus/WorkspaceAccountingDB"
    var url =
      "jdbc:derby://\(database.host):\(database.port ?? 1527)/\(configured.isEmpty ? own : configured)"
    if !database.user.isEmpty { url += ";user=\(database.user)" }
    guard !url.lowercased().contains("password=") else {
      throw DatabaseRefusal(
        "a password is in database.\(kind.databaseKey), where others see it: put it into database.password_file"
      )
    }
    return database.user.isEmpty || url.contains("securityMechanism=") ? url : url + ";securityMechanism=8"
  }

  /// By the SQL state that Derby's client tells.
  private func remedy(for reason: String) -> String {
    if reason.contains("ERROR 08001") {
      return "; is Derby's network server enabled, and are database.host, port and password_file right?"
    }
    return reason.contains("ERROR 08004") ? "; are database.user and database.password_file right?" : ""
  }
}

extension ObservationKind {
  /// The key of `[database]` in `site.toml` that says where it is.
  var databaseKey: String { self == .dbMain ? "main" : "accounting" }
}

extension Answer {
  init(
    _ outcome: Command.Outcome, _ kind: ObservationKind, _ command: [String], produced: Instant? = nil
  ) {
    self.init(
      RawObservation(
        kind: kind, command: command, started: outcome.started, finished: outcome.finished,
        ending: outcome.ending,
        stdout: outcome.stdout, stderr: outcome.stderr),
      produced: produced)
  }
}
