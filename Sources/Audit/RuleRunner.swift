import Model
import RuleBook
import SQLite

/// Runs one rule on one snapshot: its query gives candidates, its `rests_on` what each stands on, the source board whether
/// that was seen. The rule can only read, within a budget of steps.
struct RuleRunner {
  let rule: Rule
  /// What the rule is judged through, where a table that it is about was not seen.
  let standIn: Rule.StandIn?
  private let snapshot: Snapshot
  private let query: Statement
  private let unjudged: Statement?
  /// Every column that the query reads, as `table.column`, and its tables.
  let columnsRead: Set<String>
  let tablesRead: Set<String>
  private let rows: RowReader

  /// Runs the rule itself, or its stand-in where that is needed and can do it.
  init(_ rule: Rule, on snapshot: Snapshot, rows: RowReader) throws(SQLiteError) {
    if let standIn = rule.standIn, standIn.tables.contains(where: { !snapshot.board.isWhole($0) }) {
      let runner = try RuleRunner(rule.judged(through: standIn), through: standIn, on: snapshot, rows: rows)
      if runner.canStandIn(standIn) {
        self = runner
        return
      }
    }
    try self.init(rule, through: nil, on: snapshot, rows: rows)
  }

  init(
    _ rule: Rule, through standIn: Rule.StandIn?, on snapshot: Snapshot, rows: RowReader
  ) throws(SQLiteError) {
    self.rule = rule
    self.standIn = standIn
    self.snapshot = snapshot
    self.rows = rows
    let reads = ReadLog()
    snapshot.database.authorize(reads.allow)
    defer { snapshot.database.authorize(nil) }
    query = try snapshot.database.prepare(rule.query)
    columnsRead = reads.columns
    tablesRead = reads.tables.intersection(snapshot.schema.tables.map(\.name))
    unjudged = if let text = rule.unjudged { try snapshot.database.prepare(text) } else { nil }
  }

  /// What is asked of each candidate. Most rules have none, so it is prepared with the first.
  private struct Questions {
    let restsOn: Statement
    /// Of each step, in the order of the rule.
    let conditions: [Question?]

    init(of rule: Rule, on snapshot: Snapshot) throws(SQLiteError) {
      restsOn = try snapshot.database.prepare(rule.restsOn)
      var conditions: [Question?] = []
      for step in rule.repairs {
        let condition: Question? = if let text = step.onlyIf { try Question(text, on: snapshot) } else { nil }
        conditions.append(condition)
      }
      self.conditions = conditions
    }
  }

  /// The columns that the query gives.
  var columnNames: [String] { query.columnNames }

  /// Why the rule can't be judged on this snapshot at all; nil where it can.
  var obstacle: AuditResult.RuleOutcome.Outcome? {
    if !rule.modes.contains(snapshot.mode) {
      return .notApplicable("it is for sites in \(rule.modes.map(\.rawValue).sorted().joined()) mode")
    }
    for unreadable in snapshot.board.unreadable where reads(unreadable) {
      return unreadable.column == nil ? .notRun(unreadable.reason) : .notApplicable(unreadable.reason)
    }
    for table in tablesRead.subtracting(rule.optional).sorted() {
      let sources = snapshot.schema.table(table)?.sources ?? []
      for kind in sources where !snapshot.board.isCollected(kind) && !snapshot.board.isRequired(kind) {
        return .notApplicable("the site has no \(kind.rawValue)")
      }
    }
    return nil
  }

  /// Its sources are whole, and of the tables that it does without there are no rows that would tell half of it.
  private func canStandIn(_ standIn: Rule.StandIn) -> Bool {
    let missing = Set(standIn.tables)
    return tablesRead.subtracting(missing).subtracting(rule.optional).allSatisfy { table in
      snapshot.schema.table(table)?.isPerNode == true || snapshot.board.isWhole(table)
    }
      && tablesRead.intersection(missing).allSatisfy { snapshot.board.blindness(of: $0) != nil }
  }

  /// Why it finds little or nothing: nothing at all was seen of a table that it needs. Nil where something was.
  var blindness: String? {
    tablesRead.subtracting(rule.optional).subtracting(standIn?.tables ?? []).sorted()
      .lazy.compactMap { snapshot.board.blindness(of: $0) }.first
  }

