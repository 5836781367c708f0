import Model
import RuleBook
import SQLite

extension RuleProof {
  /// What the examples show of one way to judge a rule: the rule's own, or its stand-in's.
  struct View {
    let standIn: Rule.StandIn?
    private var columns: Set<String>?
    private var read: Set<String> = []
    private var cited: Set<String> = []
    private var hasSilence = false

    init(standIn: Rule.StandIn?) { self.standIn = standIn }

    mutating func take(_ example: Rule.Example, _ runner: RuleRunner, _ schema: Schema) throws(SQLiteError) {
      columns = Set(runner.columnNames)
      if case .finds(let rows) = example.expectation, rows.isEmpty { hasSilence = true }
      guard example.isPositive else { return }
      read = runner.tablesRead.filter { schema.table($0)?.sources.isEmpty == false }
      cited.formUnion(try runner.findings().flatMap(\.citedTables))
    }

    /// Tables that the query reads and no finding of any example cites; columns that the rule names and the query does not
    /// give; and a stand-in that no example is of.
    func complaints(about rule: Rule, _ schema: Schema) -> [String] {
      let which = standIn == nil ? "the query" : "the stand-in's query"
      var found = read.subtracting(cited).subtracting(standIn?.tables ?? []).sorted().map {
        "\(which) reads \($0), and `rests_on` cites it in no example"
      }
      let repaired = standIn == nil ? rule.repairs.flatMap { $0.arguments.values } : []
      let named =
        ([rule.message] + repaired).flatMap(\.columns) + rule.identity + rule.explains.flatMap(\.on)
        + [rule.amount].compactMap(\.self)
      found += Set(named).subtracting(columns ?? Set(named)).sorted().map {
        "\(which) has no column \($0), and the rule names it"
      }
      found += (standIn?.tables ?? []).filter { schema.table($0) == nil }.map {
        "stands in for \($0), which is no table"
      }
      if standIn != nil, read.isEmpty { found.append("no example in which its stand-in finds something") }
      if standIn != nil, !hasSilence { found.append("no example in which its stand-in is silent") }
      return found
    }
  }
}
