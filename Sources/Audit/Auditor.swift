public import Model
import SQLite

/// Snapshot and rules in, verdicts out. A pure calculation: the same snapshot gives the same verdicts.
public enum Auditor {
  /// What one look says, before it is held against another.
  public struct Verdicts: Sendable {
    public let look: AuditResult.Look
    public let now: Instant
    public let mode: SiteMode
    public let board: SourceBoard
    public let counts: AuditResult.Counts
    public var findings: [Finding]
    public let rules: [AuditResult.RuleOutcome]
    /// What was seen of causes.
    public let traces: Traces
    /// Values that could not be understood, each with its source.
    public let defects: [String]
  }

  /// Instructions of SQLite's virtual machine that a rule may take: minutes of work, for a query without an end.
  public static let stepLimit = 4_000_000_000

  public static func judge(
    _ snapshot: Snapshot, by rules: [Rule], look: AuditResult.Look, stepLimit: Int = stepLimit
  ) throws(AuditError) -> Verdicts {
    let rows: RowReader
    let defects: [Snapshot.Defect]
    do {
      rows = try RowReader(snapshot)
      defects = try snapshot.defects()
    } catch { throw AuditError(error) }
    var findings: [Finding] = []
    var outcomes: [AuditResult.RuleOutcome] = []
    // What a rule reads is told by SQLite as its query is prepared, through the views: so all are, before any view is kept.
    let runners = rules.map { rule in
      Result { () throws(SQLiteError) in try RuleRunner(rule, on: snapshot, rows: rows) }
    }
    snapshot.keepViews(stepLimit: stepLimit)
    for (rule, runner) in zip(rules, runners) {
      let (found, outcome) = judge(rule, by: runner, defects: defects, stepLimit: stepLimit)
      findings += found
      outcomes.append(outcome)
    }
    let traces: Traces
    do { traces = findings.count > 1 ? try Traces(snapshot) : Traces() } catch { throw AuditError(error) }
    return Verdicts(
      look: look, now: snapshot.now, mode: snapshot.mode, board: snapshot.board,
      counts: try snapshot.counts(), findings: findings, rules: outcomes, traces: traces,
      defects: defects.map { "\(snapshot.board.record($0.observation)?.source ?? ""): \($0.text)" })
  }

  /// One rule. A rule that fails is a line of the report, never a silence.
  private static func judge(
    _ rule: Rule, by runner: Result<RuleRunner, SQLiteError>, defects: [Snapshot.Defect], stepLimit: Int
  ) -> ([Finding], AuditResult.RuleOutcome) {
    func ended(
      _ outcome: AuditResult.RuleOutcome.Outcome, except: Set<String>? = nil, standIn: String? = nil
    ) -> AuditResult.RuleOutcome {
      AuditResult.RuleOutcome(rule: rule.id, outcome: outcome, except: except, standIn: standIn)
    }
    do {
      let runner = try runner.get()
      if let obstacle = runner.obstacle { return ([], ended(obstacle)) }
      let findings = try runner.findings(stepLimit: stepLimit)
      if let reason = runner.blindness {
        return (
          findings, ended(findings.contains(where: \.isDetermined) ? .judgedExcept(reason) : .notRun(reason))
        )
      }
      let standIn = runner.standIn?.assumes
      guard let gaps = try runner.gaps(among: defects) else {
        return (findings, ended(.judged, standIn: standIn))
      }
      return (findings, ended(.judgedExcept(gaps.reason), except: gaps.nodes, standIn: standIn))
    } catch {
      return ([], ended(.notRun(error.isInterrupted ? "it took too many steps" : error.description)))
    }
  }
}
