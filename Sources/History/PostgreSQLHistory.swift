import Model
import PostgreSQL
import World

/// A history in PostgreSQL, 10 or later, in a schema of its own: several sites may share one.
struct PostgreSQLHistory: HistoryStore {
  private let address: Address
  private let connectTimeout: Duration
  private let deadline: Duration

  /// - Throws: where the string is none, or has a password in it; neither is repeated.
  init(connectionString: String, connectTimeout: Duration, deadline: Duration) throws(Complaint) {
    do throws(PostgreSQLError) { address = try Address(connectionString: connectionString) } catch {
      throw Complaint(file: "history", problem: error.message, remedy: "")
    }
    (self.connectTimeout, self.deadline) = (connectTimeout, deadline)
  }

  var name: String { address.description }

  func transact<Outcome: Sendable>(
    isReading: Bool, _ work: @escaping @Sendable (any HistorySession) throws(Complaint) -> Outcome
  ) async throws(Complaint) -> Outcome {
    let result: Result<Outcome, Complaint>
    do throws(PostgreSQLError) {
      result = try await Connection.open(address, connectTimeout: connectTimeout, deadline: deadline) {
        connection in
        Result { () throws(Complaint) in
          let session = Session(connection: connection, store: self)
          try session.open(isReading: isReading)
          // What is thrown closes the connection, and the transaction is gone.
          let outcome = try work(session)
          try session.rows("COMMIT", [])
          return outcome
        }
      }
    } catch { throw complaint(error) }
    return try result.get()
  }

  private func complaint(_ error: PostgreSQLError) -> Complaint {
    let remedy =
      switch error.cause {
      case .passwordNeeded: "put the password into ~/.pgpass (mode 0600) or a service file"
      case .statement("42501"):
        "let this role make the schema trueup (GRANT CREATE ON DATABASE), or use what its owner has made "
          + "(GRANT USAGE ON SCHEMA trueup; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA trueup)"
      case .statement("55P03"): "another audit has been writing to it for too long: see pg_stat_activity"
      case .interrupted: "see whether the server is well, or raise history.deadline"
      case .library, .address, .connection, .statement, .content, .flooded: ""
      }
    return Complaint(
      file: name, problem: "the history can't be used: \(Text.printable(error.message.utf8))", remedy: remedy)
  }

  private struct Session: HistorySession {
    let connection: Connection
    let store: PostgreSQLHistory

    /// Begins the transaction. Writers come one after another, as they do in SQLite: each reads what the one before it wrote.
    func open(isReading: Bool) throws(Complaint) {
      // Well after trueup itself, whose words are better.
      let deadline = store.deadline.milliseconds + 10_000
      do throws(PostgreSQLError) {
        try connection.execute(
          """
          BEGIN ISOLATION LEVEL \(isReading ? "REPEATABLE READ READ ONLY" : "READ COMMITTED READ WRITE");
          SET LOCAL statement_timeout = \(deadline);
          SET LOCAL idle_in_transaction_session_timeout = \(deadline);
          SET LOCAL lock_timeout = \(max(1, store.connectTimeout.milliseconds));
          SET LOCAL standard_conforming_strings = on;
          SET LOCAL search_path = trueup, pg_catalog;
          \(isReading ? "" : "SELECT pg_advisory_xact_lock(\(Self.lock));")
          """)
        try adopt(isReading: isReading)
      } catch { throw store.complaint(error) }
    }

    /// Of this database's histories there is one, so the number may be any that nobody else uses.
    private static let lock = Fingerprint(of: "trueup history").bits & 0x7FFF_FFFF_FFFF_FFFF

    /// Makes the tables where they are not there.
    private func adopt(isReading: Bool) throws(PostgreSQLError) {
      let isThere = try connection.execute(
        "SELECT 1 FROM pg_tables WHERE schemaname = 'trueup' AND tablename = 'format'")
      if isThere.isEmpty {
        if isReading {
          throw PostgreSQLError(
            .content, "there is no history; trueup audit --history with the same address begins one")
        }
        try connection.execute(
          """
          CREATE SCHEMA IF NOT EXISTS trueup;
          CREATE TABLE format (version BIGINT NOT NULL);
          INSERT INTO format VALUES (\(HistoryTables.format));
          \(HistoryTables.statements(id: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"))
          """)
      }
      let version = try connection.execute("SELECT version FROM format").first?.first ?? "none"
      guard version == String(HistoryTables.format) else {
        throw PostgreSQLError(.content, "it is of another trueup (format \(version))")
      }
    }

    @discardableResult
    func rows(_ sql: String, _ values: [Value]) throws(Complaint) -> [[String?]] {
      do throws(PostgreSQLError) { return try connection.rows(Self.filled(sql, values)) } catch {
        throw store.complaint(error)
      }
    }

    /// The statement with its values in it.
    private static func filled(_ sql: String, _ values: [Value]) -> String {
      let parts = sql.split(separator: "?", omittingEmptySubsequences: false)
      precondition(parts.count == values.count + 1, "as many values as question marks")
      let literals = values.map(literal) + [""]
      return zip(parts, literals).map { $0 + $1 }.joined()
    }

    private static func literal(_ value: Value) -> String {
      switch value {
      case .null: SQLLiteral.null
      case .integer(let number): String(number)
      case .real(let number): String(number)
      // PostgreSQL has no NUL in a text.
      case .text(let text), .node(let text):
        SQLLiteral.text(text) ?? SQLLiteral.text(MessageTemplate.visible(text)) ?? SQLLiteral.null
      }
    }
  }
}