  /// Whether its query reads what this version does not know how to read.
  func reads(_ unreadable: Unreadable) -> Bool {
    guard let column = unreadable.column else { return tablesRead.contains(unreadable.table) }
    return columnsRead.contains("\(unreadable.table).\(column)")
  }

  /// The rule's findings, each judged by what was seen.
  func findings(stepLimit: Int = Auditor.stepLimit) throws(SQLiteError) -> [Finding] {
    snapshot.database.limitSteps(stepLimit)
    defer { snapshot.database.limitSteps(nil) }
    try bindNow(query)
    defer { query.reset() }
    var candidates: [[Finding.Column]] = []
    while try query.step() {
      candidates.append(
        query.columnNames.enumerated().map { Finding.Column(name: $1, value: query.column($0)) })
    }
    if candidates.isEmpty { return [] }
    let questions = try Questions(of: rule, on: snapshot)
    var findings: [Finding] = []
    for columns in candidates { findings.append(try finding(columns, by: questions)) }
    return findings
  }

  /// What it can't judge although all was seen, and why: `no baseline is known on gsn-wn1, gsn-wn2`, or values that it reads
  /// and that could not be understood. The nodes are nil where it may be any.
  func gaps(
    among defects: [Snapshot.Defect]
  ) throws(SQLiteError) -> (reason: String, nodes: Set<String>?)? {
    let read = defects.filter { columnsRead.contains($0.column) }
    let shown = read.prefix(3).map(\.text) + (read.count > 3 ? ["and \(read.count - 3) values more"] : [])
    let nodes = try nodesUnjudged()
    let unjudged = Dictionary(grouping: nodes, by: \.reason).sorted { $0.key < $1.key }
    let told = unjudged.map { reason, nodes in
      let shown = nodes.prefix(6).map(\.node).joined(separator: ", ")
      return "\(reason) on \(shown)\(nodes.count > 6 ? " and \(nodes.count - 6) more" : "")"
    }
    let parts = told + shown
    if parts.isEmpty { return nil }
    let places = read.map { snapshot.board.record($0.observation)?.node }
    let named = places.compactMap(\.self) + nodes.map(\.node)
    return (parts.joined(separator: "; "), places.contains(nil) ? nil : Set(named))
  }

  /// The nodes on which it can't be judged although all was seen.
  func nodesUnjudged() throws(SQLiteError) -> [(node: String, reason: String)] {
    guard let unjudged else { return [] }
    defer { unjudged.reset() }
    var nodes: [(node: String, reason: String)] = []
    while try unjudged.step() {
      nodes.append((unjudged.columnText(0) ?? "", unjudged.columnText(1) ?? ""))
    }
    return nodes
  }

  private func finding(
    _ columns: [Finding.Column], by questions: Questions
  ) throws(SQLiteError) -> Finding {
    func value(_ name: String) -> Value { columns.first { $0.name == name }?.value ?? .null }
    let (evidence, absences, doubts, assumed) = try standing(columns, by: questions.restsOn)
    var assumptions = assumed
    let status = status(
      doubts + (value("doubt").text.map { [$0] } ?? []), heals: value("heals_at_ms"), healer: value("healer"))
    let (steps, reasons) = status == .seenOnce ? try plan(columns, on: questions.conditions) : ([], [])
    var withheld = reasons
    if let standIn {
      assumptions.append(standIn.assumes)
      if rule.noRepair == nil, status == .seenOnce {
        withheld.append("nothing is planned on what stands in for \(standIn.tables.joined(separator: ", "))")
      }
    }
    return Finding(
      rule: rule.id, severity: value("severity").text.flatMap(Severity.init) ?? rule.severity,
      node: value("node").text,
      message: rule.message.filled(value), columns: columns,
      fingerprint: Fingerprint(of: [rule.id] + rule.identity.map { value($0).text ?? "" }),
      status: status,
      evidence: evidence, absences: absences, assumptions: assumptions, steps: steps, withheld: withheld)
  }

