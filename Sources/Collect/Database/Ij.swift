internal import Commands
internal import Files
internal import Model
internal import Persistence
internal import World

/// Derby's `ij`, told by script files in a private folder, which is gone when it is.
struct Ij: ~Copyable, Sendable {
  /// Its program, with options of the site's.
  let program: [String]
  /// The properties file with the password, by its absolute path; nil for none.
  let passwordFile: String?
  /// Of each of the two scripts.
  let deadline: Duration
  let folder: PrivateFolder

  init(program: [String], passwordFile: String? = nil, deadline: Duration) throws(DatabaseRefusal) {
    self.program = program
    self.passwordFile = passwordFile
    self.deadline = deadline
    do { folder = try PrivateFolder() } catch { throw DatabaseRefusal(error.described) }
  }

  /// Lists the tables of one database: asks what there is, then for what is read of that. If the second can't be asked, the
  /// outcome is the first's, with the reason.
  func list(
    _ kind: ObservationKind, at url: String, schema: String, clock: ObserverClock
  ) async throws(DatabaseRefusal) -> (command: [String], outcome: Command.Outcome) {
    let script = DerbyScript(url: url)
    var (command, outcome) = try await run(script.catalogue, "catalogue.sql", clock: clock)
    guard outcome.ending == .exit(0) else { return (command, outcome) }
    let tables: String
    do throws(DerbyRefusal) {
      tables = try script.tables(of: kind, in: schema, catalogue: outcome.stdout)
    } catch {
      outcome.ending = .failure(error.reason)
      return (command, outcome)
    }
    let started = outcome.started
    (command, outcome) = try await run(tables, "tables.sql", clock: clock)
    outcome.started = started
    return (command, outcome)
  }

  /// In the private folder, where Derby looks for its settings and leaves its log; and in a locale of its own, so that its
  /// words are understood and no letter becomes a question mark.
  private func run(
    _ script: String, _ name: String, clock: ObserverClock
  ) async throws(DatabaseRefusal) -> (command: [String], outcome: Command.Outcome) {
    let file = "\(folder.path)/\(name)"
    do throws(FileError) { try Files.create(file, Array(script.utf8)) } catch { throw DatabaseRefusal(error) }
    let ij = program + (passwordFile.map { ["-p", $0] } ?? []) + [file]
    let command = Command(["env", "-C", folder.path, "LC_ALL=C.UTF-8"] + ij, deadline: deadline)
    var outcome = await command.run(clock: clock)
    // As shells and env(1) say that there is no such program, which may be Java's own.
    if outcome.ending == .exit(127) {
      let told = Text.printable(outcome.stderr.prefix { $0 != 10 })
      outcome.ending = .failure("\(told): install derby-tools and Java, or set database.ij")
    }
    return (ij, outcome)
  }
}
