public import Model
public import RuleBook

/// Proves a rule by its own examples, and by what follows from them: nobody writes those tests.
public enum RuleProof {
  /// An example with its world, which no mutant of the rule changes.
  struct World {
    let example: Rule.Example
    let snapshot: Snapshot
  }

  /// Everything that speaks against the rule; empty when it holds.
  public static func complaints(about rule: Rule, schema: Schema) -> [String] {
    var found: [String] = []
    do {
      var worlds: [World] = []
      for example in rule.examples {
        worlds.append(
          World(example: example, snapshot: try ExampleWorld.snapshot(of: example, schema: schema)))
      }
      for world in worlds {
        let example = world.example
        let outcome = try findings(of: rule, on: world.snapshot)
        found += mismatch(outcome, example).map { "example \"\(example.name)\": \($0)" }
        if example.isPositive {
          found += try hiding(outcome, of: rule, example, schema).map { "example \"\(example.name)\": \($0)" }
        }
      }
      for view in try views(of: rule, worlds, schema) { found += view.complaints(about: rule, schema) }
      if found.isEmpty { found += survivors(of: rule, worlds) }
    } catch {
      found.append(error.described)
    }
    return found
  }

  /// Every `table.column` that a rule's query reads.
  public static func columnsRead(by rule: Rule, schema: Schema) throws -> Set<String> {
    let snapshot = try SnapshotBuilder(schema: schema, site: Site()).finish(now: Instant(milliseconds: 0))
    return try RuleRunner(rule, through: nil, on: snapshot, rows: RowReader(snapshot)).columnsRead
  }

  static func findings(
    of rule: Rule, in example: Rule.Example, schema: Schema, hidden: [String] = []
  ) throws(AuditError) -> [Finding] {
    try findings(of: rule, on: ExampleWorld.snapshot(of: example, schema: schema, hidden: hidden))
  }

  static func findings(of rule: Rule, on snapshot: Snapshot) throws(AuditError) -> [Finding] {
    let runner = try runner(rule, on: snapshot)
    do { return try runner.findings() } catch { throw AuditError(error) }
  }

  private static func runner(_ rule: Rule, on snapshot: Snapshot) throws(AuditError) -> RuleRunner {
    do { return try RuleRunner(rule, on: snapshot, rows: RowReader(snapshot)) } catch {
      throw AuditError.calculator("\(error)")
    }
  }

  // MARK: What the example says

  /// How the findings differ from what the example expects.
  static func mismatch(_ findings: [Finding], _ example: Rule.Example) -> [String] {
    for case .text(let word) in findings.compactMap({ $0["severity"] }) where Severity(rawValue: word) == nil
    {
      return ["its column severity says \"\(word)\", which is none"]
    }
    let sure = findings.filter(\.isDetermined)
    switch example.expectation {
    case .undetermined:
      if !sure.isEmpty { return ["found, where it should have withheld: \(sure[0].message)"] }
      return findings.isEmpty ? ["no candidate, where one should have been withheld"] : []
    case .finds(let rows):
      var left = sure
      var wrong: [String] = []
      for row in rows {
        if let match = left.firstIndex(where: { finding in row.allSatisfy { finding[$0.key] == $0.value } }) {
          left.remove(at: match)
        } else {
          wrong.append("did not find \(worded(row))")
        }
      }
      wrong += left.map { "found what it does not say: \($0.columns.map { "\($0.name)=\($0.value)" })" }
      wrong += findings.filter { !$0.isDetermined }.map { "withheld: \($0.message): \($0.status)" }
      if let plans = example.plans, wrong.isEmpty {
        let planned = sure.flatMap { $0.steps.map(\.line) }
        if planned != plans { wrong.append("plans \(planned), and not \(plans)") }
      }
      return wrong
    }
  }

  private static func worded(_ row: [String: Value]) -> String {
    row.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text ?? "NULL")" }.joined(separator: " ")
  }

  // MARK: What follows from it

  /// Hiding a table, everywhere or on another node, leaves no finding that rests on it.
  private static func hiding(
    _ findings: [Finding], of rule: Rule, _ example: Rule.Example, _ schema: Schema
  ) throws(AuditError) -> [String] {
    var wrong: [String] = []
    let cited = Set(findings.flatMap { $0.citedTables }).filter { schema.table($0)?.sources.isEmpty == false }
    for table in cited.sorted() {
      for finding in try Self.findings(of: rule, in: example, schema: schema, hidden: [table])
      where finding.isDetermined && finding.citedTables.contains(table) {
        wrong.append("with \(table) hidden it still finds: \(finding.message)")
      }
      guard schema.table(table)?.isPerNode == true else { continue }
      let hidden = try Self.findings(of: rule, in: example, schema: schema, hidden: ["\(table)@elsewhere"])
      let looksEverywhere = findings.contains { finding in
        finding.absences.contains { $0.table == table && $0.node == nil }
      }
      if looksEverywhere && hidden.contains(where: \.isDetermined) {
        wrong.append("with \(table) of another node hidden it still finds, and it looked everywhere")
      }
      if !looksEverywhere && hidden.filter(\.isDetermined).count != findings.count {
        wrong.append("with \(table) of another node hidden it withholds, and it did not look there")
      }
    }
    return wrong
  }

  /// How the examples see the rule: itself, and its stand-in where it has one.
  private static func views(
    of rule: Rule, _ worlds: [World], _ schema: Schema
  ) throws(AuditError) -> [View] {
    var own = View(standIn: nil)
    var other = rule.standIn.map { View(standIn: $0) }
    for world in worlds {
      let runner = try runner(rule, on: world.snapshot)
      do {
        if runner.standIn == nil {
          try own.take(world.example, runner, schema)
        } else {
          try other?.take(world.example, runner, schema)
        }
      } catch { throw AuditError(error) }
    }
    return [own] + (other.map { [$0] } ?? [])
  }
}

extension Finding {
  var citedTables: Set<String> { Set(evidence.map(\.table) + absences.map(\.table)) }
}
