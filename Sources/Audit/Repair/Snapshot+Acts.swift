public import Model
import SQLite

/// What a snapshot says for and against an act.
extension Snapshot {
  /// Why an act must not be done, by this look: guards that do not hold, and guards that can't be asked since something was
  /// not seen. Empty when all hold.
  ///
  /// - Parameter nodes: those that the act is about; nil where it may be any.
  public func obstacles(to act: Act, on nodes: [String]?, asking guards: [Guard]) throws(AuditError)
    -> [String]
  {
    do throws(SQLiteError) {
      let rows = try RowReader(self)
      var reasons: [String] = []
      for guardian in guards {
        guard let text = guardian.obstacles else { continue }
        let question = try Question(text, optional: guardian.optional, on: self)
        let doubts = try question.doubts(about: nodes, in: rows, of: schema, isStrict: true)
        if !doubts.isEmpty {
          reasons.append("whether \(guardian.sentence) can't be told: \(doubts.joined(separator: ", "))")
        }
        reasons += try question.answers(act, on: nodes, now: now).flatMap(\.self)
      }
      return reasons.uniqued
    } catch { throw AuditError(error) }
  }

  /// Whether an act shows as done. False where it does not, or where what would show it was not seen.
  public func proves(_ act: Act, on nodes: [String]?) throws(AuditError) -> Bool {
    do throws(SQLiteError) {
      let question = try Question(act.verb.proof, on: self)
      let doubts = try question.doubts(
        about: nodes, in: try RowReader(self), of: schema, isStrict: true)
      if !doubts.isEmpty { return false }
      return try question.answers(act, on: nodes, now: now).allSatisfy { !$0.isEmpty }
    } catch { throw AuditError(error) }
  }

  /// The nodes that an act is about by what the batch system and the database tell, beside the one that it was planned for; nil
  /// where it may be any.
  public func nodes(of act: Act, plannedOn planned: String?) throws(AuditError) -> [String]? {
    if let node = act.node { return [node] }
    let query: String
    switch act.verb {
    case .deleteJob, .purgeJob:
      query = "SELECT DISTINCT a.node FROM lrms_allocation a WHERE a.job = :job AND a.node IS NOT NULL"
    case .destroyMachine, .endMachine, .endSlot:
      query = """
        SELECT s.node FROM db_slot s WHERE s.machine = :machine AND s.node IS NOT NULL
        UNION SELECT v.node FROM db_vm v WHERE v.machine = :machine AND v.node IS NOT NULL
        """
    default: return nil
    }
    do throws(SQLiteError) {
      let statement = try database.prepare(query)
      for name in statement.parameterNames.compactMap({ $0 }) {
        try statement.bind(act[String(name.dropFirst())] ?? .null, to: name)
      }
      var nodes = Set(planned.map { [$0] } ?? [])
      while try statement.step() { nodes.insert(statement.columnText(0) ?? "") }
      // A job that is on no node waits; a machine that is on none that is known may be anywhere.
      return nodes.isEmpty && act.verb.phase != .jobs ? nil : nodes.sorted()
    } catch { throw AuditError(error) }
  }

  /// The sources that an act's guards and its proof are told by.
  public func sources(for act: Act) throws(AuditError) -> Set<ObservationKind> {
    do throws(SQLiteError) {
      var kinds = try Question(act.verb.proof, on: self).sources(schema)
      for text in act.verb.guards.compactMap(\.obstacles) {
        kinds.formUnion(try Question(text, on: self).sources(schema))
      }
      return kinds
    } catch { throw AuditError(error) }
  }

  /// What dom0 of a node goes for now, by its balloon driver: what a change of it is undone to; KiB.
  public func dom0Target(of node: String) throws(AuditError) -> Int64? {
    do throws(SQLiteError) {
      let statement = try database.prepare("SELECT target_kib FROM balloon WHERE node = ?")
      try statement.bind([.text(node)])
      return try statement.step() && statement.storage(0) == .integer ? statement.columnInteger(0) : nil
    } catch { throw AuditError(error) }
  }

  /// A copy in which acts have been done, as far as that can be told beforehand.
  func predicted(after acts: [Act]) throws(AuditError) -> Snapshot {
    do throws(SQLiteError) {
      let copy = try Database(deserializing: try database.serialize(), readOnly: false)
      for act in acts {
        for text in act.verb.prediction {
          let statement = try copy.prepare(text)
          for name in statement.parameterNames.compactMap({ $0 }) {
            try statement.bind(act[String(name.dropFirst())] ?? .null, to: name)
          }
          try statement.run()
        }
      }
      return try Snapshot(schema: schema, database: copy, board: board, mode: mode, now: now)
    } catch { throw AuditError(error) }
  }

  /// Rows of a query, each by its columns: what a deed on the database is made of. Parameters are named with their colon.
  public func rows(_ query: String, _ parameters: [String: Value]) throws(AuditError) -> [[String: Value]] {
    do throws(SQLiteError) {
      let statement = try database.prepare(query)
      for (name, value) in parameters { try statement.bind(value, to: name) }
      var rows: [[String: Value]] = []
      while try statement.step() {
        rows.append(
          Dictionary(
            statement.columnNames.enumerated().map { ($1, statement.column($0)) },
            uniquingKeysWith: { first, _ in first }))
      }
      return rows
    } catch { throw AuditError(error) }
  }
}

extension Question {
  /// The first column of each row, for an act's arguments and each of its nodes in turn; once where it may be any, or none.
  fileprivate func answers(_ act: Act, on nodes: [String]?, now: Instant) throws(SQLiteError) -> [[String]] {
    let asked: [String?] = nodes.map { $0.isEmpty ? [""] : $0 } ?? [nil]
    var all: [[String]] = []
    for node in isOfNode ? asked : [nil] {
      try bind(now: now) { name in act[name] ?? (name == "node" ? Value(node) : .null) }
      defer { query.reset() }
      var answers: [String] = []
      while try query.step() { answers.append(query.columnText(0) ?? "") }
      all.append(answers)
    }
    return all
  }
}

extension Act {
  /// The node that it is done on or about; nil where its arguments do not tell.
  public var node: String? { self["node"].flatMap { if case .text(let name) = $0 { name } else { nil } } }
}