  private func status(_ doubts: [String], heals: Value, healer: Value) -> Finding.Status {
    if !doubts.isEmpty { return .undetermined(doubts) }
    if case .integer(let moment) = heals, moment > snapshot.now.milliseconds {
      return .selfHealing(until: Instant(milliseconds: moment), healer: healer.text ?? "its owner")
    }
    return .seenOnce
  }

  /// What a candidate stands on, and what of that was not seen.
  private func standing(
    _ columns: [Finding.Column], by restsOn: Statement
  ) throws(SQLiteError) -> (
    evidence: [Finding.Evidence], absences: [Finding.Absence], doubts: [String], assumptions: [String]
  ) {
    try bind(columns, to: restsOn)
    defer { restsOn.reset() }
    var evidence: [Finding.Evidence] = []
    var absences: [Finding.Absence] = []
    var doubts: [String] = []
    var assumptions: [String] = []
    while try restsOn.step() {
      let table = restsOn.columnText(0) ?? ""
      let node = restsOn.columnText(3)
      if restsOn.storage(1) == .integer {
        let row = restsOn.columnInteger(1)
        doubts += try rows.doubts(about: row, of: table, reading: columnsRead)
        if let found = try rows.evidence(row, of: table) { evidence.append(found) }
      } else {
        absences.append(
          Finding.Absence(
            table: table, condition: restsOn.columnText(2) ?? "", node: node,
            observations: rows.observations(of: table, node: node)))
        try weigh(absenceIn: table, node: node, doubts: &doubts, assumptions: &assumptions)
      }
    }
    return (evidence, absences, doubts.uniqued, assumptions.uniqued)
  }

  private func weigh(
    absenceIn table: String, node: String?, doubts: inout [String], assumptions: inout [String]
  ) throws(SQLiteError) {
    for kind in snapshot.schema.table(table)?.sources ?? [] {
      for state in rows.gaps(kind, node: node) {
        switch state {
        case .complete: break
        case .unseen(let reason): doubts.append(reason)
        case .absent where rule.optional.contains(table):
          assumptions.append("\(kind.rawValue) was not looked at: nothing there speaks against it")
        case .absent:
          doubts.append("\(node.map { "\(kind.rawValue) of \($0)" } ?? kind.rawValue) was not collected")
        }
      }
    }
    doubts += try rows.defects(in: table, node: node, reading: columnsRead)
  }

  /// The steps that would mend it, and why others are kept back. What is not sure, or heals by itself, has none.
  private func plan(
    _ columns: [Finding.Column], on conditions: [Question?]
  ) throws(SQLiteError) -> (steps: [Act], withheld: [String]) {
    var steps: [Act] = []
    var withheld: [String] = []
    var unsure: [String] = []
    func value(_ name: String) -> Value { columns.first { $0.name == name }?.value ?? .null }
    for (step, condition) in zip(rule.repairs, conditions) {
      if let condition {
        // Silence allows no act.
        let doubts = try condition.doubts(
          about: value("node").text.map { [$0] }, in: rows, of: snapshot.schema, isStrict: false)
        unsure += doubts.map { "nothing is planned where this was not seen: \($0)" }
        try condition.bind(now: snapshot.now, value)
        defer { condition.query.reset() }
        if try !condition.query.step() {
          if let reason = step.otherwise { withheld.append(reason) }
          continue
        }
      }
      let arguments = step.arguments.mapValues { template in
        template.soleColumn.map(value) ?? .text(template.filled(value))
      }
      if let act = Act(step.verb, arguments) {
        steps.append(act)
      } else {
        unsure.append("\(step.verb.rawValue) needs to know more than the sources told")
      }
    }
    // A plan with a gap would do the second thing without the first.
    return unsure.isEmpty ? (steps, withheld) : ([], (withheld + unsure).uniqued)
  }

  private func bindNow(_ statement: Statement) throws(SQLiteError) {
    for name in statement.parameterNames where name == ":now" {
      try statement.bind(Value(snapshot.now), to: ":now")
    }
  }

  private func bind(_ columns: [Finding.Column], to statement: Statement) throws(SQLiteError) {
    statement.reset()
    statement.clearBindings()
    for name in statement.parameterNames.compactMap({ $0 }) where name != ":now" {
      try statement.bind(columns.first { ":" + $0.name == name }?.value ?? .null, to: name)
    }
    try bindNow(statement)
  }
}
